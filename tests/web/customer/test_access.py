"""Receipts, what was read and disconnecting: behind a fresh code to the contact, and never further than one's own."""

import re
from dataclasses import replace

import pytest

from linkflow.domain.ports import Tenant
from linkflow.domain.requests import SyncState
from linkflow.organizations import Organizations
from linkflow.services import sync_endings
from linkflow.store import codes
from tests.web.apps import app_for
from tests.web.office import SPEND, Customer, Office


def newest_code(office: Office) -> str:
    """The digits of the youngest code, as its mail shows them."""
    found = office.values("SELECT id FROM codes ORDER BY created_at DESC LIMIT 1")
    return office.ctx.signer.mailed_code(found[0])


def code_mails(office: Office) -> list[str]:
    return office.values("SELECT recipient FROM messages WHERE kind = 'code' ORDER BY created_at")


def with_access(office: Office, customer: Customer) -> Customer:
    """Through the code, from wherever the customer is."""
    request = re.match(r"/r/[^/]+", customer.path)
    assert request, customer.path
    customer.look(f"{request[0]}/access")
    assert customer.name == "access-code"
    customer.post(f"{request[0]}/access-code/first", **customer.forms[0].fields)
    return customer.press(code=newest_code(office))


def read_all(office: Office) -> None:
    """The first pull ends, whole."""
    sync_id = office.values("SELECT id FROM syncs ORDER BY created_at DESC LIMIT 1")[0]
    with office.ctx.database.transaction() as tx:
        sync_endings.end_sync(office.ctx, tx, sync_id, state=SyncState.DONE)


def test_the_summary_leads_there_and_asks_for_a_code_first(office: Office) -> None:
    customer = office.connected(office.ask())
    customer.look(re.sub(r"/e/.*", "/summary", customer.path))
    assert "/access" in customer.page.text
    customer.look(re.sub(r"/summary", "/access", customer.path))
    assert customer.name == "access-code"
    assert "First, a code by email" in customer.page.text
    assert code_mails(office) == []


def test_looking_mails_nothing_and_pressing_twice_mails_one(office: Office) -> None:
    customer = office.connected(office.ask())
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    customer.look(f"{request}/access-code").look(f"{request}/access-code")
    assert code_mails(office) == []
    form = customer.forms[0]
    customer.post(form.action, **form.fields)
    customer.post(form.action, **form.fields)
    assert code_mails(office) == ["anna@abra.example"]
    assert "Enter the code for your receipts" in customer.page.text


def test_the_code_goes_to_the_contact_also_when_a_colleague_asks(office: Office) -> None:
    asked = office.ask()
    contact = office.connected(asked)
    request = re.match(r"/r/[^/]+", contact.path)[0]  # type: ignore[index]
    contact.look(f"{request}/hand-over").press(email="bob@books.example").press("confirmed=yes")
    link_id, issue = office.values("SELECT id FROM links WHERE kind = 'hand_over'")[0], 1
    colleague = office.follow(f"/l/{office.ctx.signer.sign_link(link_id, issue)}")
    with_access(office, colleague)
    assert code_mails(office) == ["anna@abra.example"]
    assert colleague.name == "access"


def test_handing_over_tells_the_contact_and_the_user_who_asks(office: Office) -> None:
    contact = office.connected(office.ask())
    request = re.match(r"/r/[^/]+", contact.path)[0]  # type: ignore[index]
    contact.look(f"{request}/hand-over").press(email="bob@books.example").press("confirmed=yes")
    told = office.values("SELECT kind || ' ' || recipient FROM messages ORDER BY created_at")[-3:]
    assert told == [
        "hand_over bob@books.example",
        "handed_over anna@abra.example",
        "passed_on manager@northbank.example",
    ]
    assert "bob@books.example" not in office.values("SELECT text FROM messages WHERE kind = 'passed_on'")[0]


def test_a_code_to_enter_does_not_open_receipts(office: Office) -> None:
    customer = office.follow(office.ask(organization="harbour"))
    assert customer.name == "code"
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    entering = newest_code(office)
    customer.press(code=entering)
    customer.look(f"{request}/access-code")
    token = customer.forms[0].fields
    customer.post(f"{request}/access-code", **token, code=entering)
    assert customer.page.status_code == 422
    assert customer.name == "access-code"
    kinds = office.values("SELECT DISTINCT purpose FROM codes")
    assert kinds == [codes.Purpose.ENTER.value]


def test_a_code_is_good_in_the_browser_that_asked_only(office: Office) -> None:
    asked = office.ask()
    customer, other = office.connected(asked), office.follow(asked)
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    customer.look(f"{request}/access-code").press()
    other.look(f"{request}/access-code")
    other.post(f"{request}/access-code", **other.forms[0].fields, code=newest_code(office))
    assert other.page.status_code == 422
    assert "no longer works" in other.page.text


