"""The little Markdown of an organization's paragraphs: what it becomes, and what it can never become."""

import pytest

from linkflow.markdown import as_html, as_plain, faults, says_something

WRITTEN = """
Read **all** of *it*, on [our page](https://a.example/x?a=1&b=2) or by [mail](mailto:help@a.example).\\
A second line.

- one
- two

1. first
2. second
"""


def test_a_paragraph_keeps_emphasis_links_lists_and_line_breaks():
    assert as_html(WRITTEN) == (
        'Read <strong>all</strong> of <em>it</em>, on <a class="link" href="https://a.example/x?a=1&amp;b=2">our page'
        '</a> or by <a class="link" href="mailto:help@a.example">mail</a>.<br>A second line.'
        '<span class="list" role="list">'
        '<span class="item" role="listitem"><br><span class="item__mark">• </span>one</span>'
        '<span class="item" role="listitem"><br><span class="item__mark">• </span>two</span></span>'
        '<span class="list list--numbered" role="list">'
        '<span class="item" role="listitem"><br><span class="item__mark">1. </span>first</span>'
        '<span class="item" role="listitem"><br><span class="item__mark">2. </span>second</span></span>'
    )


def test_in_plain_text_a_link_shows_its_address_and_a_list_its_lines():
    assert as_plain(WRITTEN) == (
        "Read all of it, on our page (https://a.example/x?a=1&b=2) or by mail (help@a.example).\nA second line.\n\n"
        "- one\n- two\n\n1. first\n2. second"
    )
    assert as_plain("[help@a.example](mailto:help@a.example)") == "help@a.example"


def test_two_paragraphs_stay_apart():
    assert as_html("One.\n\nTwo.") == "One.<br><br>Two."
    assert as_plain("One.\n\nTwo.") == "One.\n\nTwo."


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](http://a.example)",
        "[x](//a.example)",
        "[x](/portal)",
        "[x]( &#106;avascript:alert(1))",
        "![x](https://a.example/x.png)",
        "<https://a.example>",
        "[x]: javascript:alert(1)\n\n[x]",
        "# Title",
        "`code`",
        "> quoted",
        "| a |\n|---|\n| b |",
    ],
)
def test_nothing_else_becomes_anything(text):
    made = as_html(text).replace('<a class="link" href="https://a.example/x.png">', "").replace("</a>", "")
    assert "<" not in made.replace("<br>", "")
    assert as_plain(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[x](javascript:alert(1))", "something other than https"),
        ("[x](http://a.example)", "something other than https"),
        ("![x](https://a.example/x.png)", "has a picture"),
        ("[x](https://a.example/{company})", "inside a link's address"),
        ("Read [](https://a.example) this", "a link without words"),
        ("Read [\u200b](https://a.example) this", "a link without words"),
        ("[[](https://a.example)[linkflow:link]] in a mail", "a link without words"),
        ("**  **", "nothing to read"),
        ("[](https://a.example)", "nothing to read"),
        ("\u200b\u2060", "nothing to read"),
    ],
)
def test_what_cannot_be_meant_is_said(text, reason):
    assert any(reason in fault for fault in faults(text))


def test_a_good_paragraph_has_no_faults():
    assert list(faults(WRITTEN)) == []


def test_quotes_cannot_leave_an_address():
    assert as_html('[x](https://a.example/"onclick="alert(1))').count('"') == 4


@pytest.mark.parametrize(("text", "said"), [("a", True), ("你好", True), ("7", True), ("– · –", False), ("", False)])
def test_letters_and_figures_say_something(text, said):
    assert says_something(text) is said
