"""Adding a company and changing it: once, by whom it may be, and never over somebody else's change."""

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from linkflow.domain.errors import LinkWithdrawn
from linkflow.domain.requests import DataType
from linkflow.services import accounts, following_up, handing_over, keeping, linking, requesting
from linkflow.services.requesting import Ask, Asked
from linkflow.store import companies, events, messages, requests, users
from linkflow.store.companies import Company
from linkflow.store.visits import Visit
from tests.web.portal.desk import PASSWORD, Browser, Desk, data_page, hidden_fields, main_text, make_desk

NEW = "/portal/companies/new"
TYPED = {
    "company_name": "The  Codfather ",
    "description": "Fish and chips",
    "contact_name": "Don Cod",
    "contact_email": "don@codfather.example",
}


def draft_of(browser: Browser) -> str:
    return hidden_fields(browser.page(NEW))["draft"]


def only_company(desk: Desk, organization: str = "northbank") -> Company:
    with desk.ctx.database.reading() as tx:
        (found,) = companies.companies_of(tx, organization)
    return found


def assigned(desk: Desk, company_id: str) -> set[str]:
    with desk.ctx.database.reading() as tx:
        return {one.id for one in users.users_of_company(tx, company_id)}


def kinds(desk: Desk, company_id: str) -> list[str]:
    with desk.ctx.database.reading() as tx:
        return [event.kind for event in events.events_of_company(tx, company_id).rows][::-1]


def edited(desk: Desk, company: Company, **over: str) -> dict[str, str]:
    """What an edit form sends that was filled in from the company as it is."""
    fields = {
        "company_name": company.name,
        "description": company.description,
        "contact_name": company.contact_name,
        "contact_email": company.contact_email,
        "version": str(company.version),
    }
    return {**fields, **over}


def edit(desk: Desk, browser: Browser, company_id: str, **over: str) -> TestResponse:
    """Change a company as it is now, through its form."""
    path = f"/portal/companies/{company_id}/edit"
    with desk.ctx.database.reading() as tx:
        company = companies.company(tx, "northbank", company_id)
    assert company is not None
    return browser.send(path, **edited(desk, company, **over))


def test_adding_a_company_ends_in_requesting_information(desk: Desk) -> None:
    browser = desk.browser()
    me = desk.account()
    assert f'value="{me.id}" checked' in browser.page(NEW)
    answer = browser.send(NEW, draft=draft_of(browser), users=me.id, **TYPED)
    company = only_company(desk)
    assert (company.name, company.description) == ("The Codfather", "Fish and chips")
    assert (company.contact_name, company.contact_email) == ("Don Cod", "don@codfather.example")
    assert answer.status_code == 303
    assert answer.location == f"/portal/requests/new?company={company.id}"
    page = browser.page(answer.location)
    assert "The Codfather was added." in main_text(page)
    assert f'<input type="hidden" name="company" value="{company.id}">' in page
    assert assigned(desk, company.id) == {me.id}
    assert kinds(desk, company.id) == ["company-added"]


def test_pressing_add_twice_adds_once(desk: Desk) -> None:
    browser = desk.browser()
    draft = draft_of(browser)
    first, second = (browser.send(NEW, draft=draft, **TYPED) for _ in range(2))
    assert first.location == second.location
    assert only_company(desk)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("company_name", " ", "Enter the company’s name."),
        ("company_name", "x" * 101, "Shorten the company’s name to 100 characters."),
        ("description", "x" * 201, "Shorten the description to 200 characters; it has 201."),
        ("contact_name", "", "Enter the contact’s name."),
        ("contact_email", "", "Enter the contact’s email address."),
        ("contact_email", "don at codfather", "Enter an email address such as name@example.com."),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_is_kept(
    desk: Desk, field: str, value: str, words: str
) -> None:
    browser, colleague = desk.browser(), desk.account("viewer")
    before = desk.rows()
    answer = browser.send(NEW, draft=draft_of(browser), users=colleague.id, **{**TYPED, field: value})
    assert answer.status_code == 422
    assert words in main_text(answer.text)
    for name, typed in {**TYPED, field: value}.items():
        assert f'name="{name}"' in answer.text
        assert f'value="{typed}"' in answer.text
    assert f'value="{colleague.id}" checked' in answer.text
    assert f'value="{desk.account().id}" checked' not in answer.text
    assert desk.rows() == before


