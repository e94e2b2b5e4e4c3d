"""Headers of every answer, and which requests of which sites and sizes are let in."""

import re
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from linkflow.web.headers import BODY_BYTES, POLICY
from tests.web.office import BASE, Customer, Office
from tests.web.states import STATES, send_file

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A body refused half-way leaves its temporary file to the garbage collector.
large_bodies = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
PATHS = {
    "/l/made-up": 404,
    "/r/nothing/summary": 403,
    "/portal": 303,
    "/portal/sign-in": 200,
    "/health/live": 200,
    "/callback/sandbox": 400,
    "/no-such-page": 404,
    "/static/0/none.css": 404,
    "/other-browser/northbank": 200,
    "/l/a/renew/northbank": 404,
}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers_refusals_and_redirects_too(office: Office, path: str) -> None:
    got = office.app.test_client().get(path, base_url=BASE)
    assert got.status_code in (PATHS[path], 302, 405)
    _has_headers(got)


def test_every_page_of_a_journey_has_the_headers(office: Office) -> None:
    scene = STATES["several mixed"](office)
    for path in ("entities", "summary", "hand-over", "exit", "entity-name", "entity-count", "code"):
        _has_headers(scene.customer.client.get(f"/r/{scene.asked.request_id}/{path}", base_url=BASE))


def test_a_fault_of_ours_is_a_page_with_a_reference_and_the_headers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setitem(office.app.view_functions, "linkflow.live", broken)
    got = office.app.test_client().get("/health/live", base_url=BASE)
    assert got.status_code == 500
    assert "a secret detail" not in got.text
    assert 'data-page="server-fault"' in got.text
    _has_headers(got)


def test_the_policy_allows_nothing_inline_and_no_other_host() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "default-src 'none'" in POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert "form-action 'self'" in POLICY


def test_over_https_the_cookie_is_bound_to_the_host_and_browsers_are_told_to_stay(office: Office) -> None:
    secure = office.again(public_url="https://books.example", cookie_secure=True, trusted_hosts=("books.example",))
    got = secure.app.test_client().get("/portal", base_url="https://books.example")
    assert got.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = got.headers["Set-Cookie"]
    assert cookie.startswith("__Host-linkflow=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


# Sec-Fetch-Site, Origin → whether a post is let in.
SITES: list[tuple[str | None, str | None, bool]] = [
    (None, None, True),
    (None, BASE, True),
    (None, "http://evil.example", False),
    (None, "null", False),
    (None, BASE + ".evil.example", False),
    (None, "https://127.0.0.1:8000", False),
    ("same-origin", None, True),
    ("same-origin", BASE, True),
    ("same-origin", "http://evil.example", True),  # the browser's own word; Origin may be rewritten on the way
    ("none", None, True),
    ("same-site", BASE, False),
    ("cross-site", BASE, False),
    ("cross-site", None, False),
    ("nonsense", None, False),
    ("", None, False),
]


@pytest.mark.parametrize(("site", "origin", "let_in"), SITES)
def test_only_our_own_pages_may_post(office: Office, site: str | None, origin: str | None, let_in: bool) -> None:
    asked = office.ask()
    customer = office.browser().look(asked.link)
    sent = {name: value for name, value in (("Sec-Fetch-Site", site), ("Origin", origin)) if value is not None}
    before = office.rows()
    got = customer.client.post(asked.link.removeprefix(BASE), base_url=BASE, headers=sent)
    if let_in:
        assert got.status_code == 303
    else:
        assert (got.status_code, 'data-page="cross-site"' in got.text) == (403, True)
        assert office.rows() == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_links_from_other_sites_may_be_followed(office: Office, method: str) -> None:
    sent = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    path = office.ask().link.removeprefix(BASE)
    assert office.app.test_client().open(path, method=method, base_url=BASE, headers=sent).status_code == 200


def test_every_post_of_the_url_map_refuses_other_sites(office: Office) -> None:
    """But one: a mail program posts from wherever it is, with a token that can only stop reminders."""
    scene = STATES["several mixed"](office)
    entity = office.values("SELECT id FROM entities")[0]
    before = office.rows()
    for rule in office.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint == "linkflow.stop_reminders":
            continue
        path = rule.rule.replace("<request_id>", scene.asked.request_id).replace("<entity_id>", entity)
        for client in (scene.customer.client, office.user().client):
            got = client.post(path, base_url=BASE, headers={"Sec-Fetch-Site": "cross-site"})
            assert got.status_code == 403, rule.rule
            assert 'data-page="cross-site"' in got.text
            break
    assert _same_but_sign_ins(before, office.rows())


def test_a_form_without_its_token_comes_back_and_keeps_what_was_typed(office: Office) -> None:
    scene = STATES["counted several"](office)
    form = next(form for form in scene.customer.forms if form.has("name"))
    for token in ({}, {"linkflow_csrf": ""}, {"linkflow_csrf": "made-up"}):
        before = office.rows()
        scene.customer.post(form.action, name="Abra Kebabra Catering Ltd", **token)
        assert scene.customer.page.status_code == 422
        assert 'value="Abra Kebabra Catering Ltd"' in scene.customer.page.text
        assert office.rows() == before
    assert scene.customer.press().name == "software", "the page that came back can be sent"


def test_a_token_of_another_browser_is_refused(office: Office) -> None:
    one, other = STATES["counted several"](office), STATES["counted several"](office)
    form = next(form for form in one.customer.forms if form.has("name"))
    other.customer.post(other.customer.path, name="Ltd", linkflow_csrf=form.fields["linkflow_csrf"])
    assert other.customer.page.status_code == 422


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:8000", "", "[::1]"])
def test_a_host_we_do_not_serve_is_answered_as_such(office: Office, host: str) -> None:
    got = office.app.test_client().get("/portal/sign-in", base_url=BASE, headers={"Host": host})
    assert got.status_code == 400
    assert "evil" not in got.text
    assert 'data-page="bad-host"' in got.text


def test_the_page_about_a_wrong_host_has_its_looks_and_nothing_else_is_served_there(office: Office) -> None:
    elsewhere = {"base_url": "http://evil.example"}
    page = office.app.test_client().get("/portal/sign-in", **elsewhere)
    files = re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text)
    assert len([name for name in files if name.endswith(".css")]) >= 3
    for path in files:
        got = office.app.test_client().get(path, **elsewhere)
        assert got.status_code == 200, path
        _has_headers(got)
    for path in (
        "/static",
        "/static/../portal",
        "/static/%2e%2e/portal",
        "//static/../portal",
        "/brand/northbank/a.svg",
    ):
        assert office.app.test_client().get(path, **elsewhere).status_code in (400, 404), path
    moved = office.app.test_client().get("/static//portal", **elsewhere)
    assert "evil" not in str(moved.headers) + moved.text


