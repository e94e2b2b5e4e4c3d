"""What is left out of the looks at every page, and what never is."""

from dataclasses import replace

import pytest

from tests.web.every_page import SIDES, Gathered, names_of
from tests.web.shown import Shown, each_part_once
from tests.web.test_every_look import assert_nothing_is_missing

PORTAL = SIDES["portal"]
FORM = '<form class="stack" method="post"><label>Name</label><input type="text"><button>Go on</button></form>'
TABLE = "<table><thead><tr><th>Name</th></tr></thead><tbody><tr><td>Ada</td></tr></tbody></table>"
NOTICE = '<div class="notice"><p>Done.</p></div>'


def page(*parts: str, name: str = "users", template: str = "portal/users.html", status: int = 200) -> Shown:
    body = f'<main data-page="{name}"><h1>A page</h1>{"".join(parts)}</main><!-- linkflow/{template} -->'
    return Shown("", "/", status, {}, body.encode())


def gathered(*pages: Shown) -> Gathered:
    return Gathered({shown.make_up: shown for shown in pages})


def whole() -> list[Shown]:
    return [page(name=name, template=template) for template in PORTAL.templates() for name in names_of(template)]


def test_pages_that_differ_in_words_and_length_of_lists_are_built_alike() -> None:
    rows = "<li><p>One</p></li>"
    assert page(rows * 2).make_up == page(rows.replace("One", "Another") * 30).make_up
    assert page(rows).make_up != page("<li><p></p></li>").make_up
    assert page(rows).make_up != page(rows, status=422).make_up


def test_a_page_is_left_out_only_when_every_part_of_it_and_every_join_was_seen() -> None:
    both, first, second, neither = page(NOTICE, FORM, TABLE), page(NOTICE, FORM), page(FORM, TABLE), page(FORM)
    assert each_part_once([neither, first, second, both]) == [both, second, first]
    assert each_part_once([neither, first]) == [first, neither]


def test_a_part_seen_on_one_page_is_not_seen_on_another_nor_with_another_status() -> None:
    shown = [page(FORM), page(FORM, name="invite"), page(FORM, status=422)]
    assert each_part_once(shown) == shown


def test_a_page_that_nobody_was_shown_is_missed() -> None:
    assert_nothing_is_missing(PORTAL, gathered(*whole()))
    with pytest.raises(AssertionError, match=r"portal/account\.html"):
        assert_nothing_is_missing(PORTAL, gathered(*(shown for shown in whole() if shown.name != "account")))


def test_a_page_that_was_shown_only_as_refused_is_missed() -> None:
    refused = [replace(shown, status=422) if shown.name == "account" else shown for shown in whole()]
    with pytest.raises(AssertionError, match="account"):
        assert_nothing_is_missing(PORTAL, gathered(*refused))


def test_a_page_that_asks_and_never_refused_is_missed() -> None:
    found = gathered(*whole())
    found.asking.add("invite")
    with pytest.raises(AssertionError, match="invite"):
        assert_nothing_is_missing(PORTAL, found)