def test_a_manager_may_assign_anybody_of_the_organization_and_nobody_else(desk: Desk) -> None:
    browser = desk.browser()
    colleague, stranger = desk.account("viewer"), desk.account("manager", "harbour")
    desk.account("administrator")
    gone = accounts.add_account(
        desk.ctx, "gone@northbank.example", PASSWORD, organization="northbank", name="Gone", role="administrator"
    )
    with desk.ctx.database.transaction() as tx:
        users.disable(tx, gone.id, at=desk.ctx.now())
    page = browser.page(NEW)
    assert colleague.email in page
    assert stranger.email not in page
    assert gone.email not in page
    ticked = [colleague.id, desk.account().id, stranger.id, gone.id, "made-up"]
    browser.client.post(
        NEW,
        base_url="http://127.0.0.1:8000",
        data={**hidden_fields(page), **TYPED, "users": ticked},
    )
    assert assigned(desk, only_company(desk).id) == {colleague.id, desk.account().id}


def test_a_company_may_be_nobodys(desk: Desk) -> None:
    browser = desk.browser()
    browser.send(NEW, draft=draft_of(browser), **TYPED)
    assert assigned(desk, only_company(desk).id) == set()


def test_where_there_are_many_colleagues_others_are_assigned_by_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "USERS_SHOWN", 1)
    browser, far = desk.browser("administrator"), desk.account("viewer")
    page = browser.page(NEW)
    assert far.email not in page
    assert 'name="others"' in page
    refused = browser.send(NEW, draft=draft_of(browser), others="manager@harbour.example", **TYPED)
    assert refused.status_code == 422
    assert "Nobody with the address manager@harbour.example can sign in here." in main_text(refused.text)
    browser.send(NEW, draft=draft_of(browser), others=f" {far.email.upper()};", **TYPED)
    assert assigned(desk, only_company(desk).id) == {far.id}


def test_who_gives_a_company_away_and_sees_only_their_own_goes_back_to_the_list(
    portal_url: str, tmp_path: Path
) -> None:
    narrow = make_desk(tmp_path, portal_url, portal={"sight": "assigned"})
    browser, other = narrow.browser(), narrow.account("viewer")
    answer = browser.send(NEW, draft=draft_of(browser), users=other.id, **TYPED)
    assert answer.location == "/portal/companies"
    assert assigned(narrow, only_company(narrow).id) == {other.id}


