"""Which language a customer's pages and mails are in, and the switch to another: it works anywhere, and leads nowhere
else.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linkflow.services import requesting
from linkflow.services.requesting import Ask, Asked, NewCompany
from tests.web.customer.test_access import newest_code
from tests.web.office import BASE, FINANCIALS, Customer, Office, open_office

WORDS = {"en-GB": "Skip to the content", "de": "Zum Inhalt springen", "fr": "Aller au contenu"}
FRENCH, SWEDISH = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.8"}, {"Accept-Language": "sv,da;q=0.5,*;q=0.1"}


@pytest.fixture(name="office")
def of_an_organization_with_languages(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    languages = getattr(request, "param", ("en-GB", "de", "fr"))
    with open_office(tmp_path, monkeypatch, wear=lambda plain: replace(plain, languages=languages)) as office:
        yield office


def offering(*languages: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("office", [languages], indirect=True, ids=["-".join(languages)])


def ask(office: Office, language: str | None = None) -> Asked:
    company = NewCompany(name="Abra Kebabra Ltd", contact_name="Anna Abra", contact_email="anna@abra.example")
    wanted = Ask(data_types=FINANCIALS, name="Virtual card application", language=language)
    return requesting.ask_new_company(office.ctx, office.account(), company, wanted)


def tongue(customer: Customer) -> str:
    """The language of the page shown, by what it says of itself and by its words."""
    said = re.search(r'<html lang="([^"]+)" dir="ltr">', customer.page.text)
    assert said
    assert customer.page.headers["Content-Language"] == said[1]
    assert WORDS[said[1]] in customer.page.text
    return said[1]


def switch(customer: Customer, to: str) -> Customer:
    return customer.press(f"language={to}")


def begin(customer: Customer) -> Customer:
    return customer.press("way=software")


def test_a_page_is_in_the_language_the_request_names_whatever_the_browser_asks_for(office: Office) -> None:
    customer = Customer(office.app.test_client(), headers=FRENCH).look(ask(office, "de").link)
    assert tongue(customer) == "de"
    assert tongue(begin(customer)) == "de"


def test_where_the_request_names_none_the_browser_decides_among_those_on_offer(office: Office) -> None:
    link = ask(office).link
    assert tongue(Customer(office.app.test_client(), headers=FRENCH).look(link)) == "fr"
    assert tongue(Customer(office.app.test_client(), headers=SWEDISH).look(link)) == "en-GB"
    assert tongue(office.browser().look(link)) == "en-GB"


def test_the_answer_says_what_it_depends_on_and_that_nobody_may_keep_it(office: Office) -> None:
    page = office.browser().look(ask(office).link).page
    assert {"Accept-Language", "Cookie"} <= set(page.vary)
    assert page.headers["Cache-Control"] == "no-store"


def test_the_switch_comes_back_to_the_same_page_and_wins_over_all(office: Office) -> None:
    customer = Customer(office.app.test_client(), headers=FRENCH).look(ask(office, "de").link)
    before = customer.path
    assert tongue(switch(customer, "en-GB")) == "en-GB"
    assert customer.path == before, "still the link's own page, its first button not pressed"
    begin(customer)
    assert (tongue(customer), customer.name) == ("en-GB", "software")
    office.choose(customer)
    before = customer.path
    assert tongue(switch(customer, "fr")) == "fr"
    assert (customer.path, customer.name) == (before, "consent")


def test_what_was_searched_for_is_still_searched_for(office: Office) -> None:
    customer = begin(office.browser().look(ask(office).link))
    customer.look(f"{customer.path}?q=Blind+Books%26")
    assert tongue(switch(customer, "de")) == "de"
    assert customer.page.request.args.to_dict() == {"q": "Blind Books&"}


def test_the_switch_on_a_page_that_answers_a_form_leads_to_a_page_that_can_be_looked_at(office: Office) -> None:
    customer = begin(office.browser().look(ask(office).link))
    office.choose(customer)
    office.consent(customer, declared_name="")
    assert customer.page.status_code == 422
    assert tongue(switch(customer, "de")) == "de"
    assert (customer.name, customer.page.status_code) == ("consent", 200)


def test_mails_after_the_switch_are_in_the_language_switched_to(office: Office) -> None:
    asked = ask(office)
    customer = begin(office.browser().look(asked.link))
    switch(customer, "de")
    office.returned(office.consent(office.choose(customer))).press("tenant=tenant-1")
    kept, told = office.values("SELECT language FROM consents"), office.values("SELECT language FROM requests")
    assert (kept, told) == (["de"], ["de"])
    mail = office.values("SELECT html FROM messages WHERE kind='connected'")[0]
    assert '<html lang="de"' in mail


def test_the_switch_on_the_links_own_page_counts_for_mails_once_the_link_was_followed_here(office: Office) -> None:
    asked = ask(office, "fr")
    customer = office.browser().look(asked.link)
    switch(customer, "de")
    assert office.values("SELECT language FROM requests") == ["fr"], "whoever looks at a link is not known yet"
    begin(customer).look(asked.link)
    switch(customer, "en-GB")
    assert office.values("SELECT language FROM requests") == ["en-GB"]


def test_whoever_answers_without_switching_is_written_to_in_the_language_read(office: Office) -> None:
    customer = Customer(office.app.test_client(), headers=FRENCH).look(ask(office).link)
    assert office.values("SELECT language FROM requests") == [""]
    begin(customer)
    assert office.values("SELECT language FROM requests") == [""], "a first press may be a scanner's"
    office.choose(customer)
    assert office.values("SELECT language FROM requests") == ["fr"]


def test_notices_to_users_are_in_the_organizations_first_language(office: Office) -> None:
    customer = begin(office.browser().look(ask(office, "de").link))
    customer.look(f"{customer.path.replace('/software', '/not-listed')}").press(product="Ledgerly")
    mail = office.values("SELECT html FROM messages WHERE kind='software_missing'")[0]
    assert '<html lang="en-GB"' in mail


def test_the_consent_is_kept_in_the_words_and_the_language_it_was_read_in(office: Office) -> None:
    customer = begin(office.browser().look(ask(office, "fr").link))
    office.consent(office.choose(customer))
    assert office.values("SELECT language FROM consents") == ["fr"]
    text = office.values("SELECT text FROM consents")[0]
    assert "Northbank" in text
    assert not re.search(r"\b(the|of|books|months)\b", text)


def test_a_receipt_says_which_language_it_is_in_where_its_reader_has_switched_since(office: Office) -> None:
    customer = begin(office.browser().look(ask(office, "fr").link))
    office.consent(office.choose(customer))
    on_the_way, request = customer.page, customer.path.split("/e/")[0]
    switch(customer, "de")
    customer.page = on_the_way
    office.returned(customer).press("tenant=tenant-1")
    mail = office.values("SELECT html FROM messages WHERE kind='connected'")[0]
    assert '<html lang="de"' in mail
    assert re.search(r'<div lang="fr" dir="auto">\s*<p[^>]*>[^<]*Qui demande, et pourquoi', mail)
    first = customer.look(f"{request}/access").forms
    customer.post(f"{request}/access-code/first", **next(f for f in first if f.action.endswith("/first")).fields)
    customer.press(code=newest_code(office))
    assert (tongue(customer), customer.name) == ("de", "access")
    assert '<div lang="fr" dir="auto"><h3>Qui demande, et pourquoi</h3>' in customer.page.text


def test_a_consent_read_in_one_language_is_not_given_in_another(office: Office) -> None:
    customer = begin(office.browser().look(ask(office).link))
    office.choose(customer)
    read_in_english = next(form for form in customer.forms if form.has("declared_name"))
    switch(customer, "de")
    customer.post(read_in_english.action, **{**read_in_english.fields, "declared_name": "Anna", "may_share": "yes"})
    assert customer.page.status_code == 422
    assert office.count("consents") == 0


def test_off_ramps_speak_the_customers_language_and_offer_the_others(office: Office) -> None:
    customer = Customer(office.app.test_client(), headers=FRENCH).look("/other-browser/northbank")
    assert tongue(customer) == "fr"
    assert tongue(switch(customer, "de")) == "de"
    assert (customer.name, customer.path) == ("other-browser", "/other-browser/northbank")


def test_a_withdrawn_link_is_told_of_in_the_customers_language(office: Office) -> None:
    asked = ask(office, "de")
    customer = begin(office.browser().look(asked.link))
    switch(customer, "fr")
    office.write(f"UPDATE requests SET withdrawn_at='2026-01-01 00:00:00' WHERE id='{asked.request_id}'")
    customer.look(asked.link)
    assert (tongue(customer), customer.page.status_code) == ("fr", 410)


def test_a_link_that_stopped_is_told_of_in_the_language_the_request_names(office: Office) -> None:
    asked = ask(office, "de")
    office.write("UPDATE links SET expires_at='2026-01-01 00:00:00'")
    customer = office.browser().look(asked.link)
    assert (tongue(customer), customer.name) == ("de", "link-expired")
    customer.post(next(form.action for form in customer.forms if "/renew/" in form.action))
    assert (tongue(customer), customer.name) == ("de", "link-expired")
    assert tongue(switch(customer, "fr")) == "fr"
    office.write(f"UPDATE requests SET withdrawn_at='2026-01-01 00:00:00' WHERE id='{asked.request_id}'")
    withdrawn = office.browser().look(asked.link)
    assert (tongue(withdrawn), withdrawn.name) == ("de", "link-withdrawn")


def test_a_request_that_was_taken_back_is_told_of_in_the_language_it_names(office: Office) -> None:
    asked = ask(office, "de")
    customer = begin(office.browser().look(asked.link))
    office.write(f"UPDATE requests SET withdrawn_at='2026-01-01 00:00:00' WHERE id='{asked.request_id}'")
    customer.look(customer.path)
    assert (tongue(customer), customer.name) == ("de", "link-withdrawn")


def test_a_browser_that_keeps_nothing_is_told_so_in_the_language_the_request_names(office: Office) -> None:
    customer = begin(Customer(office.app.test_client(use_cookies=False)).look(ask(office, "de").link))
    assert (tongue(customer), customer.name) == ("de", "cookies-blocked")


@pytest.mark.parametrize(
    "page",
    [
        *(
            "https://evil.example/",
            "//evil.example/l/x",
            "/\\evil.example",
            "https:/l/x",
            "",
            "l/x",
            "/portal/companies",
        ),
        *("/nothing-here", "/language", "/l/x\r\nSet-Cookie: a=b", "/callback/sandbox", "http://127.0.0.1:8000/l/x"),
        *("/r/../../evil", "javascript:alert(1)", "/%2F%2Fevil.example/"),
    ],
)
def test_the_switch_leads_to_no_page_but_a_customers(office: Office, page: str) -> None:
    got = office.app.test_client().post("/language", base_url=BASE, data={"language": "de", "page": page})
    assert got.status_code in (303, 404)
    where = got.headers.get("Location", "/l/")
    assert re.match(r"/(l|r)/", where), where
    assert "evil" not in where.split("?")[0].split("/")[0]
    assert "Set-Cookie: a" not in str(got.headers)


@pytest.mark.parametrize("tag", ["sv", "", "de-AT", "DE", "en-XA", "de\0"])
def test_a_language_nobody_offers_cannot_be_switched_to(office: Office, tag: str) -> None:
    link = ask(office).link
    customer = office.browser().look(link)
    customer.post("/language", language=tag, page=customer.path)
    assert customer.page.status_code == 404
    assert tongue(customer.look(link)) == "en-GB"


def test_another_site_cannot_press_the_switch(office: Office) -> None:
    customer = Customer(office.app.test_client(), headers={"Sec-Fetch-Site": "cross-site"})
    customer.post("/language", language="de", page="/other-browser/northbank")
    assert customer.page.status_code == 403
    other = Customer(office.app.test_client(), headers={"Origin": "https://evil.example"})
    other.post("/language", language="de", page="/other-browser/northbank")
    assert other.page.status_code == 403


def test_who_may_not_open_a_request_changes_nothing_of_it(office: Office) -> None:
    asked = ask(office, "de")
    office.browser().post("/language", language="fr", page=f"/r/{asked.request_id}/summary")
    assert office.values("SELECT language FROM requests") == ["de"]


def test_a_colleague_who_switches_does_not_change_the_contacts_mails(office: Office) -> None:
    asked = ask(office, "de")
    customer = begin(office.browser().look(asked.link))
    customer.look(f"/r/{asked.request_id}/hand-over").press(email="lee@accountants.example").press("confirmed=yes")
    narrow = office.values("SELECT id FROM links WHERE kind='hand_over'")[0]
    colleague = begin(office.browser().look(f"/l/{office.ctx.signer.sign_link(narrow, 1)}"))
    assert tongue(switch(colleague, "fr")) == "fr"
    office.choose(colleague)
    assert office.values("SELECT language FROM requests") == ["de"]


@pytest.mark.parametrize(
    ("asked_for", "got"),
    [("de-AT", "de"), ("sv, fr-CA;q=0.5", "fr"), ("fr;q=0, de;q=0.1", "de"), ("DE_at", "de"), ("", "en"), ("*", "en")],
)
def test_a_page_of_nobodys_is_in_a_language_of_ours_that_the_browser_asks_for(
    office: Office, asked_for: str, got: str
) -> None:
    customer = Customer(office.app.test_client(), headers={"Accept-Language": asked_for}).look("/nothing-here")
    assert tongue(customer).partition("-")[0] == got
    assert 'name="language"' not in customer.page.text


def test_whatever_a_browser_says_it_asks_for_the_page_is_in_a_language_there_is(office: Office) -> None:
    for said in ("de-" + "x" * 5000, 'de-"><script>', ";;;,,,q=", "de;q=nonsense", "ar-XB", "-", "e" * 9000):
        customer = Customer(office.app.test_client(), headers={"Accept-Language": said}).look("/nothing-here")
        assert tongue(customer) in ("de", "en-GB"), said


@offering("de")
def test_there_is_no_switch_where_there_is_one_language(office: Office) -> None:
    page = office.browser().look("/other-browser/northbank")
    assert tongue(page) == "de"
    assert 'name="language"' not in page.page.text


@offering("fr", "de")
def test_the_portal_of_an_organization_that_speaks_french_first_is_english(office: Office) -> None:
    asked = ask(office)
    user = office.user()
    for path in ("/portal/companies", f"/portal/requests/{asked.request_id}", "/portal/nothing-here"):
        page = user.look(path).page.text
        assert '<html lang="en-GB" dir="ltr">' in page
        assert WORDS["en-GB"] in page
        assert 'name="language"' not in page
    refused = Customer(office.app.test_client(), headers=FRENCH)
    assert '<html lang="en-GB"' in refused.look("/portal/sign-in").press(email="", password="").page.text
    assert "Enter your email address" in refused.page.text
