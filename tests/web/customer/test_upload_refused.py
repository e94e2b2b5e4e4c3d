"""A file that cannot be taken brings the form back with the reason, and changes nothing; what was sent is shown."""

import re

import pytest

from linkflow.reports.template import upload_template
from linkflow.services.uploading import BYTES_LIMIT
from linkflow.web.headers import BODY_BYTES
from tests.filled import padded
from tests.jobs.rig import START
from tests.web.office import BASE, FINANCIALS, SPEND, Customer, Office
from tests.web.states import STATES, WORKBOOK, send_file, upload

ZIP = b"PK\x03\x04"
NOT_XLSX = "This is not an .xlsx file"
OLD = "This file has a password or is an old .xls file"
TEMPLATE = upload_template(
    FINANCIALS, organization="Northbank", company="Abra Kebabra Ltd", request_name="Loan", now=START
)
TOO_LARGE = "The file is larger than 10 MB"
EMPTY = "Choose the filled-in spreadsheet."
# What is sent → status and reason.
REFUSED: dict[str, tuple[bytes, str, int, str]] = {
    "a spreadsheet of before 2007": (b"\xd0\xcf\x11\xe0" + bytes(100), "books.xls", 422, OLD),
    "a spreadsheet with a password": (b"\xd0\xcf\x11\xe0" + bytes(100), "books.xlsx", 422, OLD),
    "a document": (b"%PDF-1.7", "books.pdf", 422, NOT_XLSX),
    "a broken archive": (ZIP + bytes(100), "books.xlsx", 422, "The file cannot be read"),
    "the template as it was taken": (TEMPLATE, "books.xlsx", 422, "There is nothing in it but the examples"),
    "a table as text": (b"a;b;c\n1;2;3\n", "books.csv", 422, NOT_XLSX),
    "text that is called a spreadsheet": (b"a;b;c\n", "books.xlsx", 422, NOT_XLSX),
    "an archive that is none": (ZIP + bytes(10), "books.zip", 422, NOT_XLSX),
    "a file with nothing in it": (b"", "books.xlsx", 422, EMPTY),
    "no file at all": (b"", "", 422, EMPTY),
    "one byte too many": (ZIP + bytes(BYTES_LIMIT - 3), "books.xlsx", 422, TOO_LARGE),
    "more than is read at all": (ZIP + bytes(BODY_BYTES), "books.xlsx", 413, TOO_LARGE),
}
# A body refused half-way leaves its temporary file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def at_upload(office: Office) -> Customer:
    """A customer who has agreed to send a file, and has not."""
    customer = office.follow(office.ask(), way="upload")
    return office.consent(customer)


@pytest.mark.parametrize("sent", REFUSED)
def test_it_comes_back_with_the_reason_and_the_form_can_be_sent_again(office: Office, sent: str) -> None:
    content, name, status, reason = REFUSED[sent]
    customer, before = at_upload(office), office.kept()
    send_file(customer, content, name)
    assert (customer.name, customer.page.status_code) == ("upload", status)
    assert customer.page.text.count(reason) == 2, "beside the field and in the summary"
    assert 'href="#workbook"' in customer.page.text
    assert office.kept() == before
    send_file(customer)
    assert customer.page.status_code == 200
    assert "Your file has arrived" in customer.page.text
    assert "is with Northbank</h1>" in customer.page.text
    main = re.findall(r'class="button button--main[^>]*>([^<]+)<', customer.page.text)
    assert main == ["Continue"], "the way on is the main one, not sending another file"
    assert "Replace the file" in customer.page.text


def test_exactly_ten_megabytes_are_taken(office: Office) -> None:
    customer = send_file(at_upload(office), padded(WORKBOOK, BYTES_LIMIT))
    assert "Your file has arrived" in customer.page.text
    assert office.values("SELECT size FROM uploads") == [BYTES_LIMIT]


def test_a_refused_file_leaves_the_one_before_in_place(office: Office) -> None:
    customer = STATES["uploaded"](office).customer
    send_file(customer, b"a;b;c", "books.csv")
    assert customer.page.status_code == 422
    assert "books.xlsx" in customer.page.text
    assert office.count("uploads", "replaced_at IS NULL") == office.count("uploads") == 1


def test_an_accepted_file_is_not_replaced_whatever_is_sent(office: Office) -> None:
    customer = STATES["uploaded"](office).customer
    office.write("UPDATE uploads SET state='accepted'")
    before = office.kept()
    send_file(customer, WORKBOOK, "other.xlsx")
    assert (customer.page.status_code, customer.forms) == (422, [])
    assert "The file is accepted" in customer.page.text
    assert office.kept() == before


def test_without_consent_no_file_is_taken(office: Office) -> None:
    customer = office.follow(office.ask(), way="upload")
    before = office.kept()
    parts = {"workbook": "", "linkflow_csrf": customer.forms[0].fields["linkflow_csrf"]}
    customer.post(f"{customer.entity_path()}/upload", **parts)
    assert customer.name == "consent"
    assert office.kept() == before


@pytest.mark.parametrize(
    ("state", "said", "row"),
    [
        ("received", "Your file has arrived", "File received"),
        ("accepted", "The file is accepted", "File accepted"),
        ("correction", "Please correct the file", "File to be corrected"),
    ],
)
def test_what_became_of_the_file_is_shown_on_its_page_and_in_the_lists(
    office: Office, state: str, said: str, row: str
) -> None:
    asked = office.ask(SPEND)
    customer = office.follow(asked).press(count="several").press(name="Abra Kebabra Catering Ltd")
    upload(customer.look(customer.entity_path() + "/upload-consent"))
    office.write(f"UPDATE uploads SET state='{state}', reason='March is missing'")
    assert said in customer.look(customer.path).page.text
    assert ("March is missing" in customer.page.text) is (state == "correction")
    for name in ("entities", "summary"):
        shown = customer.client.get(f"/r/{asked.request_id}/{name}", base_url=BASE).text
        assert row in shown, name
