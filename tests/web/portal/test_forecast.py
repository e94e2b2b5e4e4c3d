"""The forecast: who needs a person, narrowed and sorted; asking some of them; and how that goes."""

import re
from datetime import timedelta
from typing import Any

import pytest

from linkflow.domain.ports import Job
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import asking_again
from linkflow.services.job_steps import MORE
from linkflow.store import companies
from linkflow.store.company_listings import relist
from linkflow.store.turns import take_turn
from tests.jobs.rig import SCOPES, Rows, add_rows
from tests.web.portal.desk import BASE, Browser, Desk, data_page, hidden_fields, main_text, token_of

PAGE = "/portal/forecast"
ALL = f"{PAGE}?of=all"


def ending(desk: Desk, *, days: float = 10, name: str = "Abra Kebabra Ltd", **over: Any) -> Rows:
    """A company whose sign-in ends in so many days."""
    now = desk.ctx.now()
    tokens = Tokens("access", "refresh", SCOPES, now + timedelta(hours=1), None, now + timedelta(days=days))
    rows = add_rows(desk.ctx, tokens=tokens, tenant_id=desk.ctx.new_id(), **over)
    write(desk, "UPDATE companies SET name=? WHERE id=?", name, rows.company_id)
    listed(desk, rows)
    return rows


def listed(desk: Desk, rows: Rows, *user_ids: str) -> None:
    with desk.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        companies.assign(tx, rows.company_id, user_ids)
        relist(tx, rows.company_id)


def write(desk: Desk, statement: str, *values: object) -> None:
    """The same on both databases: their drivers mark values differently."""
    with desk.ctx.database.transaction() as tx:
        marked = statement if tx.connection.dialect.name == "sqlite" else statement.replace("?", "%s")
        tx.connection.exec_driver_sql(marked, values)


def ask(browser: Browser, *rows: Rows, **typed: str) -> Any:
    """Tick these and press the button below."""
    data = {"linkflow_csrf": token_of(browser.page(ALL)), "connection": [one.connection_id for one in rows], **typed}
    return browser.client.post(f"{PAGE}/askings?of=all", base_url=BASE, data=data, follow_redirects=True)


def send(browser: Browser, checked: str) -> Any:
    """Press the button of the page that was shown before anything is sent."""
    ids = re.findall(r'name="connection" value="([^"]+)"', checked)
    data = {**hidden_fields(checked), "connection": ids, "do": "send"}
    return browser.client.post(f"{PAGE}/askings", base_url=BASE, data=data, follow_redirects=True)


def work(desk: Desk) -> None:
    """The worker does what was begun."""
    for job, batch_id in desk.jobs:
        while job is Job.ASK_AGAIN and asking_again.ask_next(desk.ctx, batch_id) == MORE:
            pass


def test_a_viewer_sees_who_needs_a_person_why_and_by_when_and_can_ask_nobody(desk: Desk) -> None:
    ending(desk)
    page = desk.browser("viewer").page(ALL)
    said = main_text(page)
    assert "The software ends the sign-in" in said
    assert "3 Dec 2026 in 10 days" in said
    assert "Abra Kebabra Ltd Anna Abra, anna@example.com Sandbox Books" in said
    assert "Nobody Not asked" in said
    assert 'name="connection"' not in page
    assert "Ask to sign in again" not in page


def test_what_is_lost_or_lacks_a_permission_is_needed_now(desk: Desk) -> None:
    lost = ending(desk, name="Hairosmith", days=300)
    write(desk, "UPDATE grants SET state='dead' WHERE id=?", lost.grant_id)
    write(desk, "UPDATE connections SET state='needs_reauth' WHERE id=?", lost.connection_id)
    lacking = ending(desk, name="The Codfather", days=300)
    write(desk, "UPDATE grants SET scopes='company.read' WHERE id=?", lacking.grant_id)
    said = main_text(desk.browser().page(ALL))
    assert "The sign-in has ended Now since 23 Nov 2026" in said
    assert "A permission is missing Now" in said
    assert "The sign-in has ended (1)" in said


def test_nobody_elses_companies_are_shown_first_and_another_organizations_never(desk: Desk) -> None:
    rows = ending(desk)
    browser = desk.browser()
    assert "None of yours needs a person" in main_text(browser.page(PAGE))
    listed(desk, rows, desk.account().id)
    assert "Abra Kebabra Ltd" in main_text(browser.page(PAGE))
    assert "Nothing needs a person" in main_text(desk.browser("administrator", "harbour").page(ALL))
    elsewhere = desk.browser("manager", "harbour")
    assert "Tick the connections" in main_text(ask(elsewhere, rows).text)


