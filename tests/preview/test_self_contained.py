"""A document on disk: everything it is made with is beside it or inside it."""

import re
from pathlib import Path

import pytest

from linkflow.preview.self_contained import Shelf

SPRITE = '<svg><symbol id="check"><path d="M1 1"/></symbol><symbol id="lock"><path d="M2 2"/></symbol></svg>'
HTML = """<html><head><link rel="stylesheet" href="/books/static/0123/css/base.css"></head><body class="page">
<img src="/books/brand/northbank/abc.svg" alt=""><a href="#">On</a>
<svg><use href="/books/static/4567/icons.svg#check"></use></svg></body></html>"""


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def shelf(tmp_path: Path, asked: list[str]) -> Shelf:
    def fetch(address: str) -> bytes:
        asked.append(address)
        return address.encode()

    return Shelf(tmp_path / "out", fetch, sprite=SPRITE)


def test_styles_and_pictures_lie_beside_it_wherever_linkflow_is_mounted(shelf: Shelf) -> None:
    html = shelf.put("en-GB/welcome.html", HTML).read_text()
    (styles,) = re.findall(r'href="../(files/[0-9a-f]{8}-base.css)"', html)
    assert re.search(r'src="../files/[0-9a-f]{8}-abc.svg"', html)
    assert (shelf.folder / styles).read_bytes() == b"/books/static/0123/css/base.css"


def test_each_is_fetched_once_for_all_documents(shelf: Shelf, asked: list[str]) -> None:
    shelf.put("en-GB/one.html", HTML)
    assert re.search(r'href="files/[0-9a-f]{8}-base.css"', shelf.put("index.html", HTML).read_text())
    assert len(asked) == len(set(asked)) == 2


def test_the_icons_it_uses_and_no_others_are_drawn_in_it(shelf: Shelf) -> None:
    html = shelf.put("welcome.html", HTML).read_text()
    assert '<use href="#icon-check">' in html
    assert '<symbol id="icon-check">' in html
    assert "lock" not in html


def test_nothing_in_it_can_run_or_be_sent(shelf: Shelf) -> None:
    assert "script-src 'none'; form-action 'none'" in shelf.put("welcome.html", HTML).read_text()


def test_two_files_of_one_name_are_not_taken_for_each_other(shelf: Shelf) -> None:
    html = '<head></head><link href="/static/1/css/base.css"><link href="/static/2/other/css/base.css">'
    shelf.put("welcome.html", html)
    assert len({path.read_bytes() for path in (shelf.folder / "files").iterdir()}) == 2
