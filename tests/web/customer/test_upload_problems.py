"""What is wrong inside a file is listed by sheet, with the cell and what to do; nothing of it is kept."""

from pathlib import Path
from threading import BoundedSemaphore

import pytest

from linkflow.domain.ports import Job
from linkflow.services import checking_files, syncing, uploading
from linkflow.services.job_steps import StepKind
from tests import filled
from tests.web.office import BASE, Customer, Office
from tests.web.states import STATES, WORKBOOK, send_file, upload, uploaded


def wrong(problems: int = 1) -> bytes:
    rows = filled.rows_of(filled.FINANCIALS)
    account = rows["Accounts"][0]
    rows["Accounts"] += [{**account, "Account id": f"A{n}", "Class": "<b>wealth</b>"} for n in range(problems)]
    return filled.filled(filled.FINANCIALS, rows)


def at_upload(office: Office) -> Customer:
    return office.consent(office.follow(office.ask(), way="upload"))


def work(office: Office) -> None:
    """What the worker does with a file, and then with its books."""
    for upload_id in office.enqueued.of(Job.CHECK_UPLOAD):
        uploading.check_next(office.ctx, upload_id)
    for sync_id in office.enqueued.of(Job.PULL_BOOKS):
        while syncing.pull_next(office.ctx, sync_id).kind is StepKind.MORE:
            pass


def test_each_problem_is_listed_with_its_cell_and_nothing_is_kept(office: Office) -> None:
    customer = at_upload(office)
    before = office.kept()
    send_file(customer, wrong(), "Our books.xlsx")
    text = customer.page.text
    assert (customer.name, customer.page.status_code) == ("upload", 422)
    assert "There is a problem in the file" in text
    assert "Nothing of “<bdi>Our books.xlsx</bdi>” was kept." in text
    assert '<a href="#sheet-1">Accounts</a>' in text
    assert 'id="sheet-1"' in text
    assert "D5" in text
    assert "“&lt;b&gt;wealth&lt;/b&gt;” is not one of the list: asset, liability" in text
    assert "The file you sent before" not in text
    assert office.kept() == before
    send_file(customer)
    assert "We checked it and found nothing to correct." in customer.page.text


def test_two_hundred_are_listed_and_the_rest_counted(office: Office) -> None:
    text = send_file(at_upload(office), wrong(230)).page.text
    assert "There are 230 problems in the file" in text
    assert "The first 200 are listed." in text
    assert text.count("is not one of the list") == 200


def test_the_file_before_goes_on_counting(office: Office) -> None:
    customer = uploaded(office).customer
    send_file(customer, wrong(), "worse.xlsx")
    assert "The file you sent before still counts." in customer.page.text
    assert office.values("SELECT filename FROM uploads") == ["books.xlsx"]
    assert office.count("syncs") == 1


def test_a_large_file_is_being_checked_until_the_worker_has(office: Office) -> None:
    customer = at_upload(office)
    send_file(customer, filled.unpacking_to(wrong(), checking_files.AT_ONCE), "large.xlsx")
    assert customer.page.status_code == 200
    assert "The file is being checked" in customer.page.text
    assert "data-busy" in customer.page.text
    work(office)
    assert "There is a problem in the file" in customer.look(customer.path).page.text
    assert office.count("uploads", "length(content) > 0") == 0
    send_file(customer, filled.unpacking_to(WORKBOOK, checking_files.AT_ONCE), "right.xlsx")
    work(office)
    assert "We checked it and found nothing to correct." in customer.look(customer.path).page.text
    assert office.values("SELECT state FROM uploads") == ["received"]


def test_the_books_of_a_file_stand_on_the_companys_page(office: Office) -> None:
    scene = uploaded(office)
    work(office)
    assert office.values("SELECT status FROM requests") == ["available"]
    manager = office.user().look(f"/portal/companies/{scene.asked.company_id}")
    text = manager.page.text
    assert "Uploaded file, since" in text
    assert "File received" in text
    assert not [form for form in manager.forms if form.action.endswith(("/disconnect", "/reading", "/reconnect"))]
    [connection_id] = office.values("SELECT id FROM connections")
    assert manager.client.get(f"/portal/connections/{connection_id}/disconnect", base_url=BASE).status_code == 404


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1, "A virus was found in the file"), (2, "could not be looked at for viruses")],
)
def test_what_the_scanner_does_not_find_clean_is_not_kept(
    office: Office, code: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = at_upload(office)
    before = office.kept()
    command = ("sh", "-c", f"cat >/dev/null; exit {code}")
    monkeypatch.setitem(office.ctx.settings.__dict__, "upload_scan_command", command)
    send_file(customer)
    assert customer.page.status_code == 422
    assert reason in customer.page.text
    assert office.kept() == before
    monkeypatch.setitem(office.ctx.settings.__dict__, "upload_scan_command", ("sh", "-c", "cat >/dev/null"))
    assert "Your file has arrived" in send_file(customer).page.text


def test_one_link_sends_sixty_files_an_hour(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "FILES_AN_HOUR", 2)
    customer = at_upload(office)
    for _ in range(2):
        send_file(customer, wrong())
    assert "used to send 2 files within the hour" in send_file(customer).page.text
    assert office.count("uploads") == 0


def test_a_file_waits_for_its_place_before_the_scanner_is_started(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    customer = at_upload(office)
    command = ("sh", "-c", f"cat >/dev/null; touch {tmp_path}/scanned")
    monkeypatch.setitem(office.ctx.settings.__dict__, "upload_scan_command", command)
    monkeypatch.setattr(checking_files, "_places", BoundedSemaphore(1))
    monkeypatch.setattr(checking_files, "_PATIENCE", 0)
    with checking_files.a_place():
        assert "Several files are being checked" in send_file(customer).page.text
    assert not (tmp_path / "scanned").exists()


def test_a_further_entity_is_asked_for_its_software_after_a_file(office: Office) -> None:
    """A file is nothing that another entity would use, too."""
    scene = STATES["named"](office)
    customer, several = scene.customer, f"/r/{scene.asked.request_id}/entity-name"
    upload(customer.look(customer.entity_path() + "/upload-consent"))
    assert customer.look(several).press(name="Another Ltd").name == "software"
