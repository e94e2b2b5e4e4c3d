"""A provider that lies, answers that were made up, and answers that come twice or to the wrong place."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkflow.domain.ports import Transaction
from linkflow.outbound.issuers import Issuers
from linkflow.store import identities
from linkflow.store.migrating import upgrade
from linkflow.store.users import User
from tests import lying_issuer
from tests.lies import LIES, lie
from tests.lying_issuer import SECRET
from tests.web.portal.desk import BASE, Browser, data_page, main_text, make_desk, token_of
from tests.web.portal.single_sign_on import HOME, SignOn, client, parameters, sign_on_at

UNTRUSTED = "could not be trusted"
UNREACHED = "does not answer right now"


# Each of a kind here, all of them in `tests/outbound/test_id_tokens.py`.
TOLD = [
    "issuer",
    "nonce",
    "audience",
    "expired",
    "unsigned",
    "public key as secret",
    "another key of the same name",
    "a key nobody published",
]
ANSWERS = {
    "no token": (lie(answer={"id_token": None}), "token-missing"),
    "not a token": (lie(answer={"id_token": "a.b.c"}), "token-unreadable"),
    "a token of numbers": (lie(answer={"id_token": 7}), "token-missing"),
    "somebody else's page": (lie(userinfo={"sub": "another", "groups": ["bank-rm"]}), "userinfo-sub"),
}


@pytest.mark.parametrize("which", [*TOLD, *ANSWERS])
def test_a_token_that_is_wrong_in_any_way_signs_nobody_in(sign_on: SignOn, which: str) -> None:
    tell, reason = (LIES | ANSWERS)[which]
    tell(sign_on.issuer)
    assert UNTRUSTED in sign_on.told()
    assert sign_on.events("sign-in-refused") == [reason]
    assert sign_on.values("SELECT count(*) FROM users") == [0]
    assert sign_on.values("SELECT state FROM sign_in_attempts") == ["failed"]


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"issuer": "https://evil.example"}, "discovery-issuer-mismatch"),
        ({"issuer": None}, "discovery-issuer-mismatch"),
        ({"token_endpoint": "https://evil.example/token"}, "discovery-token-endpoint"),
        ({"token_endpoint": None}, "discovery-token-endpoint"),
        ({"jwks_uri": "http://127.0.0.1:1/keys"}, "discovery-jwks-uri"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "discovery-authorization-endpoint"),
        ({"authorization_endpoint": "https://[::1/authorize"}, "discovery-authorization-endpoint"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "discovery-client-authentication"),
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_never_gone_to(
    sign_on: SignOn, over: dict[str, Any], reason: str
) -> None:
    sign_on.issuer.discovery = over
    browser = sign_on.desk.browser(None)
    assert sign_on.set_out(browser).location == HOME
    assert UNTRUSTED in main_text(browser.page(HOME))
    assert sign_on.events("sign-in-refused") == [reason]
    assert sign_on.values("SELECT count(*) FROM sign_in_attempts") == [0]


def test_userinfo_on_an_unknown_host_is_left_alone(sign_on: SignOn) -> None:
    sign_on.issuer.discovery = {"userinfo_endpoint": "https://graph.evil.example/me"}
    sign_on.issuer.userinfo = {}
    assert "not in a group" in sign_on.told()
    assert sign_on.issuer.asked["/userinfo"] == 0


@pytest.mark.parametrize(
    "over",
    [
        {"iss": "https://evil.example"},
        {"iss": ""},
        {"iss": None},
        {"iss": ["right", "right"]},
        {"code": ["one", "two"]},
        {"code": None},
        {"error": "access_denied"},
    ],
)
def test_an_answer_that_does_not_fit_changes_nothing_and_the_right_one_still_works(
    sign_on: SignOn, over: dict[str, Any]
) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    wrong = {name: value for name, value in {**query, **over}.items() if value is not None}
    wrong = {name: [query["iss"]] * 2 if value == ["right", "right"] else value for name, value in wrong.items()}
    answer = sign_on.come_back(browser, wrong)
    assert (answer.status_code, data_page(answer.text)) == (400, "sign-in-refused")
    assert f'href="{HOME}"' in answer.text
    assert sign_on.issuer.asked["/token"] == 0
    assert len(sign_on.events("sign-in-refused")) == 1
    assert sign_on.values("SELECT state FROM sign_in_attempts") == ["started"]
    assert sign_on.come_back(browser, query).location == "/portal/companies"


def test_an_answer_without_a_state_of_ours_touches_no_row(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    forged = query["state"][:-1] + ("A" if query["state"][-1] != "A" else "E")
    customers = sign_on.desk.ctx.signer.sign_state(sign_on.desk.ctx.new_id())
    unknown = sign_on.desk.ctx.signer.sign_sign_in(sign_on.desk.ctx.new_id())
    before = sign_on.desk.rows()
    for state in ("", "x" * 5000, forged, customers, unknown, [query["state"], query["state"]]):
        for kind in ({"code": "c"}, {"error": "access_denied"}):
            answer = sign_on.come_back(browser, {**kind, "state": state, "iss": sign_on.issuer.url})
            assert (answer.status_code, data_page(answer.text)) == (400, "sign-in-refused")
    assert sign_on.desk.rows() == before
    assert sign_on.issuer.asked["/token"] == 0


def test_an_answer_in_another_browser_signs_nobody_in(sign_on: SignOn) -> None:
    """Neither a thief who has the address, nor a victim who is sent it."""
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    for other in (Browser(sign_on.desk.app.test_client()), sign_on.desk.browser(None)):
        sign_on.set_out(other)
        answer = sign_on.come_back(other, query)
        assert (answer.status_code, data_page(answer.text)) == (400, "sign-in-refused")
        assert other.look("/portal/requests").status_code == 303
    assert sign_on.events("sign-in-refused") == ["other-browser"] * 2
    assert sign_on.issuer.asked["/token"] == 0
    assert sign_on.come_back(browser, query).location == "/portal/companies"


def test_an_answer_at_another_organizations_address_is_refused(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    for mine, other in (("northbank", "harbour"), ("harbour", "northbank")):
        query = sign_on.answer(browser, mine)
        answer = sign_on.come_back(browser, query, other)
        assert (answer.status_code, data_page(answer.text)) == (400, "sign-in-refused")
    assert sign_on.events("sign-in-refused") == ["other-organization"] * 2
    assert sign_on.issuer.asked["/token"] + sign_on.other.asked["/token"] == 0


def test_wrong_answers_are_written_down_twenty_times_an_hour_at_most(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = {**sign_on.answer(browser), "iss": "https://evil.example"}
    for _ in range(25):
        sign_on.come_back(browser, query)
    assert len(sign_on.events("sign-in-refused")) == 20


def test_an_answer_that_comes_twenty_times_at_once_makes_one_session(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None

    def come_back(_: int) -> tuple[int, str, bool]:
        copy = Browser(sign_on.desk.app.test_client())
        copy.client.set_cookie("linkflow", cookie.value, domain="127.0.0.1")
        answer = sign_on.come_back(copy, query)
        signed_in = copy.look("/portal/requests").status_code == 200
        assert signed_in or "Set-Cookie" not in answer.headers, "no answer overwrites the one that counts"
        return answer.status_code, str(answer.location), signed_in

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(come_back, range(20)))
    assert sorted(came) == sorted([(303, "/portal/companies", True)] + [(303, HOME, False)] * 19)
    assert sign_on.issuer.asked["/token"] == 1
    assert sign_on.events("signed-in") == ["at-provider"]


def test_the_same_persons_first_sign_in_in_many_browsers_at_once_makes_one_user(sign_on: SignOn) -> None:
    _sign_in_at_once(sign_on)


def test_on_postgresql_it_makes_one_user_too(postgres_url: str, tmp_path: Path) -> None:
    upgrade(postgres_url)
    desk = make_desk(tmp_path, postgres_url)
    with sign_on_at(desk) as sign_on:
        _sign_in_at_once(sign_on)
    desk.ctx.database.dispose()


def test_on_postgresql_a_first_sign_in_finished_elsewhere_meanwhile_is_found(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking for the person and looking for the address, the other one commits."""
    upgrade(postgres_url)
    desk = make_desk(tmp_path, postgres_url)
    with sign_on_at(desk) as sign_on:
        one, other = (sign_on.desk.browser(None) for _ in range(2))
        queries, look_for = [sign_on.answer(one), sign_on.answer(other)], identities.user_of
        found: list[User | None] = []
        elsewhere: list[str] = []

        def user_of(tx: Transaction, organization: str, **who: str) -> User | None:
            found.append(look_for(tx, organization, **who))
            mine = found[-1]
            if len(found) == 2:  # once for the address to follow, and now to admit
                elsewhere.append(str(sign_on.come_back(other, queries[1]).location))
            return mine

        monkeypatch.setattr(identities, "user_of", user_of)
        assert sign_on.come_back(one, queries[0]).location == "/portal/companies"
        assert elsewhere == ["/portal/companies"]
        assert sign_on.values("SELECT count(*) FROM users") == [1]
    desk.ctx.database.dispose()


