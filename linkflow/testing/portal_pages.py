"""The portal's pages as a relationship manager reads them; figures come out as the rows of a table."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from linkflow.testing.site import Account

_READ_TABLE = """table => [...table.rows].map((row, n) =>
    [...row.cells].map(cell => (n ? cell.textContent : cell.innerText).trim()))"""


@dataclass(frozen=True)
class Table:
    """A table's words: the first row is its header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def row(self, label: str) -> tuple[str, ...]:
        """The first row that begins with `label`; LookupError where there is none."""
        for row in self.rows:
            if row[0] == label:
                return row
        raise LookupError(f"{label} is not among {[row[0] for row in self.rows]}")


@dataclass(frozen=True)
class Portal:
    """Somebody signed in to the portal, or about to be."""

    page: Page
    account: Account

    def sign_in(self) -> None:
        """With the account's password, unless this browser is signed in."""
        self.page.goto(self.account.portal)
        here = self.page.locator('main[data-page="sign-in"], main[data-page="companies"]')
        if here.get_attribute("data-page") == "sign-in":
            self.page.get_by_label("Email address").fill(self.account.email)
            self.page.get_by_label("Password").fill(self.account.password)
            self.page.get_by_role("button", name="Sign in").click()
            expect(self.page.locator('main[data-page="companies"]')).to_be_visible()

    def open_company(self, company_id: str) -> None:
        """One company's page, signing in where that is needed."""
        self.sign_in()
        self.page.goto(f"{self.account.portal}/companies/{company_id}")
        expect(self.page.locator('main[data-page="company"]')).to_be_visible()

    def show_figures(self, name: str) -> None:
        """The figures of one entity, where the company has several."""
        others = self.page.get_by_role("navigation", name="Figures of")
        shown = others.locator("[aria-current]", has_text=name)
        if others.count() and not shown.count():
            others.get_by_role("link", name=name, exact=True).click()
            expect(shown).to_be_visible()

    def open_report(self, name: str) -> None:
        """The whole of a report of the entity shown: `financial statements` or `spend analysis`."""
        self.page.get_by_role("link", name=f"Open the {name}", exact=True).click()
        expect(self.page.locator("main[data-page]").get_by_role("heading", level=1)).to_be_visible()
        expect(self.page.locator('main[data-page="company"]')).to_have_count(0)

    def press(self, name: str) -> None:
        """One button of the page."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """One link of the page, whose name begins so."""
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def at(self, name: str) -> None:
        """Wait for a page by its `data-page`."""
        expect(self.page.locator(f'main[data-page="{name}"]')).to_be_visible()

    def reads(self, words: str) -> None:
        """Wait until the page says so."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()

    def open_request(self, request_id: str) -> None:
        """One request's page."""
        self.sign_in()
        self.page.goto(f"{self.account.portal}/requests/{request_id}")
        expect(self.page.locator('main[data-page="request"]')).to_be_visible()

    def table(self, label: str) -> Table:
        """The table with this name."""
        region = self.page.get_by_role("region", name=label, exact=True)
        expect(region).to_be_visible()
        rows: list[list[str]] = region.locator("table").evaluate(_READ_TABLE)
        return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))

    def tables(self) -> tuple[str, ...]:
        """The names of all tables on the page."""
        return tuple(self.page.locator("table caption").all_inner_texts())
