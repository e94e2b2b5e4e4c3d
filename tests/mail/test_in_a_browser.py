"""Mails as a reader's screen shows them: two widths, two colour schemes, two looks."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from linkflow.mail import fill
from linkflow.organization_model import Organization
from tests.accessible import AXE, assert_fits, assert_no_wider_than_the_window, assert_stands_text_spacing
from tests.availability import require
from tests.mail.examples import EXAMPLES, HARBOUR, LINK, LOGO_URL, NORTHBANK, STOP, rendered

LOGO = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='160' height='32'/%3E"
SHOWN = """() => [...document.querySelectorAll('.button')].map(e => {
    const box = e.getBoundingClientRect(), room = e.closest('.body').clientWidth;
    return {height: box.height, wide: box.width > room * 0.75};
})"""
FINDINGS = """async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}))
    .violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120) + ' ' + (n.any[0]?.message ?? '')))"""


def show(page: Page, name: str, organization: Organization) -> None:
    mail = fill(rendered(name, organization), link=LINK, code="481926", stop=STOP)
    page.set_content(mail.html.replace(LOGO_URL, LOGO))


@pytest.mark.parametrize(
    ("organization", "names"),
    [(NORTHBANK, tuple(EXAMPLES)), (HARBOUR, ("request-spend", "code", "connected"))],
    ids=["northbank", "harbour"],
)
def test_every_mail_fits_is_readable_and_has_a_button_of_48_pixels(
    page: Page, organization: Organization, names: tuple[str, ...]
) -> None:
    require(AXE.exists(), "axe-core", command="make setup")
    for name in names:
        show(page, name, organization)
        page.evaluate(Path(AXE).read_text())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for width in (360, 680):
                page.set_viewport_size({"width": width, "height": 700})
                assert_fits(page, {"width": width, "height": 700})
                assert [each["height"] for each in page.evaluate(SHOWN)] in ([48], []), name
                assert all(each["wide"] for each in page.evaluate(SHOWN)) or width == 680, name
            assert page.evaluate(FINDINGS) == [], f"{name} in {scheme}"


def test_a_mail_stands_a_narrow_screen_and_the_readers_own_spacing(page: Page) -> None:
    for name in ("request-spend", "connected", "code"):
        show(page, name, NORTHBANK)
        assert_fits(page, {"width": 320, "height": 256})
        assert_stands_text_spacing(page)


def test_a_name_as_long_as_is_allowed_is_broken_before_it_widens_the_mail(page: Page) -> None:
    longest = replace(NORTHBANK, name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbank eG")
    show(page, "request-spend", longest)
    for width in (320, 680):
        page.set_viewport_size({"width": width, "height": 700})
        assert_no_wider_than_the_window(page)
