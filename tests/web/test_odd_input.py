"""What nobody types: control characters, other people's ids in hidden fields, endless names. A page each, no fault."""

import pytest

from tests.web.office import BASE, Office, on_postgres
from tests.web.states import STATES, Scene

ODD = (
    "\0",
    "a\0b",
    "\x00" * 10,
    "\x1b[31m",
    "\ud7ff",
    "\u202e",
    "'; DROP TABLE requests; --",
    "x" * 20_000,
    " \t ",
    "😀" * 60,
)


def _type_oddly(office: Office, states: tuple[str, ...]) -> None:
    for state in states:
        scene: Scene = STATES[state](office)
        here, before = scene.customer, office.count("requests")
        for odd in ODD:
            for form in [form for form in here.look(here.path).forms if form.method == "post"]:
                names = [*form.fields, *form.choices, *(name for name, _ in form.buttons if name)]
                for name in names:
                    sent = {**form.fields, **{key: values[0] for key, values in form.choices.items()}, name: odd}
                    got = here.client.post(form.action, base_url=BASE, data=sent)
                    assert got.status_code < 500, (state, form.action, name, odd[:20])
        assert office.count("requests") == before


@pytest.mark.parametrize("state", ["counted several", "named", "software chosen", "code asked", "returned"])
def test_odd_input_is_answered_by_a_page(office: Office, state: str) -> None:
    _type_oddly(office, (state,))


def test_odd_addresses_are_no_pages(office: Office) -> None:
    _ask_oddly(office)


@on_postgres
def test_a_database_that_cannot_store_them_makes_no_difference(office: Office) -> None:
    _type_oddly(office, ("counted several", "software chosen", "code asked"))
    _ask_oddly(office)


def _ask_oddly(office: Office) -> None:
    scene = STATES["named"](office)
    user = office.user()
    request = scene.asked.request_id
    for odd in ("%00", "a%00b", "%ff%fe", "%e2%80%ae", "..%2f..", "x" * 5000, "%0d%0aSet-Cookie:a=b"):
        for path in (
            f"/r/{odd}/summary",
            f"/r/{request}/e/{odd}/software",
            f"/l/{odd}",
            f"/portal/requests/{odd}",
            f"/portal/companies/{odd}",
            f"/portal/requests/{request}/mails/{odd}",
            f"/portal/requests?q={odd}&status={odd}&page={odd}",
            f"{scene.customer.path}?q={odd}",
            f"/callback/{odd}?state={odd}&code={odd}",
            f"/theme/{odd}/{odd}.css",
            f"/brand/northbank/{odd}",
            f"/static/{odd}/{odd}",
            f"/other-browser/{odd}",
        ):
            for browser in (scene.customer, user):
                got = browser.client.get(path, base_url=BASE)
                assert got.status_code < 500, path
                assert "a=b" not in str(got.headers.getlist("Set-Cookie"))


def test_the_consent_id_of_another_entity_is_taken_for_an_old_page(office: Office) -> None:
    scene = STATES["several mixed"](office)
    stored = office.values("SELECT id FROM consents")[0]
    customer = scene.customer.look(scene.customer.path)
    assert customer.name == "consent"
    version = customer.forms[-1].fields["version"].rsplit(".", 1)[0]
    before = office.count("consents")
    customer.press(declared_name="Anna Abra", may_share="yes", version=f"{version}.{stored}")
    assert customer.page.status_code == 422
    assert office.count("consents") == before


def test_a_grant_of_another_request_is_nothing_to_reuse(office: Office) -> None:
    theirs = STATES["linked"](office)
    assert theirs.customer.name == "connected"
    grant = office.values("SELECT id FROM grants")[0]
    scene = STATES["counted several"](office)
    form = scene.customer.forms[0]
    before = office.rows()
    got = scene.customer.client.post(form.action, base_url=BASE, data={**form.fields, "name": "A Ltd", "tenant": grant})
    assert got.status_code in (404, 422)
    assert office.rows() == before


def test_a_company_not_behind_the_sign_in_cannot_be_chosen(office: Office) -> None:
    scene = STATES["returned"](office)
    form = scene.customer.forms[0]
    for tenant in ("tenant-2", "sole", "", "\0"):
        got = scene.customer.client.post(form.action, base_url=BASE, data={**form.fields, "tenant": tenant})
        assert got.status_code in (404, 422)
    assert office.count("connections", "state='linked'") == 0


def test_software_that_is_not_offered_cannot_be_chosen(office: Office) -> None:
    scene = STATES["code passed"](office)
    form = next(form for form in scene.customer.forms if form.method == "post")
    for software in ("no-such", "xero", "upload", "../sandbox", ""):
        before = office.rows()
        got = scene.customer.client.post(form.action, base_url=BASE, data={**form.fields, "software": software})
        assert got.status_code in (404, 422), software
        assert office.rows() == before
