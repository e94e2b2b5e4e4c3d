"""The link: what is never taken for one, what survives new keys, and what its page does not tell."""

import random
import string
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from linkflow.domain.errors import LinkInvalid
from linkflow.services import accounts
from linkflow.services.signing import Signer, StateInvalid
from tests.config_factories import SECRET_KEY
from tests.web.office import BASE, FINANCIALS, SPEND, Office, on_sqlite
from tests.web.states import STATES

NEW_KEY = "a-second-signing-key-that-is-only-for-tests"


def _malformed(token: str, *, count: int, seed: int) -> list[str]:
    """Tokens beside a good one: changed in a letter or two, cut, lengthened, of another purpose, and plain junk."""
    chance, letters = random.Random(seed), string.ascii_letters + string.digits + "-_.~="
    other = Signer(["another installation's key"])
    kinds = (
        lambda: _changed(chance, token, letters),
        lambda: token[: chance.randrange(len(token))],
        lambda: token + chance.choice(["=", "==", ".", "A", "%00", "\n", " "]),
        lambda: token.upper() if chance.random() < 0.5 else token.swapcase(),
        lambda: ".".join(chance.sample(token.split("."), 3)),
        lambda: other.sign_link(token[:26], chance.randrange(1, 99)),
        lambda: "".join(chance.choices(letters, k=chance.randrange(1, 120))),
        lambda: token.replace(".1.", f".{chance.randrange(2, 10**9)}."),
    )
    made = (chance.choice(kinds)() for _ in range(count))
    return [one for one in made if one != token]


def _changed(chance: random.Random, token: str, letters: str) -> str:
    at = chance.randrange(len(token))
    return token[:at] + chance.choice(letters) + token[at + 1 :]


def _never_taken(office: Office, *, count: int) -> None:
    token = office.ask().link.rsplit("/", 1)[1]
    for one in _malformed(token, count=count, seed=count):
        with pytest.raises(LinkInvalid):
            office.ctx.signer.read_link(one)
        with pytest.raises(StateInvalid):
            office.ctx.signer.read_state(one)


def test_a_hundred_thousand_malformed_tokens_are_never_taken(office: Office) -> None:
    _never_taken(office, count=100_000)


@pytest.mark.slow
@on_sqlite
def test_a_million_malformed_tokens_are_never_taken(office: Office) -> None:
    _never_taken(office, count=1_000_000)


def test_malformed_links_are_answered_with_one_page_whatever_is_done_with_them(office: Office) -> None:
    token = office.ask().link.rsplit("/", 1)[1]
    browser, before = office.browser(), office.rows()
    pages = set()
    for number, one in enumerate(_malformed(token, count=600, seed=3)):
        got = _send(browser.client, ("GET", "POST", "HEAD")[number % 3], f"/l/{_quoted(one)}")
        assert got.status_code in (404, 308), one
        pages.add(got.text if got.status_code == 404 and got.request.method == "GET" and "/" not in one else "")
    assert len(pages - {""}) <= 2, "link-invalid, or page-not-found where the router knows no such address"
    assert office.rows() == before


def test_a_token_of_another_purpose_is_no_link(office: Office) -> None:
    customer = office.to_leaving(office.ask())
    attempt = office.values("SELECT id FROM attempts")[0]
    state = office.ctx.signer.sign_state(attempt)
    assert customer.look(f"/l/{state}").name == "link-invalid"
    link = office.values("SELECT id FROM links")[0]
    token = office.ctx.signer.sign_link(link, 1)
    got = customer.client.get(f"/callback/sandbox?code=a&state={token}&iss={office.software.issuer}", base_url=BASE)
    assert got.status_code == 400


def test_a_link_of_an_organization_that_is_gone_is_no_link(office: Office) -> None:
    asked = office.ask()
    office.write("UPDATE links SET organization='gone'")
    office.write("UPDATE requests SET organization='gone'")
    assert office.browser().look(asked.link).name == "link-invalid"