def _sign_in_at_once(sign_on: SignOn) -> None:
    browsers = [sign_on.desk.browser(None) for _ in range(4)]
    queries = [sign_on.answer(browser) for browser in browsers]
    with ThreadPoolExecutor(4) as pool:
        came = pool.map(sign_on.come_back, browsers, queries)
    assert [answer.location for answer in came] == ["/portal/companies"] * 4
    assert sign_on.values("SELECT count(*) FROM users") == [1]


@pytest.mark.parametrize(
    ("path", "fault"),
    [(path, fault) for path in ("/token", "/keys") for fault in ("redirect", "html", "500", "huge")]
    + [("/.well-known/openid-configuration", fault) for fault in ("redirect", "html", "500", "huge")]
    + [("/userinfo", "redirect"), ("/userinfo", "html")],
)
def test_a_provider_that_answers_badly_is_told_and_nobody_is_signed_in(sign_on: SignOn, path: str, fault: str) -> None:
    sign_on.issuer.faults[path] = fault
    sign_on.issuer.userinfo = dict(sign_on.issuer.person)
    browser = sign_on.desk.browser(None)
    if path.startswith("/.well-known"):
        assert sign_on.set_out(browser).location == HOME
        words = main_text(browser.page(HOME))
    else:
        words = sign_on.told()
    assert UNREACHED in words
    assert len(sign_on.events("sign-in-refused")) == 1
    assert sign_on.issuer.asked["/elsewhere"] == 0
    assert sign_on.values("SELECT count(*) FROM users") == [0]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_provider_that_drips_is_given_up_at_the_deadline(sign_on: SignOn, path: str) -> None:
    sign_on.issuer.faults[path] = "drip"
    sign_on.desk.ctx.http.close()
    browser = sign_on.desk.browser(None)
    sign_on.desk.app.extensions["linkflow"] = replace(sign_on.desk.ctx, http=client(sign_on.desk, seconds=1.0))
    if path.startswith("/.well-known"):
        sign_on.set_out(browser)
    else:
        sign_on.come_back(browser, sign_on.answer(browser))
    assert UNREACHED in main_text(browser.page(HOME))
    assert sign_on.events("sign-in-refused") == ["timeout"]


