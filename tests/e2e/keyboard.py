"""A person without a mouse: Tab to a control, see where the focus is, then Enter or Space."""

from dataclasses import dataclass

from playwright.sync_api import Page

STEPS = 120
_FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return {name: '', seen: true};
    const name = [e.labels?.[0]?.innerText, e.innerText, e.getAttribute('aria-label'), e.name].find(Boolean) ?? '';
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const ringed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const within = box.bottom > 0 && box.top < innerHeight;
    return {name: name.trim(), seen: (ringed || style.boxShadow !== 'none') && within, html: e.outerHTML.slice(0, 120)};
}"""


@dataclass(frozen=True)
class Keyboard:
    """Keys only; every stop on the way has to show that it has the focus."""

    page: Page

    def press_on(self, name: str) -> None:
        """Go to a link or button by the words it begins with, and press Enter."""
        self.go_to(name)
        self.page.keyboard.press("Enter")

    def tick(self, words: str) -> None:
        """Go to a box by some of its words, and press Space."""
        self.go_to(words)
        self.page.keyboard.press("Space")

    def type_into(self, label: str, text: str) -> None:
        """Go to a field and type."""
        self.go_to(label)
        self.page.keyboard.type(text)

    def go_to(self, words: str) -> None:
        """Tab until the focused control's name contains `words`."""
        passed = []
        for _ in range(STEPS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(_FOCUSED)
            assert focused["seen"], f"{self.page.url}: the focus cannot be seen on {focused['html']}"
            passed.append(focused["name"].split("\n")[0])
            if words in focused["name"]:
                return
        raise AssertionError(f"no way to {words!r} on {self.page.url} by keyboard: {passed}")