def test_new_keys_beside_old_ones_interrupt_nobody(office: Office) -> None:
    asked, waiting = office.ask(), office.ask(name="Second Ltd")
    customer = office.to_leaving(asked)
    answer = office.software.approve(customer.authorize_url)
    manager = office.user()
    rotated = office.again(secret_keys=(SECRET_KEY, NEW_KEY))
    customer.client.application = manager.client.application = rotated.app
    assert customer.come_back(answer).name == "confirm-company"
    customer.press()
    assert customer.name == "connected"
    assert rotated.follow(waiting).name == "software"
    assert manager.look("/portal/requests").path == "/portal/requests"


def test_a_form_of_before_the_new_key_asks_for_a_second_press_and_keeps_what_was_typed(office: Office) -> None:
    asked = office.ask(SPEND)
    customer = office.follow(asked).press(count="several")
    rotated = office.again(secret_keys=(SECRET_KEY, NEW_KEY))
    customer.client.application = rotated.app
    customer.press(name="Abra Kebabra Catering Ltd")
    if customer.name == "entity-name":
        assert customer.page.status_code == 422
        assert 'value="Abra Kebabra Catering Ltd"' in customer.page.text
        customer.press()
    assert customer.name == "software"


def test_dropping_the_old_key_ends_what_it_signed(office: Office) -> None:
    asked = office.ask()
    customer = office.to_leaving(asked)
    answer, before = office.software.approve(customer.authorize_url), office.rows()
    renewed = office.again(secret_keys=(NEW_KEY,))
    customer.client.application = renewed.app
    assert customer.come_back(answer).page.status_code == 400
    assert customer.look(asked.link).name == "link-invalid"
    assert customer.look(f"/r/{asked.request_id}/summary").name == "session-ended"
    assert office.rows() == before


def test_asking_for_a_fresh_link_is_answered_alike_whatever_the_link(office: Office) -> None:
    """Known, just renewed, withdrawn, finished for good, or never made: byte for byte, headers too."""
    known, withdrawn = office.ask(), office.ask(name="Second Ltd")
    office.write(f"UPDATE requests SET withdrawn_at=created_at WHERE id='{withdrawn.request_id}'")
    office.clock.go_on(days=31)
    links = [known.link, known.link, withdrawn.link, BASE + "/l/" + office.ctx.signer.sign_link("a" * 26, 1)]
    links += [BASE + "/l/never-made", BASE + "/l/" + "x" * 70]
    answers = []
    for link in links:
        got = _send(office.browser().client, "POST", link.removeprefix(BASE) + "/renew/northbank")
        headers = [(name, value) for name, value in got.headers if name != "Content-Length"]
        answers.append((got.status_code, headers, got.text.replace(link.removeprefix(BASE), "")))
    assert answers[0][0] == 200
    assert all(answer == answers[0] for answer in answers), [answer[0] for answer in answers]
    assert office.count("messages", "kind='fresh_link'") == 1


def test_a_fresh_link_may_be_asked_for_once_an_hour_and_to_the_requests_end(office: Office) -> None:
    asked = office.ask()
    for passed, mails in ((31, 1), (0, 1), (31, 2), (60, 2)):
        office.clock.go_on(days=passed)
        _send(office.browser().client, "POST", asked.link.removeprefix(BASE) + "/renew/northbank")
        assert office.count("messages", "kind='fresh_link'") == mails


def test_welcome_tells_nothing_about_the_customer_before_the_first_press(office: Office) -> None:
    """Whoever the link reaches by mistake sees brand, request and a masked address, however far the customer is."""
    for state in ("fresh", "several mixed", "finished", "linked"):
        scene = STATES[state](office)
        page = office.browser().look(scene.asked.link).page.text
        for secret in ("Kebabra", "Anna", "anna@", "Codfather", "Hairosmith", "Sandbox Books", "tenant", "connected"):
            assert secret not in page, (state, secret)
        assert "Virtual card application" in page
        assert "abra.example" not in page.replace("a…a@abra.example", "")
        assert scene.asked.request_id not in page


