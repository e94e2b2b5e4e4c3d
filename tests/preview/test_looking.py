"""What is seen in a document that somebody got wrong."""

from pathlib import Path

import pytest

from linkflow.preview import chromium
from linkflow.preview.chromium import NoBrowser
from linkflow.preview.looking import WIDTHS, Job, Seen, View, look_at
from tests.preview.conftest import Apart

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head>
<body style="margin:0"><main><h1>A page</h1>{}</main></body></html>"""
LIGHT, DARK = View("phone", "light"), View("phone", "dark")


def seen_of(apart: Apart, tmp_path: Path, body: str, *views: View, is_mail: bool = False) -> list[Seen]:
    document, found = tmp_path / "page.html", list[Seen]()
    document.write_text(PAGE.format(body))
    job = Job(document, views or (LIGHT,), is_mail=is_mail, pictures=tmp_path / "page")
    apart(look_at, [job], report=lambda _, seen: found.extend(seen))
    return found


def test_a_page_with_nothing_wrong_has_a_picture_and_its_contrast(apart: Apart, tmp_path: Path) -> None:
    (seen,) = seen_of(apart, tmp_path, '<p style="color:#767676;background:#fff">Words</p>')
    assert seen.problems == ()
    assert seen.contrast == pytest.approx(4.54, abs=0.02)
    assert seen.picture is not None
    assert seen.picture.read_bytes().startswith(b"\x89PNG")
    assert seen.picture.name == "page-phone-light.png"


def test_what_axe_objects_to_is_told_with_where_it_is(apart: Apart, tmp_path: Path) -> None:
    (seen,) = seen_of(apart, tmp_path, '<input id="nameless"><p style="color:#bbb;background:#fff">Pale</p>')
    told = "\n".join(seen.problems)
    assert "label: " in told
    assert "#nameless" in told
    assert "color-contrast: " in told


def test_colours_are_looked_at_in_each_scheme(apart: Apart, tmp_path: Path) -> None:
    pale = "<style>@media (prefers-color-scheme: dark) { p { color: #ddd; background: #fff } }</style><p>Words</p>"
    light, dark = seen_of(apart, tmp_path, pale, LIGHT, DARK)
    assert light.problems == ()
    assert any(one.startswith("color-contrast") for one in dark.problems)


def test_a_page_that_is_wider_than_the_window_says_by_how_much(apart: Apart, tmp_path: Path) -> None:
    phone, desktop = seen_of(apart, tmp_path, '<div style="width:400px">Words</div>', LIGHT, View("desktop", "light"))
    assert phone.problems == (f"wider than the window by {400 - WIDTHS['phone']} pixels",)
    assert desktop.problems == ()


def test_a_picture_that_is_not_there_is_told(apart: Apart, tmp_path: Path) -> None:
    (seen,) = seen_of(apart, tmp_path, '<img src="missing.png" alt="The logo">')
    assert seen.problems == ("a picture cannot be shown: missing.png",)


def test_what_sticks_to_the_bottom_edge_covers_nothing(apart: Apart, tmp_path: Path) -> None:
    tall = '<p style="height:2000px">Words</p><div style="position:sticky;bottom:0;height:40px">Go on</div>'
    (seen,) = seen_of(apart, tmp_path, tall)
    assert seen.picture is not None
    width, height = (int.from_bytes(seen.picture.read_bytes()[at : at + 4], "big") for at in (16, 20))
    assert width == WIDTHS["phone"]
    assert height > 2000


def test_without_its_packages_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find_spec", lambda name: None)
    with pytest.raises(NoBrowser, match=r"pip install 'linkflow\[preview\]'"):
        chromium.require()


def test_without_a_chromium_it_is_said_what_to_install(
    apart: Apart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "installed", lambda: str(tmp_path / "no-chromium"))
    with pytest.raises(NoBrowser, match="playwright install chromium"):
        seen_of(apart, tmp_path, "")
