"""The test rig itself: it must notice what it is there to notice."""

import socket
from pathlib import Path

import psycopg
import pytest

from tests import html, isolation, recording
from tests.accessible import assert_axe_clean, assert_breaks_no_word, assert_fits, assert_targets_are_large
from tests.browser import VIOLATION, Watch

GOOD = """<!DOCTYPE html><html lang="en"><head><title>A page</title></head>
<body><main><h1>A page</h1><p>Words.</p><button>Go on</button></main></body></html>"""
BAD = """<!DOCTYPE html><html><head><title>A page</title></head>
<body><main><h1>A page</h1><p style="color:#bbb">Faint.</p><a href="/x" style="font-size:6px">x</a>
<div style="width:900px">wide</div>
<p style="width:4em;overflow-wrap:anywhere">bookkeeping ten-thousandfold</p></main></body></html>"""
FOLDED = """<!DOCTYPE html><details style="width:4em"><summary>More</summary>
<p style="overflow-wrap:anywhere">bookkeeping</p></details>"""


def test_the_checker_passes_a_valid_page_and_names_what_is_wrong_with_another(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text(GOOD)
    assert html.findings(tmp_path) == []
    (tmp_path / "bad.html").write_text(GOOD.replace("<p>", "<p id=a id=b><table><p>"))
    assert any(each.startswith("bad.html:2") for each in html.findings(tmp_path))


def test_axe_and_the_other_checks_pass_a_sound_page_and_refuse_a_bad_one(page) -> None:
    page.set_content(GOOD)
    assert_axe_clean(page)
    page.set_content(BAD)
    with pytest.raises(AssertionError, match="html-has-lang"):
        assert_axe_clean(page)
    with pytest.raises(AssertionError, match="wider than 320 px"):
        assert_fits(page, {"width": 320, "height": 640})
    with pytest.raises(AssertionError, match="targets under"):
        assert_targets_are_large(page)
    with pytest.raises(AssertionError, match=r"breaks words at \d+ px:\n    bookkeeping in"):
        assert_breaks_no_word(page)
    page.set_content(FOLDED)
    assert_breaks_no_word(page)


def test_a_request_to_another_host_is_noticed_and_finds_nobody(page, watch: Watch) -> None:
    page.set_content(GOOD.replace("<p>", '<p><img alt="" src="http://elsewhere.invalid/x.png">'))
    page.wait_for_load_state()
    assert watch.foreign_requests == ["http://elsewhere.invalid/x.png"]
    watch.foreign_requests.clear()


def test_a_broken_policy_is_noticed_on_the_console_and_on_the_page(page, watch: Watch) -> None:
    policy = "default-src 'none'; frame-ancestors 'none'"
    page.route("http://localhost/", lambda route: route.fulfill(body=BAD, headers={"Content-Security-Policy": policy}))
    page.goto("http://localhost/")
    page.wait_for_function("document.querySelector('div')")
    told = " ".join(watch.policy_violations)
    watch.policy_violations.clear()
    assert VIOLATION in told
    assert "inline style" in told


def test_sockets_reach_this_machine_only() -> None:
    with socket.socket() as outward, pytest.raises(isolation.ReachedOut):
        outward.connect(("192.0.2.1", 80))
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("elsewhere.invalid", 443)


def test_rendered_templates_are_remembered_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import jinja2

    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(
        jinja2.Template,
        "_from_namespace",
        classmethod(recording._keeping_names(jinja2.Template._from_namespace.__func__, tmp_path / "templates")),
    )
    sources = {"base/a.html": "{% block b %}{% endblock %}", "b.html": "{% extends 'base/a.html' %}", "c.html": ""}
    environment = jinja2.Environment(loader=jinja2.DictLoader(sources), autoescape=True)
    environment.get_template("c.html")
    environment.get_template("b.html").render()
    assert recording.rendered_templates(tmp_path) == {"base/a.html", "b.html"}


def test_postgres_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