def test_wrong_digits_are_refused_five_times_and_then_nothing_helps(office: Office) -> None:
    customer = office.connected(office.ask())
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    customer.look(f"{request}/access-code").press()
    right = newest_code(office)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        customer.press(code=wrong)
        assert customer.page.status_code == 422
    customer.press(code=right)
    assert customer.page.status_code == 422
    customer.look(f"{request}/access")
    assert customer.name == "access-code"


def test_three_codes_an_hour_are_mailed_and_no_more(office: Office) -> None:
    customer = office.connected(office.ask())
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    customer.look(f"{request}/access-code").press()
    token = customer.forms[0].fields
    for _ in range(3):
        customer.post(f"{request}/access-code/again", **token)
    assert len(code_mails(office)) == 3
    assert customer.page.status_code == 422
    assert "Three codes were sent this hour" in customer.page.text


def test_access_ends_after_a_quarter_of_an_hour(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    assert customer.name == "access"
    path = customer.path
    office.clock.go_on(minutes=13)
    assert customer.look(path).name == "access"
    office.clock.go_on(minutes=3)
    assert customer.look(path).name == "access-code"


@pytest.mark.parametrize("page", ["access", "access/receipts/x.txt", "access/connections/x/disconnect"])
def test_without_the_code_every_page_asks_for_it(office: Office, page: str) -> None:
    customer = office.connected(office.ask())
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    assert customer.look(f"{request}/{page}").name == "access-code"


def test_the_page_shows_the_receipt_word_for_word_and_what_was_read(office: Office) -> None:
    office.companies.parts = lambda data_types: ("company", "suppliers")  # type: ignore[method-assign]
    customer = office.connected(office.ask())
    with office.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE sync_parts SET rows = 1 + 1233 * position, done = true")
    read_all(office)
    with_access(office, customer)
    stored = office.values("SELECT text FROM consents")[0]
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", customer.page.text))
    for line in stored.splitlines():
        assert line in shown or line.replace("&", "&amp;") in shown, line
    assert "Anna Abra" in shown
    assert "anna@abra.example" not in shown
    assert "Disconnect Sandbox Books" in shown
    assert "1,235 rows read" in shown
    assert re.search(r"Company details 1 .*Suppliers 1,234", shown)


def test_a_receipt_can_be_kept_as_a_text_file_and_that_is_written_down(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    href = re.search(r'href="([^"]+/receipts/[^"]+)"', customer.page.text)
    assert href
    page = customer.client.get(href[1], base_url="http://127.0.0.1:8000")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page.headers["Content-Disposition"].startswith("attachment; filename=")
    assert office.values("SELECT text FROM consents")[0] in page.text
    assert "Anna Abra" in page.text
    assert "anna@abra.example" not in page.text
    assert office.count("events", "kind = 'receipt-kept'") == 1


def test_a_colleagues_mail_that_came_back_shows_where_links_are_passed_on(office: Office) -> None:
    contact = office.follow(office.ask())
    request = re.match(r"/r/[^/]+", contact.path)[0]  # type: ignore[index]
    contact.look(f"{request}/hand-over").press(email="bob@books.example").press("confirmed=yes")
    assert "The email came back" not in contact.look(f"{request}/hand-over").page.text
    office.write("UPDATE messages SET state = 'failed' WHERE kind = 'hand_over'")
    assert "The email came back" in contact.look(f"{request}/hand-over").page.text
    contact.press(email="bob@accountants.example").press("confirmed=yes")
    assert contact.look(f"{request}/hand-over").page.text.count("The email came back") == 1


def test_another_companys_receipt_and_connection_are_not_found(office: Office) -> None:
    office.connected(office.ask(name="The Codfather", contact_email="cod@father.example"))
    theirs = office.values("SELECT id FROM consents")[0], office.values("SELECT id FROM connections")[0]
    customer = with_access(office, office.connected(office.ask()))
    path = customer.path
    assert customer.look(f"{path}/receipts/{theirs[0]}.txt").page.status_code == 404
    assert customer.look(f"{path}/connections/{theirs[1]}/disconnect").page.status_code == 404
    assert office.count("connections", "state = 'disconnected'") == 0


def test_disconnecting_ends_reading_tells_the_contact_and_shows_in_the_status(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    customer.look(re.search(r'href="([^"]+/disconnect)"', customer.page.text)[1])  # type: ignore[index]
    assert customer.name == "disconnect"
    customer.press("confirmed=yes")
    assert customer.name == "access"
    assert office.count("connections", "state = 'disconnected' AND ended_at IS NOT NULL") == 1
    assert office.count("syncs", "state = 'cancelled'") == 1
    assert office.count("grants", "state = 'revoking'") == 1
    assert office.count("events", "kind = 'disconnected'") == 1
    assert office.values("SELECT recipient FROM messages WHERE kind = 'disconnected'") == ["anna@abra.example"]
    assert office.values("SELECT status FROM requests") == ["disconnected"]
    assert "revoke-grant" in [job.value for job, _ in office.enqueued.jobs]


def test_the_page_before_disconnecting_names_the_months_that_were_agreed(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    leads_there = re.search(r'href="([^"]+/disconnect)"', customer.page.text)[1]  # type: ignore[index]
    assert "for 24 months after access has ended, as agreed" in customer.look(leads_there).page.text
    now = office.ctx.organizations()["northbank"]
    changed = Organizations({"northbank": replace(now, feel=replace(now.feel, retention_months=60))})
    cookie = customer.cookie()
    customer.client = app_for(replace(office.ctx, organizations=lambda: changed)).test_client()
    customer.client.set_cookie("linkflow", cookie, domain="127.0.0.1")
    assert "for 24 months after access has ended, as agreed" in customer.look(leads_there).page.text


def test_the_page_before_and_the_mail_say_where_the_software_cannot_be_told(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    leads_there = re.search(r'href="([^"]+/disconnect)"', customer.page.text)[1]  # type: ignore[index]
    assert "no way of being told" not in customer.look(leads_there).page.text
    oauth = office.ctx.catalogue["sandbox"].oauth
    assert oauth is not None
    before = oauth.revoke_url
    try:
        object.__setattr__(oauth, "revoke_url", None)
        assert "It has no way of being told" in customer.look(leads_there).page.text
        customer.press("confirmed=yes")
        (mail,) = office.values("SELECT text FROM messages WHERE kind = 'disconnected'")
        assert "Sandbox Books has no way of being told: if it still lists this access" in " ".join(mail.split())
    finally:
        object.__setattr__(oauth, "revoke_url", before)


def test_disconnecting_twice_does_it_once(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    customer.look(re.search(r'href="([^"]+/disconnect)"', customer.page.text)[1])  # type: ignore[index]
    form = next(one for one in customer.forms if one.has("confirmed"))
    for _ in range(2):
        customer.post(form.action, **form.fields, confirmed="yes")
        assert customer.page.status_code == 200
    assert office.count("messages", "kind = 'disconnected'") == 1
    assert office.count("events", "kind = 'disconnected'") == 1


def test_looking_at_the_page_disconnects_nothing(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    before = office.rows()
    customer.look(re.search(r'href="([^"]+/disconnect)"', customer.page.text)[1])  # type: ignore[index]
    assert office.rows() == before


def test_after_disconnecting_the_link_opens_the_summary_and_one_may_connect_again(office: Office) -> None:
    asked = office.ask()
    customer = with_access(office, office.connected(asked))
    customer.look(re.search(r'href="([^"]+/disconnect)"', customer.page.text)[1])  # type: ignore[index]
    customer.press("confirmed=yes")
    again = office.follow(asked)
    assert again.name == "summary"
    assert "Disconnected" in again.page.text
    again.look(re.search(r'class="row__name"><a href="([^"]+)"', again.page.text)[1])  # type: ignore[index]
    assert again.name == "consent"
    office.clock.go_on(minutes=1)
    office.returned(office.consent(again)).press("tenant=tenant-1")
    assert office.count("connections", "state = 'linked'") == 1
    assert office.values("SELECT status FROM requests") == ["connected"]


def test_a_sign_in_that_another_entity_reads_through_is_kept(office: Office) -> None:
    tenants = (Tenant("tenant-1", "Abra Kebabra Ltd"), Tenant("tenant-2", "Codfather Ltd"))
    office.companies.found = tenants
    customer = office.follow(office.ask(SPEND)).press(count="several").press(name="Abra")
    office.returned(office.consent(office.choose(customer))).press("tenant=tenant-1")
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    grant = office.values("SELECT grant_id FROM connections WHERE state = 'linked'")[0]
    customer.look(f"{request}/entity-name").press(name="Codfather", tenant=grant)
    office.consent(customer).press("tenant=tenant-2")
    assert office.count("connections", f"state = 'linked' AND grant_id = '{grant}'") == 2
    with_access(office, customer)
    office.clock.go_on(minutes=1)
    ways = re.findall(r'href="([^"]+/disconnect)"', customer.page.text)
    customer.look(ways[0])
    assert "Stays connected" in customer.page.text
    customer.press("confirmed=yes")
    assert office.count("grants", "state = 'active'") == 1
    customer.look(ways[1]).press("confirmed=yes")
    assert office.count("grants", "state = 'revoking'") == 1
    assert office.count("syncs", "state IN ('queued', 'running')") == 0
    assert office.values("SELECT finished_at FROM requests") == [None]


def test_access_dies_with_the_session_and_with_a_new_issue_of_the_link(office: Office) -> None:
    customer = with_access(office, office.connected(office.ask()))
    path = customer.path
    with office.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE links SET issue = issue + 1")
    assert customer.look(path).name == "link-withdrawn"
