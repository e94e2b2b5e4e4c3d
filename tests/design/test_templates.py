"""The rules every template keeps, and every off-ramp rendered with all it may be given and with nothing."""

import gzip
import re
from datetime import date
from pathlib import Path

import pytest

from linkflow import paths
from linkflow.templating import environment
from linkflow.web.page_views import FormView, HelpContact, OffRampPage, Shell

ROOT = paths.templates() / "linkflow"
PAGES = [
    file
    for folder in ("layouts", "components", "customer", "errors", "portal")
    for file in ROOT.glob(f"{folder}/*.html")
]
OFF_RAMPS = sorted(file.stem for file in ROOT.glob("errors/*.html"))
COMPONENTS = sorted(ROOT.glob("components/*.html"))
SPRITE = (paths.static() / "icons.svg").read_text()
FIRST_VIEW = 15_000


def rendered(code: str, page: OffRampPage) -> str:
    """An off-ramp as a customer gets it, in the shipped words."""
    shell = Shell(organization="Northbank", help=HelpContact(phone="020 7946 0123"))
    template = environment("en").get_template(f"linkflow/errors/{code}.html")
    return template.render(shell=shell, page=page, asset=lambda path: f"/static/{path}", slot=lambda _key, words: words)


def full(code: str) -> OffRampPage:
    """An off-ramp with every way on."""
    return OffRampPage(
        code=code,
        reference="7gq2",
        software_name="Sandbox Books",
        tenant_name="The Codfather",
        expected_name="Hairosmith",
        required_role="Administrator",
        form=FormView(action="/press", csrf_token="token"),
        ends_on=date(2026, 11, 30),
        retry_href="/again",
        back_href="/back",
        other_software_href="/software",
        upload_href="/upload",
        hand_over_href="/hand-over",
        summary_href="/summary",
    )


@pytest.mark.parametrize("code", OFF_RAMPS)
@pytest.mark.parametrize("given", [full, lambda code: OffRampPage(code=code)], ids=["every way on", "no way on"])
def test_an_off_ramp_has_one_heading_its_name_a_title_and_somebody_to_ask(code: str, given: object) -> None:
    page = rendered(code, given(code))  # type: ignore[operator]
    headings = re.findall(r"<h1>(.*?)</h1>", page)
    assert len(headings) == 1
    assert f"<title>{headings[0]} – Northbank</title>" in page
    assert f'data-page="{code}"' in page
    assert "020 7946 0123" in page


def test_no_two_off_ramps_share_a_title() -> None:
    titles = [re.findall(r"<title>(.*?)</title>", rendered(code, full(code)))[0] for code in OFF_RAMPS]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_template_holds_a_style_a_script_or_another_host(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|https?://", text)
    assert not re.search(r"<script(?! src=)", text)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_everything_a_template_takes_is_used(file: Path) -> None:
    taken = re.compile(r'{% from "[^"]+" import ([^%]+?)(?: with context)? %}')
    text = file.read_text()
    names = {name.strip().rpartition(" as ")[2] for found in taken.findall(text) for name in found.split(",")}
    rest = taken.sub("", re.sub(r"{#.*?#}", "", text, flags=re.DOTALL))
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", rest)] == []


@pytest.mark.parametrize("file", COMPONENTS, ids=lambda file: file.stem)
def test_a_component_is_shorter_than_forty_lines(file: Path) -> None:
    assert len(file.read_text().splitlines()) < 40


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', SPRITE))
    asked = {
        name for file in PAGES for name in re.findall(r'(?:icon\(|glyph=|set mark = )"([a-z-]+)"', file.read_text())
    }
    assert asked <= drawn


def test_the_styles_of_a_customer_page_leave_room_for_the_page() -> None:
    files = [f"css/{name}.css" for name in ("tokens", "base", "components", "customer")] + ["icons.svg", "js/once.js"]
    sizes = [len(gzip.compress((paths.static() / name).read_bytes())) for name in files]
    assert sum(sizes) < FIRST_VIEW * 2 / 3