def test_addresses_are_never_made_from_the_host_header(office: Office) -> None:
    asked = office.ask()
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    customer = Customer(office.app.test_client(), headers=forged).look(asked.link).press()
    office.consent(office.choose(customer))
    assert "evil" not in customer.page.text
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback%2Fsandbox" in customer.authorize_url


@large_bodies
def test_a_form_larger_than_any_of_ours_is_refused_on_a_page(office: Office) -> None:
    scene = STATES["counted several"](office)
    before = office.rows()
    form = next(form for form in scene.customer.forms if form.has("name"))
    scene.customer.post(form.action, name="x" * 100_000, linkflow_csrf=form.fields["linkflow_csrf"])
    assert (scene.customer.page.status_code, scene.customer.name) == (413, "too-large")
    many = {f"field-{number}": (BytesIO(b"x"), "x") for number in range(500)}
    got = scene.customer.client.post(form.action, base_url=BASE, data=many, content_type="multipart/form-data")
    assert got.status_code == 413
    assert 'data-page="too-large"' in got.text
    _has_headers(got)
    assert office.rows() == before


@large_bodies
def test_a_file_larger_than_we_take_comes_back_with_the_reason(office: Office) -> None:
    scene = STATES["uploaded"](office)
    before = office.rows()
    send_file(scene.customer, b"PK\x03\x04" + bytes(BODY_BYTES))
    assert (scene.customer.page.status_code, scene.customer.name) == (413, "upload")
    assert "larger than 10 MB" in scene.customer.page.text
    _has_headers(scene.customer.page)
    assert office.rows() == before


def test_a_file_of_just_over_ten_megabytes_comes_back_with_the_reason(office: Office) -> None:
    scene = STATES["uploaded"](office)
    before = office.rows()
    send_file(scene.customer, b"PK\x03\x04" + bytes(10 * 1024 * 1024))
    assert (scene.customer.page.status_code, scene.customer.name) == (422, "upload")
    assert office.rows() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_methods_nobody_offers_are_no_pages(office: Office, method: str) -> None:
    asked = office.ask()
    before = office.rows()
    got = office.app.test_client().open(asked.link.removeprefix(BASE), method=method, base_url=BASE)
    assert got.status_code == 405
    assert 'data-page="page-not-found"' in got.text
    assert office.rows() == before


def _has_headers(got: TestResponse) -> None:
    for name, value in HEADERS.items():
        assert got.headers.getlist(name) == [value], (got.request.path, name)
    assert "Server" not in got.headers or "Werkzeug" in got.headers["Server"]


def _same_but_sign_ins(before: str, after: str) -> bool:
    ours = ('INSERT INTO "events"', 'INSERT INTO "users"', 'INSERT INTO "throttles"')
    return [x for x in before.splitlines() if not x.startswith(ours)] == [
        x for x in after.splitlines() if not x.startswith(ours)
    ]
