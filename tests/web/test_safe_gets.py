"""Looking changes nothing: every GET of the URL map, in every state of the journey, by everybody.

No worker runs here. The excepted addresses are named: a callback with a live attempt, and downloads, which are
written down in the audit log.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from math import ceil
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder

from linkflow.web import pages
from tests.web.office import BASE, Customer, Office, on_postgres, on_sqlite
from tests.web.states import STATES, Scene

# Downloads: what was taken, by whom and when is written down.
DOWNLOADS = {
    "linkflow.receipt_text",
    "linkflow.receipt",
    "linkflow_portal.audit_log_csv",
    "linkflow_portal.download",
    "linkflow_portal.financials_csv",
    "linkflow_portal.financials_json",
    "linkflow_portal.spend_csv",
    "linkflow_portal.spend_json",
    "linkflow_portal.stored_workbook",
}
FULLEST = "several mixed"
REST = [name for name in STATES if name != FULLEST]
A_FEW = 20
# Whom a page is meant for, by how its address begins.
MEANT = {
    "customer": ("/r/", "/l/", "/callback/", "/stop-reminders/"),
    "manager": ("/portal", "/l/"),
    "recipient": ("/r/",),
}
# Pages that show nothing of any request or company: whatever state those are in, they are the same.
APART = tuple(
    f"/portal/{page}"
    for page in (
        *("account", "users", "sign-in", "forgotten-password", "new-passwords", "invitations"),
        *("companies/import", "companies/new", "requests/new/mail", "gallery"),
    )
)
PORTAL_ROLES = ("viewer", "manager", "administrator")


@on_sqlite
def test_no_get_by_anybody_changes_a_row(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _look_at_everything(office, STATES[FULLEST](office), monkeypatch, times=A_FEW)


@on_sqlite
@pytest.mark.parametrize("state", REST)
def test_no_get_changes_a_row(office: Office, state: str) -> None:
    """Twice by whom a page is meant for, where the state can matter; by everybody else and often in `make slow`."""
    scene, jobs = STATES[state](office), list(office.enqueued.jobs)
    there = {"customer": scene.customer, "manager": office.user("manager"), "recipient": scene.recipient}
    visitors = {who: visitor for who, visitor in there.items() if visitor is not None}
    addresses, before = [path for _, path in addresses_of(office, scene) if not path.startswith(APART)], office.rows()
    for who, visitor in visitors.items():
        own = [path for path in addresses if path.startswith(MEANT[who])]
        _look(office, before, visitors, who, own)
        for path in own:
            _stare(office, visitor, path, 1)
        assert office.rows() == before, f"{who} changed rows at {_culprit(office, visitor, own)}"
    assert office.enqueued.jobs == jobs


@on_postgres
@pytest.mark.parametrize("state", [FULLEST, *(pytest.param(name, marks=pytest.mark.slow) for name in REST)])
def test_every_page_of_every_state_is_served_by_postgres(
    office: Office, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _look_at_everything(office, STATES[state](office), monkeypatch, times=1)


@pytest.mark.slow
@on_sqlite
@pytest.mark.parametrize("state", STATES)
def test_no_get_changes_a_row_however_often(office: Office, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand times where there is most to see, some thousands of looks in all in each other state."""
    times, apart = (1000, 1000) if state == FULLEST else (100, A_FEW)
    _look_at_everything(office, STATES[state](office), monkeypatch, times=times, apart=apart)