def test_an_edit_changes_what_was_typed_and_says_what_in_the_audit_trail(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    other = desk.account("viewer")
    desk.clock.go_on(minutes=1)
    answer = edit(desk, browser, asked.company_id, company_name="Abra Kebabra plc", users=other.id)
    assert answer.location == f"/portal/companies/{asked.company_id}"
    assert only_company(desk).name == "Abra Kebabra plc"
    assert assigned(desk, asked.company_id) == {other.id}
    with desk.ctx.database.reading() as tx:
        last = events.events_of_company(tx, asked.company_id).rows[0]
    assert (last.kind, last.detail, last.actor) == ("company-edited", "name users", f"user:{desk.account().id}")


def test_saving_what_was_there_writes_nothing_down(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    edit(desk, browser, asked.company_id, users=desk.account().id)
    assert "company-edited" not in kinds(desk, asked.company_id)


def test_somebody_who_was_shut_out_stays_assigned_to_what_was_theirs(desk: Desk) -> None:
    asked, browser, gone = desk.ask(), desk.browser("administrator"), desk.account("manager")
    with desk.ctx.database.transaction() as tx:
        users.disable(tx, gone.id, at=desk.ctx.now())
    edit(desk, browser, asked.company_id, users=desk.account("administrator").id)
    with desk.ctx.database.reading() as tx:
        assert companies.is_assigned(tx, asked.company_id, gone.id)


def test_a_change_somebody_else_made_meanwhile_is_not_lost(desk: Desk) -> None:
    asked, mine, theirs = desk.ask(), desk.browser("manager"), desk.browser("administrator")
    path, known = f"/portal/companies/{asked.company_id}/edit", only_company(desk)
    assert edit(desk, theirs, asked.company_id, contact_name="Bella Abra").status_code == 303
    answer = mine.send(path, **edited(desk, known, description="My own words"))
    said = main_text(answer.text)
    assert answer.status_code == 422
    assert "Somebody changed this company while you did, so nothing was saved." in said
    assert "Stored now Description – Contact’s name Bella Abra" in said
    assert 'value="My own words"' in answer.text
    assert only_company(desk).contact_name == "Bella Abra"
    again = mine.post(path, **{**edited(desk, known, description="My own words"), **hidden_fields(answer.text)})
    assert again.status_code == 303
    assert (only_company(desk).contact_name, only_company(desk).description) == ("Anna Abra", "My own words")


def test_whom_somebody_else_assigned_meanwhile_is_said(desk: Desk) -> None:
    asked, mine, theirs = desk.ask(), desk.browser("manager"), desk.browser("administrator")
    manager, viewer = desk.account("manager"), desk.account("viewer")
    known, path = only_company(desk), f"/portal/companies/{asked.company_id}/edit"
    assert edit(desk, theirs, asked.company_id, users=viewer.id).status_code == 303
    answer = mine.send(path, **edited(desk, known, users=manager.id))
    assert answer.status_code == 422
    assert "Stored now Assigned to Viewer of northbank" in main_text(answer.text)
    again = mine.send(path, **edited(desk, known, users=viewer.id))
    assert again.status_code == 422
    assert "Stored now" not in main_text(again.text)


def test_that_nobody_is_assigned_any_more_is_said(desk: Desk) -> None:
    asked, mine, theirs = desk.ask(), desk.browser("manager"), desk.browser("administrator")
    known, path = only_company(desk), f"/portal/companies/{asked.company_id}/edit"
    assert edit(desk, theirs, asked.company_id).status_code == 303
    answer = mine.send(path, **edited(desk, known, users=desk.account("manager").id))
    assert "Stored now Assigned to –" in main_text(answer.text)


@pytest.mark.parametrize("version", ["", "0", "-1", "2", "²", "9" * 400, "1; DROP TABLE companies"])
def test_a_made_up_version_changes_nothing(desk: Desk, version: str) -> None:
    asked, browser = desk.ask(), desk.browser()
    before = desk.rows()
    answer = edit(desk, browser, asked.company_id, company_name="Taken over", version=version)
    assert answer.status_code == 422
    assert desk.rows() == before


def test_a_changed_address_stops_every_link_and_offers_new_ones(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    second = ask_again(desk, asked, "Working capital review")
    narrow = hand_over(desk, asked)
    answer = edit(desk, browser, asked.company_id, contact_name="Bella Abra", contact_email="bella@abra.example")
    links_page = f"/portal/companies/{asked.company_id}/links"
    assert answer.location == links_page
    for link in (asked.link, second.link, narrow):
        assert opened(desk, link) == "link-withdrawn"
    said = main_text(browser.page(links_page))
    assert "Virtual card application" in said
    assert "Working capital review" in said
    assert "Mail new links to bella@abra.example" in said
    before = len(desk.jobs)
    assert browser.send(links_page).location == f"/portal/companies/{asked.company_id}"
    mails = [mail for request in (asked, second) for mail in mails_of(desk, request.request_id)[-1:]]
    assert [(mail.kind, mail.recipient, mail.state) for mail in mails] == [
        ("fresh_link", "bella@abra.example", "queued")
    ] * 2
    assert "Bella Abra" in mails[0].text
    assert len(desk.jobs) == before + 2
    assert opened(desk, narrow) == "link-withdrawn"
    assert opened(desk, asked.link) == "link-withdrawn"
    assert opened(desk, fresh_link(desk, asked)) == "welcome"


def test_pressing_for_new_links_twice_mails_them_once(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    edit(desk, browser, asked.company_id, contact_email="bella@abra.example")
    path = f"/portal/companies/{asked.company_id}/links"
    fields = {"linkflow_csrf": re.findall(r'name="linkflow_csrf" value="([^"]+)"', browser.page(path))[0]}
    said = [main_text(browser.post(path, follow=True, **fields).text) for _ in range(2)]
    assert "A new link is on its way." in said[0]
    assert "Every open request has its link." in said[1]
    assert [mail.kind for mail in mails_of(desk, asked.request_id)] == ["request", "fresh_link"]
    assert "has a link that works" in main_text(browser.page(path))


def test_a_mail_that_waits_does_not_carry_the_new_link_to_the_old_address(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    edit(desk, browser, asked.company_id, contact_email="bella@abra.example")
    browser.send(f"/portal/companies/{asked.company_id}/links")
    waiting = [mail for mail in mails_of(desk, asked.request_id) if mail.state == "queued"]
    assert [mail.recipient for mail in waiting] == ["bella@abra.example"]


def test_a_handing_over_that_was_about_to_happen_finds_its_link_taken_back(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    visit = visit_of(desk, asked)
    edit(desk, browser, asked.company_id, contact_email="bella@abra.example")
    with pytest.raises(LinkWithdrawn):
        handing_over.hand_over(desk.ctx, visit, handing_over.HandOver("eve@else.example", None))


def test_the_same_address_in_other_letters_stops_nothing(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    answer = edit(desk, browser, asked.company_id, contact_email="Anna@ABRA.example", contact_name="Anna Kebab")
    assert answer.location == f"/portal/companies/{asked.company_id}"
    assert opened(desk, asked.link) == "welcome"
    with desk.ctx.database.reading() as tx:
        (own,) = requests.links_of_request(tx, asked.request_id)
    assert (own.recipient_name, own.recipient_email) == ("Anna Kebab", "Anna@abra.example")


def test_sending_again_mails_a_new_link_where_the_old_one_was_taken_back(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    edit(desk, browser, asked.company_id, contact_email="bella@abra.example")
    page = f"/portal/requests/{asked.request_id}"
    shown = browser.send(f"{page}/show-link", on=page, follow=True)
    assert "The contact’s address has changed, so this link stopped." in main_text(shown.text)
    for _ in range(2):
        browser.send(f"{page}/resend", on=page)
    assert [mail.kind for mail in mails_of(desk, asked.request_id)] == ["request", "fresh_link"]
    assert opened(desk, fresh_link(desk, asked)) == "welcome"


def test_a_link_that_somebody_else_has_replaced_is_not_replaced_once_more(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    edit(desk, browser, asked.company_id, contact_email="bella@abra.example")
    for _ in range(2):  # both read that the link was taken back
        following_up.replace_link(desk.ctx, desk.account(), asked.request_id)
    assert [mail.kind for mail in mails_of(desk, asked.request_id)] == ["request", "fresh_link"]


def test_a_request_that_is_over_is_offered_no_link(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    following_up.withdraw(desk.ctx, desk.account(), asked.request_id)
    answer = edit(desk, browser, asked.company_id, contact_email="bella@abra.example")
    assert answer.location == f"/portal/companies/{asked.company_id}"
    with desk.ctx.database.reading() as tx:
        (own,) = requests.links_of_request(tx, asked.request_id)
    assert own.revoked_at is not None


@pytest.mark.parametrize("path", [NEW, "/portal/companies/{company}/edit", "/portal/companies/{company}/links"])
def test_a_viewer_keeps_no_companies(desk: Desk, path: str) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    before, path = desk.rows(), path.format(company=asked.company_id)
    for answer in (browser.look(path), browser.send(path, on="/portal/requests", **TYPED)):
        assert (answer.status_code, data_page(answer.text)) == (403, "forbidden")
    assert desk.rows() == before


@pytest.mark.parametrize("path", [NEW, "/portal/companies/{company}/edit", "/portal/companies/{company}/links"])
def test_a_form_without_its_token_changes_nothing(desk: Desk, path: str) -> None:
    asked, browser = desk.ask(), desk.browser()
    before = desk.rows()
    browser.post(path.format(company=asked.company_id), **TYPED)
    assert desk.rows() == before


def ask_again(desk: Desk, asked: Asked, name: str) -> Asked:
    ask = Ask(data_types=frozenset(DataType), name=name)
    return requesting.ask(desk.ctx, desk.account(), asked.company_id, ask)


def visit_of(desk: Desk, asked: Asked) -> Visit:
    with desk.ctx.database.reading() as tx:
        (own,) = requests.links_of_request(tx, asked.request_id)
        return linking.visit(desk.ctx, tx, asked.request_id, {own.id: own.issue})


def hand_over(desk: Desk, asked: Asked) -> str:
    handing_over.hand_over(desk.ctx, visit_of(desk, asked), handing_over.HandOver("carl@accounts.example", None))
    with desk.ctx.database.reading() as tx:
        narrow = next(one for one in requests.links_of_request(tx, asked.request_id) if one.kind == "hand_over")
    return requesting.link_address(desk.ctx, narrow.id, narrow.issue)


def fresh_link(desk: Desk, asked: Asked) -> str:
    with desk.ctx.database.reading() as tx:
        own = next(one for one in requests.links_of_request(tx, asked.request_id) if one.kind == "request")
    return requesting.link_address(desk.ctx, own.id, own.issue)


def mails_of(desk: Desk, request_id: str) -> tuple[messages.Message, ...]:
    with desk.ctx.database.reading() as tx:
        found = messages.messages_of_request(tx, request_id)
    contact = [mail for mail in found if mail.kind in ("request", "fresh_link", "reminder")]
    return tuple(sorted(contact, key=lambda mail: (mail.created_at, mail.kind != "request")))


def opened(desk: Desk, link: str) -> str:
    """The page a link lands on."""
    customer = Browser(desk.app.test_client())
    return data_page(customer.look(link.removeprefix(desk.ctx.settings.public_url)).text)
