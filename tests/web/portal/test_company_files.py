"""Files on the company's page: taken by managers, accepted, or sent back with a reason."""

import pytest
from sqlalchemy import text

from linkflow.store import uploads
from tests.jobs.rig import add_rows
from tests.web.office import Office
from tests.web.portal.desk import Desk, main_text, token_of
from tests.web.portal.furnished import WORKBOOK, send_file
from tests.web.states import send_file as customer_sends
from tests.web.states import uploaded


def count(desk: Desk, table: str, where: str) -> int:
    with desk.ctx.database.reading() as tx:
        return int(tx.connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())


def test_a_file_is_taken_as_it_was_sent_and_that_is_written_down(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    upload_id = send_file(desk, rows)
    browser = desk.browser()
    assert f'href="/portal/files/{upload_id}"' in browser.page(f"/portal/companies/{rows.company_id}")
    answer = browser.look(f"/portal/files/{upload_id}")
    assert answer.data == WORKBOOK
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Our books.xlsx"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert count(desk, "events", f"kind='file-downloaded' AND detail='{upload_id}' AND actor LIKE 'user:%'") == 1
    assert "A file was downloaded" in main_text(browser.page(f"/portal/companies/{rows.company_id}"))


@pytest.mark.parametrize(
    "name", ["books\r\nSet-Cookie: a=b.xlsx", "../../etc/passwd.xlsx", "gpj.\u202excod.xlsx", 'a"; x="y.xlsx', "ł.xlsx"]
)
def test_no_file_name_reaches_a_header_or_a_folder(desk: Desk, name: str) -> None:
    rows = add_rows(desk.ctx)
    answer = desk.browser().look(f"/portal/files/{send_file(desk, rows, filename=name)}")
    assert answer.status_code == 200
    sent = answer.headers["Content-Disposition"]
    assert sent.startswith("attachment; filename")
    assert "Set-Cookie: a=b.xlsx" not in answer.headers.getlist("Set-Cookie")
    for part in ("\r", "\n", "/", "\u202e", "%E2%80%AE", '"; x="'):
        assert part not in sent


def test_a_file_moved_to_another_row_does_not_open(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    first, second = send_file(desk, rows), send_file(desk, rows, content=b"PK\x03\x04 another")
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE uploads SET content = (SELECT content FROM uploads WHERE id='{first}') WHERE id='{second}'"
        )
    answer = desk.browser().look(f"/portal/files/{second}")
    assert answer.status_code == 500
    assert b"spreadsheet" not in answer.data


def test_a_file_that_arrived_is_what_to_look_at_next(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    send_file(desk, rows)
    said = main_text(desk.browser().page(f"/portal/companies/{rows.company_id}"))
    assert "A file has arrived. Look at it, and accept it or ask for a correction." in said
    assert "Our books.xlsx 1 kB" in said


def test_accepting_a_file_closes_it_and_makes_it_available(office: Office) -> None:
    scene = uploaded(office)
    manager = office.user().look(f"/portal/companies/{scene.asked.company_id}")
    form = next(form for form in manager.forms if form.action.endswith("/accept"))
    manager.post(form.action, **form.fields)
    assert "The file is accepted." in manager.page.text
    assert office.values("SELECT state FROM uploads") == ["accepted"]
    assert office.values("SELECT status FROM requests") == ["available"]
    assert not [form for form in manager.forms if form.action.endswith("/accept")]
    manager.post(form.action, **form.fields)
    assert office.count("events", "kind='file-accepted'") == 1
    assert "The file is accepted" in scene.customer.look(scene.customer.path).page.text


def test_a_correction_is_mailed_with_the_reason_and_the_link_leads_to_sending_another(office: Office) -> None:
    scene = uploaded(office)
    [upload_id] = office.values("SELECT id FROM uploads")
    office.write("UPDATE links SET expires_at = created_at")
    manager = office.user().look(f"/portal/files/{upload_id}/correction")
    assert "Anna Abra gets an email with what you write" in manager.page.text
    manager.press(correction="May is missing.\nPlease add it.")
    assert "The contact is asked by email to correct the file." in manager.page.text
    assert "To be corrected" in manager.page.text
    [text] = office.values("SELECT text FROM messages WHERE kind='correction'")
    assert "> May is missing.\n> Please add it." in text
    assert office.values("SELECT recipient FROM messages WHERE kind='correction'") == ["anna@abra.example"]
    assert office.values("SELECT status FROM requests") == ["in_progress"]
    customer = office.follow(scene.asked)
    assert (customer.name, "Please correct the file" in customer.page.text) == ("upload", True)
    assert "May is missing." in customer.page.text
    customer_sends(customer, name="corrected.xlsx")
    assert office.values("SELECT state FROM uploads WHERE replaced_at IS NULL") == ["received"]
    assert office.values("SELECT status FROM requests") == ["connected"]
    assert "Replaced" in manager.look(f"/portal/companies/{scene.asked.company_id}").page.text


@pytest.mark.parametrize(("typed", "said"), [("", "Say what is to be corrected"), ("x" * 501, "it has 501")])
def test_a_correction_needs_a_reason_of_a_readable_length(desk: Desk, typed: str, said: str) -> None:
    rows = add_rows(desk.ctx)
    upload_id = send_file(desk, rows)
    answer = desk.browser().send(f"/portal/files/{upload_id}/correction", correction=typed)
    assert answer.status_code == 422
    assert said in main_text(answer.text)
    assert typed in answer.text
    assert count(desk, "messages", "kind='correction'") == 0


def test_a_file_that_was_replaced_meanwhile_is_not_judged(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    upload_id = send_file(desk, rows)
    browser = desk.browser()
    token = token_of(browser.page(f"/portal/files/{upload_id}/correction"))
    newer = send_file(desk, rows)
    for action, typed in (("correction", {"correction": "May is missing."}), ("accept", {})):
        answer = browser.post(f"/portal/files/{upload_id}/{action}", follow=True, linkflow_csrf=token, **typed)
        assert "The customer has sent another file since" in main_text(answer.text)
    assert browser.look(f"/portal/files/{upload_id}/correction").status_code == 303
    with desk.ctx.database.reading() as tx:
        states = {one.id: one.state for one in uploads.files_of_company(tx, rows.company_id).rows}
    assert states == {upload_id: "received", newer: "received"}
    assert count(desk, "messages", "kind='correction'") == 0


def test_an_earlier_file_can_still_be_taken(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    upload_id = send_file(desk, rows)
    send_file(desk, rows, content=b"PK\x03\x04 newer")
    assert desk.browser().look(f"/portal/files/{upload_id}").data == WORKBOOK
