"""The pages that delete and import companies, in a real browser, held to everything."""

from pathlib import Path

from linkflow.services import asking_all
from tests.e2e.outlines import assert_told_at_the_top
from tests.web.office import BASE, Office, on_sqlite
from tests.web.states import STATES
from tests.web.windows import Check, Window, press

pytestmark = on_sqlite
COMPANIES = f"{BASE}/portal/companies"
HEAD = "Company name;Description;Contact name;Contact email;Assigned user emails\n"
GOOD = f"{HEAD}The Codfather;Fish and chips;Don Cod;don@codfather.example;\nHairosmith;;Ada Hair;ada@hair.example;\n"
BAD = f"{HEAD};;Don Cod;don at codfather;nobody@northbank.example\n"


def table(folder: Path, text: str) -> Path:
    file = folder / "companies.csv"
    file.write_text(text)
    return file


def test_deleting_a_company(office: Office, window: Window, check: Check) -> None:
    asked = STATES["several mixed"](office).asked
    page = window(office.user())
    page.goto(f"{COMPANIES}/{asked.company_id}/delete")
    check(page, "delete-company")
    press(page, "Delete for good")
    check(page, "delete-company refused")
    assert_told_at_the_top(page)
    page.get_by_label("To confirm, type").fill("Abra Kebabra Ltd")
    press(page, "Delete for good")
    page.goto(f"{COMPANIES}/{asked.company_id}")
    check(page, "company-going")


def test_importing_companies(office: Office, window: Window, check: Check, tmp_path: Path) -> None:
    page = window(office.user())
    page.goto(f"{COMPANIES}/import")
    check(page, "company-import")
    page.get_by_label("Your table").set_input_files(table(tmp_path, BAD))
    press(page, "Check the file")
    check(page, "company-import refused")
    page.get_by_label("Your table").set_input_files(table(tmp_path, GOOD))
    press(page, "Check the file")
    check(page, "import-check")
    press(page, "Add 2 companies")
    check(page, "import-request")
    press(page, "See the first email")
    check(page, "import-request refused")
    assert_told_at_the_top(page)
    page.get_by_role("radio", name="Both").check()
    press(page, "See the first email")
    check(page, "import-request preview")
    press(page, "Send to 2 companies")
    check(page, "import-progress")
    asking_all.ask_next(office.ctx, page.url.rpartition("/")[2])
    page.get_by_role("link", name="Check again").click()
    check(page, "import-progress done")