def test_every_get_of_the_url_map_is_looked_at(office: Office) -> None:
    scene = STATES["several mixed"](office)
    looked = {rule.endpoint for rule, _ in addresses_of(office, scene)}
    routed = {rule.endpoint for rule in office.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert looked == routed - DOWNLOADS


def test_one_changed_row_would_be_noticed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = STATES["followed"](office)
    view = office.app.view_functions["linkflow.summary"]

    def careless(**path: Any) -> Any:
        office.write("UPDATE requests SET opened_at = created_at")
        return view(**path)

    monkeypatch.setitem(office.app.view_functions, "linkflow.summary", careless)
    with pytest.raises(AssertionError, match="/summary"):
        _look_at_everything(office, scene, monkeypatch, times=1)


def _look_at_everything(
    office: Office, scene: Scene, monkeypatch: pytest.MonkeyPatch, *, times: int, apart: int | None = None
) -> None:
    """Everybody looks at everything; whom a page is meant for does so `times` times, if more than once by every method.

    Those of `APART` are looked at `apart` times instead, where it is given.

    The first looks render whole pages. The others run the views whole but leave the templates out, which are given
    frozen values and reach no row. Where several ids fit a rule (four entities, two links), they share its `times`.
    """
    visitors, fewer = _visitors(office, scene), times if apart is None else apart
    found = list(addresses_of(office, scene))
    addresses, fitting = [path for _, path in found], Counter(rule.rule for rule, _ in found)
    jobs, before = list(office.enqueued.jobs), office.rows()
    for who in ("customer", "manager"):
        _look(office, before, visitors, who, addresses)
    monkeypatch.setattr(pages, "environment", _NoTemplates)
    for who in visitors:
        methods = ("GET", "HEAD", "OPTIONS") if who in MEANT and times > 1 else ("GET",)
        _look(office, before, visitors, who, addresses, methods=methods)
    for who in MEANT.keys() & visitors.keys():
        own = {
            path: ceil(max((fewer if path.startswith(APART) else times) - 2, 0) / fitting[rule.rule])
            for rule, path in found
            if path.startswith(MEANT[who])
        }
        for path, often in own.items():
            _stare(office, visitors[who], path, often)
        assert office.rows() == before, f"{who} changed rows at {_culprit(office, visitors[who], list(own))}"
    assert office.enqueued.jobs == jobs


def _look(
    office: Office,
    before: str,
    visitors: dict[str, Customer],
    who: str,
    addresses: list[str],
    *,
    methods: tuple[str, ...] = ("GET",),
) -> None:
    browser = visitors[who]
    for path in addresses:
        for method in methods:
            answer = browser.client.open(path, method=method, base_url=BASE)
            assert answer.status_code < 500, f"{method} {path} by {who}: {answer.status_code}"
    assert office.rows() == before, f"{who} changed rows at {_culprit(office, browser, addresses)}"


def _stare(office: Office, browser: Customer, path: str, times: int) -> None:
    """The same look again and again, as the server calls the application: without a test client in between."""
    headers = {"Cookie": f"linkflow={browser.cookie()}"}
    environ = EnvironBuilder(path=path, base_url=BASE, headers=headers).get_environ()
    statuses: set[str] = set()
    for _ in range(times):
        answer = office.app(dict(environ), lambda status, _headers, _fault=None: statuses.add(status))  # type: ignore[arg-type, return-value]
        for _ in answer:
            pass
        answer.close()  # type: ignore[attr-defined]
    assert all(status < "500" for status in statuses), f"GET {path}: {statuses}"


def _visitors(office: Office, scene: Scene) -> dict[str, Customer]:
    found = {"nobody": office.browser(), "customer": scene.customer}
    if scene.recipient is not None:
        found["recipient"] = scene.recipient
    found |= {role: office.user(role) for role in PORTAL_ROLES}
    found["somebody elsewhere"] = office.user("administrator", "harbour")
    return found


def addresses_of(office: Office, scene: Scene) -> Iterator[tuple[Rule, str]]:
    """Every rule that can be looked at, with each id that fits it."""
    known = {
        "request_id": [scene.asked.request_id],
        "entity_id": office.values("SELECT id FROM entities"),
        "company_id": [scene.asked.company_id],
        "message_id": office.values("SELECT id FROM messages")[:1],
        "connection_id": office.values("SELECT id FROM connections")[:1],
        "consent_id": office.values("SELECT id FROM consents")[:1],
        "link_id": office.values("SELECT id FROM links"),
        "upload_id": office.values("SELECT id FROM uploads")[:1],
        "change_id": office.values("SELECT id FROM tenant_changes")[:1],
        "token": [
            scene.asked.link.rsplit("/", 1)[1],
            *(link.rsplit("/", 1)[1] for link in scene.links),
            *_tokens_of_reminders(office),
            "made-up",
        ],
        "import_id": office.values("SELECT id FROM company_imports"),
        "software": ["sandbox", "no-such"],
        "sample": ["welcome", "mail-request-both", "receipt", "no-such"],
        "batch_id": office.values("SELECT id FROM asking_batches"),
        "slug": ["northbank", "nowhere"],
        "attempt_id": ["made-up"],
        "code": ["declined-at-software", "software-unavailable", "connected-elsewhere"],
        "digest": ["0" * 12],
        "path": ["css/base.css"],
        "name": ["logo.svg"],
        "sealed": ["made-up"],
        "user_id": office.values("SELECT id FROM users")[:1],
        "invitation_id": ["none"],
        "category": ["income.revenue"],
        "account_key": ["made-up"],
        "ratio": ["revenue"],
    }
    for rule in office.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in DOWNLOADS:
            continue
        wanted: list[str] = re.findall(r"<(?:[^:<>]+:)?(\w+)>", rule.rule)
        unknown = set(wanted) - set(known)
        assert not unknown, f"{rule.rule} has parts this test cannot fill: {unknown}"
        yield from ((rule, path) for path in _filled(rule.rule, wanted, known))


def _tokens_of_reminders(office: Office) -> list[str]:
    mails = office.values("SELECT id FROM messages WHERE request_id IS NOT NULL")
    return [office.ctx.signer.sign_reminder(one) for one in mails[:1]]


def _filled(rule: str, wanted: list[str], known: dict[str, list[str]]) -> list[str]:
    paths = [rule]
    for name in wanted:
        pattern = re.compile(rf"<(?:[^:<>]+:)?{name}>")
        paths = [pattern.sub(value, path) for path in paths for value in known[name] or ["none"]]
    return paths


def _culprit(office: Office, browser: Customer, addresses: list[str]) -> str:
    """Which look it was, for the message."""
    for path in random.sample(addresses, len(addresses)):
        before = office.rows()
        browser.client.get(path, base_url=BASE)
        if office.rows() != before:
            return path
    return f"one of {addresses}, once"


class _NoTemplates:
    def __init__(self, language: str) -> None:
        self.language = language

    def get_template(self, name: str) -> "_NoTemplates":
        return self

    def render(self, **given: Any) -> str:
        return ""
