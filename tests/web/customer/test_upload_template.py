"""The template is there once a file was agreed to, and the file that comes back is kept sealed."""

from io import BytesIO

import openpyxl

from linkflow.services.vault import Place
from tests.filled import FINANCIALS, workbook
from tests.web.office import BASE, SPEND, Customer, Office


def at_upload(office: Office, **over: object) -> Customer:
    """A customer who has agreed to send a file."""
    customer = office.follow(office.ask(**over), way="upload")  # type: ignore[arg-type]
    return office.consent(customer)


def test_the_template_is_a_workbook_with_the_sheets_the_request_asks_for(office: Office) -> None:
    customer = at_upload(office)
    assert customer.name == "upload"
    page = customer.client.get(f"{customer.entity_path()}/upload-template", base_url=BASE)
    assert page.status_code == 200
    assert page.headers["Content-Disposition"] == 'attachment; filename="northbank-financials.xlsx"'
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    book = openpyxl.load_workbook(BytesIO(page.data))
    assert book.sheetnames == ["Notes", "Company", "Accounts", "Trial balance"]
    assert book["Notes"]["A1"].value == "The books of Abra Kebabra Ltd"


def test_before_the_consent_there_is_no_template(office: Office) -> None:
    customer = office.follow(office.ask())
    before = customer.path
    customer.look(f"{customer.entity_path()}/upload-template")
    assert customer.path == before


def test_taking_the_template_changes_nothing(office: Office) -> None:
    customer = at_upload(office)
    before = office.rows()
    customer.client.get(f"{customer.entity_path()}/upload-template", base_url=BASE)
    assert office.rows() == before


def test_the_filled_in_template_is_taken_and_kept_sealed(office: Office) -> None:
    customer = at_upload(office)
    path = customer.entity_path()
    content = workbook(FINANCIALS)
    token = customer.forms[0].fields
    customer.post(f"{path}/upload", **{**token, "workbook": (BytesIO(content), "filled in.xlsx")})
    assert customer.page.status_code == 200
    assert "filled in.xlsx" in customer.page.text
    row_id = office.values("SELECT id FROM uploads")[0]
    sealed = office.values("SELECT content FROM uploads")[0]
    assert b"PK\x03\x04" not in sealed[:40]
    assert office.ctx.vault.open_bytes(sealed, Place("northbank", "uploads", row_id, "content")) == content


def test_a_spend_request_gets_the_spend_sheets(office: Office) -> None:
    customer = office.follow(office.ask(SPEND), way="upload").press(count="one")
    office.consent(customer)
    page = customer.client.get(f"{customer.entity_path()}/upload-template", base_url=BASE)
    names = openpyxl.load_workbook(BytesIO(page.data)).sheetnames
    assert names == ["Notes", "Suppliers", "Bills", "Bill lines", "Payments", "Expenses"]
