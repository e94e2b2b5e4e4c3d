"""The main action keeps to the bottom edge of a phone's screen and hides nothing for good; elsewhere it stays put."""

import pytest

from tests.web.office import Office, on_sqlite
from tests.web.windows import Window

COVERED = """() => {
    const bar = document.querySelector('.actions').getBoundingClientRect(), top = Math.max(bar.top, 0);
    const words = [...document.querySelectorAll('main :not(.actions, .actions *)')].filter(
        e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.checkVisibility());
    return words.filter(e => {
        const box = e.getBoundingClientRect();
        return box.height && box.bottom > top + 24 && box.top < bar.bottom && box.bottom > 0 && box.top < innerHeight;
    }).map(e => e.textContent.trim().slice(0, 40));
}"""
POSITION = "() => getComputedStyle(document.querySelector('.actions')).position"
SCROLL = "share => window.scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight))"


@on_sqlite
@pytest.mark.parametrize("width", [360, 1280])
def test_the_welcome_pages_words_can_all_be_read(office: Office, window: Window, width: int) -> None:
    page = window()
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(office.ask().link)
    assert page.evaluate(POSITION) == ("sticky" if width == 360 else "static")
    for share in (0, 0.25, 0.5, 0.75, 1) if width == 1280 else (1,):
        page.evaluate(SCROLL, share)
        assert page.evaluate(COVERED) == [], share
