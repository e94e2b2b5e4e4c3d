"""Filling in the link and the code, at the moment of sending and nowhere else."""

import pytest

from linkflow.mail import CODE_PLACEHOLDER, LINK_PLACEHOLDER, RenderedMail, fill
from linkflow.mail.placeholders import disarm

STORED = RenderedMail(f"Subject {LINK_PLACEHOLDER}", f"Go: {LINK_PLACEHOLDER}", f'<a href="{LINK_PLACEHOLDER}">go</a>')


def test_the_link_is_escaped_in_html_and_plain_in_text() -> None:
    filled = fill(STORED, link="https://x.example/l/a&b'c")
    assert filled.text == "Go: https://x.example/l/a&b'c"
    assert filled.html == '<a href="https://x.example/l/a&amp;b&#x27;c">go</a>'


def test_the_subject_is_never_filled() -> None:
    assert fill(STORED, link="https://x.example/").subject == STORED.subject


def test_a_mail_without_its_link_or_code_does_not_leave() -> None:
    with pytest.raises(ValueError, match="needs a link"):
        fill(STORED)
    with pytest.raises(ValueError, match="needs a code"):
        fill(RenderedMail("s", CODE_PLACEHOLDER, ""), link="https://x.example/")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example/l",
        "/l/token",
        "https://",
        "https://x.example/l/a b",
        "https://x.example/l/a\nb",
        "https://x.example/\u00e9",
        "",
    ],
)
def test_only_a_plain_web_address_is_taken_for_a_link(link: str) -> None:
    with pytest.raises(ValueError, match="plain http"):
        fill(STORED, link=link)


@pytest.mark.parametrize("code", ["", "12a456", "123", "１２３４５６", "123456\n", "12345678901"])
def test_only_digits_are_taken_for_a_code(code: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        fill(RenderedMail("s", CODE_PLACEHOLDER, ""), code=code)


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    filled = fill(RenderedMail("s", LINK_PLACEHOLDER, ""), link=f"https://x.example/{CODE_PLACEHOLDER}", code="123456")
    assert filled.text == f"https://x.example/{CODE_PLACEHOLDER}"


def test_what_somebody_typed_cannot_become_a_placeholder() -> None:
    assert disarm(f"a {LINK_PLACEHOLDER} b") == "a [linkflow:link]] b"
    assert LINK_PLACEHOLDER not in disarm("[[linkflow:[[linkflow:link]]")
