"""What holds of every page a walk passes: it is one we know, has one heading, and a title no other page has."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

from linkflow.domain.journey import Step
from linkflow.web.errors import ANSWERS

KNOWN = (
    {step.value for step in Step}
    | {template for template, _ in ANSWERS.values()}
    | {"not-listed", "no-software", "access-code", "disconnect"}
)
_READ = """() => ({
    name: document.querySelector('main')?.dataset.page ?? '',
    mains: document.querySelectorAll('main').length,
    headings: [...document.querySelectorAll('h1')].map(h => h.innerText.trim()),
    title: document.title,
    language: document.documentElement.lang,
})"""


@dataclass
class Looking:
    """Called with each page; remembers titles over the length of one test."""

    titles: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def __call__(self, page: Page) -> None:
        found = page.evaluate(_READ)
        name, title = found["name"], found["title"]
        assert name in KNOWN, f"{page.url} is {name!r}"
        assert found["mains"] == 1, page.url
        assert len(found["headings"]) == 1, f"{name}: {found['headings']}"
        assert found["headings"][0], f"{name} has an empty heading"
        assert found["language"] == "en-GB", name
        assert self.titles.setdefault(title, name) == name, f"{name} and {self.titles[title]} are both called {title!r}"
        self.seen.append(name)
