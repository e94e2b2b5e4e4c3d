"""The customer's pages and the software's, as a person goes through them: by role, by name, by `data-page`.

Every press that a person makes is counted in `Customer.actions`. Buttons an organization has renamed are told in
`Words`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from linkflow.languages import translations

Name = str | re.Pattern[str]


@dataclass(frozen=True)
class Words:
    """What buttons and fields are called, in English; a name of yours goes in the place of ours."""

    start: Name = re.compile(r"^(Connect your software|Continue)$")
    upload: Name = "Upload a file"
    proceed: Name = "Continue"
    accept: Name = re.compile(r"^(Accept and continue|Connect to .+)$")
    share: Name = re.compile(r"^Share with .+$")
    none_of_these: Name = re.compile(r"^(None of these|No, another company)$")
    add: Name = "Add another entity"
    finish: Name = "Finish"
    code: Name = "Code"
    registered_name: Name = "Registered name"
    full_name: Name = "Your full name"

    @classmethod
    def of(cls, language: str) -> "Words":
        """What they are called in a language: `Words.of("de")`."""
        say = translations(language).gettext
        return cls(
            start=_any_of(say("Connect your software"), say("Continue")),
            upload=say("Upload a file"),
            proceed=say("Continue"),
            accept=_any_of(say("Accept and continue"), "Connect to %(software)s"),  # the second is the vendor's own
            share=_any_of(say("Share with %(organization)s")),
            none_of_these=_any_of(say("None of these"), say("No, another company")),
            add=say("Add another entity"),
            finish=say("Finish"),
            code=say("Code"),
            registered_name=say("Registered name"),
            full_name=say("Your full name"),
        )


def nothing(_: Page) -> None:
    """Looks at no page."""


@dataclass
class Customer:
    """Somebody in a browser; `look` is called on each page of the journey as it is reached."""

    page: Page
    words: Words = Words()
    look: Callable[[Page], None] = nothing
    actions: int = 0
    _software: "Software" = field(init=False)

    def __post_init__(self) -> None:
        self._software = Software(self.page)

    @property
    def main(self) -> Locator:
        """The page's main part."""
        return self.page.locator("main")

    def at(self, *names: str) -> str:
        """Wait for one of these pages by `data-page`, look at it, answer which it is."""
        here = self.page.locator(",".join(f'main[data-page="{name}"]' for name in names))
        expect(here).to_be_visible()
        self.look(self.page)
        return here.get_attribute("data-page") or ""

    def press(self, name: Name, *, times: int = 1) -> None:
        """One button of the page, as one action."""
        self.actions += 1
        self.main.get_by_role("button", name=name, exact=True).click(click_count=times)

    def follow(self, name: Name) -> None:
        """One link of the page, as one action."""
        self.actions += 1
        self.main.get_by_role("link", name=name, exact=True).first.click()

    def open(self, link: str) -> None:
        """The link from the mail; counting starts here."""
        self.page.goto(link)
        self.actions = 0

    def start(self) -> None:
        """Welcome's main button."""
        self.at("welcome")
        self.press(self.words.start)

    def enter_code(self, code: str) -> None:
        """The mailed digits."""
        self.at("code")
        self.page.get_by_label(self.words.code).fill(code)
        self.press(self.words.proceed)

    def say_how_many(self, count: str) -> None:
        """One legal entity or several."""
        self.at("entity-count")
        self.main.get_by_role("radio", name=_begins(count)).check()
        self.press(self.words.proceed)

    def name_entity(self, name: str) -> None:
        """The registered name of the next entity."""
        self.at("entity-name")
        self.page.get_by_label(self.words.registered_name).fill(name)
        self.press(self.words.proceed)

    def choose_software(self, name: str = "Sandbox Books") -> None:
        """A row of the picker."""
        self.at("software")
        self.actions += 1
        self.main.get_by_role("button", name=_begins(name)).first.click()

    def say(self, name: str, value: str) -> None:
        """What the software has to know before one signs in there, chosen from a list."""
        self.at("consent")
        self.main.locator(f'select[name="asked_{name}"]').select_option(value)

    def accept(self, *, name: str = "Charlie Contact", times: int = 1) -> None:
        """The consent, agreed to in somebody's name."""
        self.at("consent")
        self.page.get_by_label(self.words.full_name).fill(name)
        self.main.get_by_role("checkbox").check()
        self.press(self.words.accept, times=times)

    def authorise(self, *companies: str, email: str) -> None:
        """Sign in at the software and approve; without `companies` the ones ticked already."""
        self._software.sign_in(email)
        self._software.approve(*companies)

    def confirm_company(self, name: str | None = None) -> None:
        """The company the software has; `name` chooses among several."""
        self.at("confirm-company")
        if name is not None and self.main.get_by_role("radio").count():
            self.main.get_by_role("radio", name=_begins(name)).check()
        self.press(self.words.share)

    def connect(self, *companies: str, email: str, choose: str | None = None) -> None:
        """From the picker to `connected`, straight through."""
        if self.at("software", "consent") == "software":
            self.choose_software()
        self.accept()
        self.authorise(*companies, email=email)
        self.confirm_company(choose)
        self.at("connected")

    def finish(self) -> None:
        """The end of a journey with several entities: the summary, where the organization has no page of its own."""
        self.at("entities")
        self.press(self.words.finish)
        self.at("summary")


@dataclass(frozen=True)
class Software:
    """The sandbox's own two pages: sign in, then approve or decline."""

    page: Page

    def arrive(self) -> str:
        """Wait until the software shows one of its pages; `sign-in` or `authorize`."""
        here = self.page.locator('main[data-page="sign-in"], main[data-page="authorize"]')
        expect(here).to_be_visible()
        return here.get_attribute("data-page") or ""

    def sign_in(self, email: str) -> None:
        """As this person, whoever was signed in before."""
        if self.arrive() == "authorize":
            if self.page.locator("strong", has_text=email).count():
                return
            self.page.get_by_role("button", name="Use another account").click()
            expect(self.page.locator('main[data-page="sign-in"]')).to_be_visible()
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator('main[data-page="authorize"]')).to_be_visible()

    def approve(self, *companies: str, times: int = 1) -> None:
        """Let linkflow read these companies; without any, those ticked already."""
        for company in companies:
            named = _begins(company)
            self.page.get_by_role("checkbox", name=named).or_(self.page.get_by_role("radio", name=named)).check()
        self.page.get_by_role("button", name="Approve").click(click_count=times)

    def decline(self) -> None:
        """Not to share."""
        self.page.get_by_role("button", name="Decline").click()


def _any_of(*sentences: str) -> re.Pattern[str]:
    """One of these names, whatever is filled in."""
    whole = (".+".join(map(re.escape, re.split(r"%\(\w+\)s", one))) for one in sentences)
    return re.compile(f"^({'|'.join(whole)})$")


def _begins(name: str) -> re.Pattern[str]:
    """A row's name goes on with more about it."""
    return re.compile(rf"^{re.escape(name)}\b")
