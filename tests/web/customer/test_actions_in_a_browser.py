"""The main action keeps to the bottom edge of a phone's screen and hides nothing for good; elsewhere it stays put."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.web.office import BASE, Office

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


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the office's pages are served."""
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_welcome_pages_words_can_all_be_read(page: Page, office: Office, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(office.ask().link.replace(BASE, address))
    assert page.evaluate(POSITION) == ("sticky" if width == 360 else "static")
    for share in (0, 0.25, 0.5, 0.75, 1) if width == 1280 else (1,):
        page.evaluate(SCROLL, share)
        assert page.evaluate(COVERED) == [], share