def test_the_address_says_what_is_shown_and_in_which_order(desk: Desk) -> None:
    ending(desk, days=20, name="Abra Kebabra Ltd")
    ending(desk, days=5, name="The Codfather")
    browser = desk.browser()

    def order(query: str) -> list[str]:
        found = re.findall(r"Abra Kebabra Ltd Anna|The Codfather Anna", main_text(browser.page(f"{ALL}{query}")))
        return [name.removesuffix(" Anna") for name in found]

    assert order("") == ["The Codfather", "Abra Kebabra Ltd"]
    assert order("&sort=-due") == order("&sort=company") == ["Abra Kebabra Ltd", "The Codfather"]
    assert order("&q=codf") == order("&q=codf&why=ends&software=sandbox&asked=not") == ["The Codfather"]
    assert order("&why=lost") == order("&asked=yes") == order("&software=xero") == []
    assert order("&sort=nonsense&size=7&before=made-up&why=nothing") == ["The Codfather", "Abra Kebabra Ltd"]
    assert "No connection matches" in main_text(browser.page(f"{ALL}&why=lost"))


def test_all_of_a_page_are_ticked_by_one_link(desk: Desk) -> None:
    ending(desk)
    ending(desk)
    page = desk.browser().page(ALL)
    [link] = re.findall(r'href="([^"]+chosen=all)"', page)
    ticked = desk.browser().page(link.replace("&amp;", "&"))
    assert ticked.count(" checked>") == 2


def test_asking_shows_the_mail_first_and_sends_it_once(desk: Desk) -> None:
    first, second = ending(desk, days=5, name="The Codfather"), ending(desk, days=20)
    browser = desk.browser()
    before = desk.rows()
    shown = ask(browser, second, first)
    assert data_page(shown.text) == "ask-again"
    assert "Ask for 2 connections to be renewed" in shown.text
    assert "ends on 28 November 2026. Please sign in once more before then" in main_text(shown.text)
    [mail] = re.findall(r'<iframe class="letter__page" src="([^"]+)"', shown.text)
    assert "Please sign in once more" in browser.page(mail.replace("&amp;", "&"))
    assert desk.rows() == before
    batch = send(browser, shown.text)
    assert data_page(batch.text) == "asking-batch"
    assert "The mails are being made." in main_text(batch.text)
    send(browser, shown.text)
    assert [job for job, _ in desk.jobs].count(Job.ASK_AGAIN) == 1
    work(desk)
    assert [job for job, _ in desk.jobs].count(Job.SEND_MESSAGE) == 2
    said = main_text(browser.page(batch.request.path))
    assert "2 asked, 0 opened, 0 done" in said
    assert "Check again" not in said
    assert "The customer was asked to reconnect." in main_text(browser.page(f"/portal/companies/{first.company_id}"))
    assert "Asked 23 Nov 2026" in main_text(browser.page(ALL))
    refused = ask(browser, first)
    assert "They were all asked within the last day." in main_text(refused.text)
    assert refused.text.count(" checked>") == 1, "what was ticked still is"


def test_a_batch_is_stopped_by_a_manager_and_only_looked_at_by_a_viewer(desk: Desk) -> None:
    rows = ending(desk)
    browser = desk.browser()
    batch = send(browser, ask(browser, rows).text)
    work(desk)
    path = batch.request.path
    looked = desk.browser("viewer").page(path)
    assert "Stop asking" not in looked
    stopped = browser.send(f"{path}/stop", on=path, follow=True)
    assert "Nobody is reminded any more." in main_text(stopped.text)
    assert "Stopped" in main_text(stopped.text)
    assert "Stop asking" not in stopped.text
    assert "The customer is not asked to reconnect any more." in main_text(
        browser.page(f"/portal/companies/{rows.company_id}")
    )
    assert desk.browser("manager", "harbour").look(path).status_code == 404


@pytest.mark.parametrize("query", ["", "?connection=made-up"])
def test_the_mail_of_nothing_is_not_found(desk: Desk, query: str) -> None:
    assert desk.browser().look(f"{PAGE}/askings/mail{query}").status_code == 404


def test_asking_without_having_ticked_anything_is_refused_with_the_reason(desk: Desk) -> None:
    ending(desk)
    answer = ask(desk.browser())
    assert answer.status_code == 422
    assert data_page(answer.text) == "forecast"
    assert "Tick the connections whose customers you want to ask." in main_text(answer.text)
    assert desk.browser().look(f"{PAGE}/askings?of=all").headers["Location"].endswith("/portal/forecast?of=all")