def test_cancelling_at_the_provider_is_told_and_the_next_try_works(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    state = parameters(sign_on.leave(browser))["state"]
    answer = sign_on.come_back(browser, {"error": "access_denied", "state": state, "iss": sign_on.issuer.url})
    assert answer.location == HOME
    assert "You cancelled the sign-in" in main_text(browser.page(HOME))
    assert sign_on.events("sign-in-refused") == ["access_denied"]
    assert sign_on.sign_in(browser).location == "/portal/companies"


def test_a_provider_that_will_not_have_this_client_is_told(sign_on: SignOn) -> None:
    sign_on.issuer.answer = {"error": "invalid_client"}
    assert "Northbank’s sign-in refused" in sign_on.told()
    assert sign_on.events("sign-in-refused") == ["invalid_client"]


def test_a_provider_that_is_away_when_somebody_comes_back_keeps_the_try(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    sign_on.desk.clock.go_on(minutes=14)
    sign_on.desk.app.extensions["linkflow"] = replace(sign_on.desk.ctx, issuers=Issuers())
    sign_on.issuer.faults["/.well-known/openid-configuration"] = "500"
    assert sign_on.come_back(browser, query).location == HOME
    assert UNREACHED in main_text(browser.page(HOME))
    assert sign_on.events("sign-in-refused") == ["bad-status"]
    sign_on.issuer.faults.clear()
    assert sign_on.come_back(browser, query).location == "/portal/companies"


def test_what_a_provider_says_instead_of_a_code_is_never_repeated(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    state = parameters(sign_on.leave(browser))["state"]
    query = {"error": "<b>made up</b>", "error_description": "call 0900", "state": state, "iss": sign_on.issuer.url}
    sign_on.come_back(browser, query)
    page = browser.page(HOME)
    assert "made up" not in page
    assert "0900" not in page
    assert sign_on.events("sign-in-refused") == ["error-at-provider"]


def test_an_answer_after_fifteen_minutes_is_too_late(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    sign_on.desk.clock.go_on(minutes=15)
    assert sign_on.come_back(browser, query).location == HOME
    assert "longer than 15 minutes" in main_text(browser.page(HOME))
    assert sign_on.issuer.asked["/token"] == 0


def test_another_provider_in_the_file_ends_tries_under_way(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None
    sign_on.configure(issuer=sign_on.other.url)
    again = Browser(sign_on.desk.app.test_client())
    again.client.set_cookie("linkflow", cookie.value, domain="127.0.0.1")
    assert sign_on.come_back(again, query).status_code == 400
    assert sign_on.events("sign-in-refused") == ["other-provider"]


def test_setting_out_needs_the_pages_own_button(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    assert browser.post(f"{HOME}/attempt").location == HOME
    assert "open for too long" in main_text(browser.page(HOME))
    typed = {"linkflow_csrf": token_of(browser.page(HOME))}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.client.post(f"{HOME}/attempt", base_url=BASE, data=typed, headers=foreign)
    assert answer.status_code == 403
    assert browser.look(f"{HOME}/attempt").status_code == 405
    assert sign_on.values("SELECT count(*) FROM sign_in_attempts") == [0]


def test_setting_out_without_end_is_too_often(sign_on: SignOn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkflow.services.single_sign_on.STARTS_A_CLIENT", 3)
    for _ in range(4):
        assert sign_on.sign_in().status_code == 303, "a finished one is not held against anybody"
    browser = sign_on.desk.browser(None)
    assert [sign_on.set_out(browser).status_code for _ in range(4)] == [303, 303, 303, 429]


def test_a_provider_that_fails_is_not_asked_without_end(sign_on: SignOn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkflow.services.single_sign_on.STARTS_A_CLIENT", 3)
    sign_on.issuer.faults["/.well-known/openid-configuration"] = "500"
    browser = sign_on.desk.browser(None)
    assert [sign_on.set_out(browser).status_code for _ in range(5)] == [303, 303, 303, 429, 429]
    assert sign_on.issuer.asked["/.well-known/openid-configuration"] == 3


def test_signing_in_starts_a_session_afresh(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    with browser.client.session_transaction(base_url=BASE) as session:
        session["linkflow"]["links"] = [["planted", 1, 1, 1, 0]]
    sign_on.come_back(browser, query)
    with browser.client.session_transaction(base_url=BASE) as session:
        assert set(session["linkflow"]) == {"user"}


def test_new_keys_are_fetched_once_when_a_token_names_one(sign_on: SignOn) -> None:
    sign_on.sign_in()
    sign_on.sign_in()
    assert sign_on.issuer.asked["/keys"] == 1
    sign_on.issuer.kid = "k2"
    assert sign_on.sign_in().location == "/portal/companies"
    assert sign_on.issuer.asked["/keys"] == 2


def test_a_provider_is_not_asked_for_its_keys_again_and_again(sign_on: SignOn) -> None:
    sign_on.sign_in()
    sign_on.issuer.sign = lying_issuer.by_an_unknown_key
    for _ in range(7):
        sign_on.sign_in()
    assert sign_on.issuer.asked["/keys"] == 1 + 5
    sign_on.desk.clock.go_on(minutes=1)
    sign_on.sign_in()
    assert sign_on.issuer.asked["/keys"] == 1 + 6


def test_what_a_provider_says_of_itself_is_believed_for_an_hour(sign_on: SignOn) -> None:
    for minutes, times_asked in ((0, 1), (59, 1), (1, 2)):
        sign_on.desk.clock.go_on(minutes=minutes)
        sign_on.sign_in()
        assert sign_on.issuer.asked["/.well-known/openid-configuration"] == times_asked
        assert sign_on.issuer.asked["/keys"] == times_asked


def test_nothing_secret_is_kept_or_logged(sign_on: SignOn, every_log: pytest.LogCaptureFixture) -> None:
    browser = sign_on.desk.browser(None)
    query = sign_on.answer(browser)
    sign_on.come_back(browser, query)
    sign_on.issuer.sign = lying_issuer.by_another_key
    sign_on.told()
    secrets = {SECRET, query["state"], *sign_on.issuer.secrets}
    assert len(secrets) >= 12
    kept = sign_on.desk.rows()
    told = every_log.text + "\n".join(str(vars(record)) for record in every_log.records)
    assert "subject-of-rita" in kept
    assert not [secret for secret in secrets if secret in kept or secret in told]


def test_old_tries_are_forgotten(sign_on: SignOn) -> None:
    from linkflow.services.housekeeping import tidy

    sign_on.sign_in()
    sign_on.desk.clock.go_on(hours=47)
    tidy(sign_on.desk.ctx)
    assert sign_on.values("SELECT count(*) FROM sign_in_attempts") == [1]
    sign_on.desk.clock.go_on(hours=2)
    tidy(sign_on.desk.ctx)
    assert sign_on.values("SELECT count(*) FROM sign_in_attempts") == [0]