def test_a_user_of_the_organization_sees_a_preview_and_cannot_press_it(office: Office) -> None:
    asked = office.ask()
    user, before = office.user(), office.rows()
    assert user.look(asked.link).name == "welcome"
    assert not [form for form in user.forms if form.action.startswith("/l/")]
    user.post(asked.link.removeprefix(BASE))
    assert user.name == "welcome"
    assert user.look(f"/r/{asked.request_id}/onward").name == "session-ended"
    assert office.rows() == before


def test_a_user_of_another_organization_is_nobody_special(office: Office) -> None:
    asked = office.ask()
    user = office.user("manager", "harbour")
    assert user.look(asked.link).press().name == "software"
    assert accounts.account(office.ctx, "manager@harbour.example") is not None


def test_a_link_opens_any_number_of_times_and_on_any_device(office: Office) -> None:
    asked = office.ask()
    first = office.choose(office.follow(asked))
    assert first.name == "consent"
    for _ in range(5):
        assert office.follow(asked).name == "consent", "where the customer was, on each device"


def test_the_cookie_stays_small_however_much_is_begun(office: Office) -> None:
    """Nine links in one browser, fourteen sign-ins begun and given up, and an endless address asked for."""
    browser = office.browser()
    for number in range(9):
        asked = office.ask(FINANCIALS, name=f"Company {number} Ltd")
        browser.look(asked.link).press(way="upload").look(f"/r/{asked.request_id}/onward")
    office.choose(browser.look(browser.path.replace("upload-consent", "software")))
    for _ in range(14):
        office.consent(browser.look(browser.entity_path() + "/consent"))
        assert browser.name == "leaving"
        office.clock.go_on(minutes=4)
    assert office.count("attempts") == 14
    browser.look("/portal/requests/" + "x" * 3000).look("/portal/companies/" + "y" * 90)
    assert 0 < len("linkflow=" + browser.cookie()) < 1024


def test_the_ninth_link_in_a_browser_puts_out_the_first(office: Office) -> None:
    browser, asked = office.browser(), [office.ask(name=f"Company {number} Ltd") for number in range(9)]
    for one in asked:
        browser.look(one.link).press()
    assert browser.look(f"/r/{asked[0].request_id}/onward").name == "session-ended"
    assert browser.look(f"/r/{asked[1].request_id}/onward").name == "software"


def test_a_session_ends_after_an_hour_without_a_page_and_after_twelve_in_all(office: Office) -> None:
    asked = office.ask()
    customer = office.follow(asked)
    office.clock.go_on(minutes=61)
    assert customer.look(f"/r/{asked.request_id}/onward").name == "session-ended"
    customer.look(asked.link).press()
    for _ in range(12):
        assert customer.look(f"/r/{asked.request_id}/onward").name == "software"
        office.clock.go_on(minutes=58)
    office.clock.go_on(minutes=25)
    assert customer.look(f"/r/{asked.request_id}/onward").name == "session-ended"


def test_without_cookies_the_first_press_says_what_is_wrong(office: Office) -> None:
    asked = office.ask()
    client, before = office.app.test_client(use_cookies=False), office.rows()
    path = asked.link.removeprefix(BASE)
    client.get(path, base_url=BASE)
    got = client.post(path, base_url=BASE)
    assert (got.status_code, 'data-page="cookies-blocked"' in got.text) == (403, True)
    assert office.rows() == before


def _send(client: object, method: str, path: str) -> TestResponse:
    got: TestResponse = client.open(path, method=method, base_url=BASE)  # type: ignore[attr-defined]
    return got


def _quoted(token: str) -> str:
    return quote(token, safe="")
