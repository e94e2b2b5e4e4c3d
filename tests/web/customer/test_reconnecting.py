"""A connection that broke is taken up again: by whom it was connected, with the company it had."""

import pytest

from linkflow.domain.errors import NeedsReauth
from linkflow.domain.ports import Job, Tenant
from linkflow.services import granting, retention
from linkflow.services.job_steps import DONE
from tests.fakes import Companies
from tests.web.office import BASE, SPEND, Customer, Office
from tests.web.states import done, request_of

OTHER = Tenant("tenant-9", "The Codfather Ltd", country="GB", currency="GBP")
MAILS = "SELECT text FROM messages WHERE kind='needs_reconnecting' ORDER BY created_at"


def dies(office: Office) -> None:
    """The software takes the tokens no longer, which the next use finds out."""
    office.software.issued.clear()
    office.clock.go_on(minutes=30)
    with pytest.raises(NeedsReauth):
        granting.access_token(office.ctx, office.values("SELECT id FROM grants WHERE state='active'")[0])


def approve(office: Office) -> Customer:
    """A manager approves the company the customer chose, on the page that says what it means."""
    [change] = office.values("SELECT id FROM tenant_changes WHERE state='asked'")
    return press(office.user().look(f"/portal/tenant-changes/{change}/approve"), "/approve")


def company_page(office: Office, role: str = "manager", organization: str = "northbank") -> Customer:
    return office.user(role, organization).look(f"/portal/companies/{office.values('SELECT id FROM companies')[0]}")


def press(user: Customer, end: str, **typed: str) -> Customer:
    """Press the button that posts to an address with this end."""
    form = next(form for form in user.forms if form.action.endswith(end))
    return user.post(form.action, **{**form.fields, **typed})


def mailed_link(office: Office) -> str:
    """The link as the latest mail carries it."""
    [link_id] = office.values("SELECT id FROM links WHERE kind='request'")
    [issue] = office.values("SELECT issue FROM links WHERE kind='request'")
    return f"{BASE}/l/{office.ctx.signer.sign_link(link_id, issue)}"


def signs_in(office: Office, customer: Customer, tenant: str = "tenant-1") -> Customer:
    """Accept, sign in, and choose a company."""
    return office.returned(office.consent(customer)).press(tenant=tenant)


def offering_both(office: Office) -> None:
    office.companies.found = (*Companies().found, OTHER)


def refused(office: Office) -> Customer:
    """A customer who signed in again and chose another company."""
    done(office)
    dies(office)
    offering_both(office)
    return signs_in(office, office.follow(mailed_link(office)), OTHER.id)


def test_the_end_of_a_sign_in_is_mailed_to_the_contact_once(office: Office) -> None:
    done(office)
    dies(office)
    with pytest.raises(NeedsReauth):
        granting.access_token(office.ctx, office.values("SELECT id FROM grants")[0])
    [text] = office.values(MAILS)
    assert office.values("SELECT recipient FROM messages WHERE kind='needs_reconnecting'") == ["anna@abra.example"]
    assert "the sign-in there has ended" in " ".join(text.split())
    assert "Choose “Abra Kebabra Limited” there, as before." in text
    assert office.values("SELECT status FROM requests") == ["needs_reauth"]


def test_the_link_in_that_mail_opens_however_long_ago_the_request_ended(office: Office) -> None:
    asked = done(office).asked
    office.write("UPDATE links SET expires_at = created_at")
    office.write("UPDATE requests SET expires_at = created_at, finished_at = created_at")
    assert office.browser().look(asked.link).name == "link-expired"
    dies(office)
    customer = office.follow(mailed_link(office))
    assert customer.name == "consent"
    assert "Connect Sandbox Books again" in customer.page.text
    assert "Abra Kebabra Limited" in customer.page.text


def test_signing_in_again_takes_the_same_connection_up(office: Office) -> None:
    done(office)
    [before] = office.values("SELECT id FROM connections")
    dies(office)
    customer = signs_in(office, office.follow(mailed_link(office)))
    assert customer.name == "connected"
    assert office.values("SELECT id FROM connections WHERE state='linked'") == [before]
    assert office.count("syncs", f"connection_id='{before}' AND state='queued'") == 1
    assert office.values("SELECT status FROM requests") != ["needs_reauth"]
    assert office.count("events", "kind='linked' AND detail='again'") == 1


def test_a_request_that_was_taken_back_mails_nobody_when_its_sign_in_ends(office: Office) -> None:
    done(office)
    office.write("UPDATE requests SET withdrawn_at = created_at")
    dies(office)
    assert office.values(MAILS) == []


def test_one_outage_of_several_entities_is_one_mail(office: Office) -> None:
    office.companies.found = (*Companies().found, OTHER)
    customer = office.choose(office.follow(office.ask(SPEND)).press(count="several").press(name="Abra Kebabra Ltd"))
    signs_in(office, customer)
    customer.look(f"/r/{request_of(customer)}/entity-name").press(name="The Codfather")
    signs_in(office, customer, OTHER.id)
    office.write("UPDATE connections SET grant_id = (SELECT min(id) FROM grants)")
    office.write("UPDATE grants SET state='revoked' WHERE id <> (SELECT min(id) FROM grants)")
    assert office.count("connections", "state='linked'") == 2
    dies(office)
    [text] = office.values(MAILS)
    assert "Abra Kebabra Ltd: Abra Kebabra Limited" in text
    assert "The Codfather: The Codfather Ltd" in text
    assert office.count("connections", "state='needs_reauth'") == 2


def test_after_finishing_the_link_leads_straight_to_the_entity_that_broke(office: Office) -> None:
    customer = office.choose(office.follow(office.ask(SPEND)).press(count="several").press(name="Abra Kebabra Ltd"))
    signs_in(office, customer).look(f"/r/{request_of(customer)}/entities").press()
    assert customer.name == "summary"
    dies(office)
    customer = office.follow(mailed_link(office))
    assert (customer.name, "Connect Sandbox Books again" in customer.page.text) == ("consent", True)
    assert "Needs reconnecting" in customer.look(f"/r/{request_of(customer)}/entities").page.text
    customer.look(mailed_link(office)).press()
    assert signs_in(office, customer).name == "connected"
    assert office.follow(mailed_link(office)).name == "summary"


def test_a_manager_asks_to_reconnect_what_was_ended_and_it_is_the_same_again(office: Office) -> None:
    done(office)
    [before] = office.values("SELECT id FROM connections")
    manager = company_page(office)
    manager.look(f"/portal/connections/{before}/disconnect").press(end_reason="By mistake")
    assert office.values("SELECT end_reason FROM connections") == ["By mistake"]
    press(manager, "/reconnect")
    assert "The contact is asked by email to reconnect." in manager.page.text
    [text] = office.values(MAILS)
    assert "asks you to connect Sandbox Books again" in " ".join(text.split())
    customer = signs_in(office, office.follow(mailed_link(office)))
    assert customer.name == "connected"
    assert office.values("SELECT id FROM connections WHERE state='linked'") == [before]
    flags = "SELECT ended_at IS NULL AND end_reason='' AND reconnect_asked_at IS NULL FROM connections"
    assert office.values(f"{flags} WHERE id='{before}'") == [1]
    assert office.count("syncs", f"connection_id='{before}' AND state='queued'") == 1


def test_asking_twice_asks_once_and_six_times_an_hour_is_too_often(office: Office) -> None:
    done(office)
    dies(office)
    manager = company_page(office)
    press(manager, "/reconnect")
    press(manager, "/reconnect")
    assert "The contact was asked a moment ago." in manager.page.text
    assert len(office.values(MAILS)) == 2  # the outage's and this one
    for _ in range(4):
        office.clock.go_on(minutes=2)
        press(manager, "/reconnect")
    office.clock.go_on(minutes=2)
    press(manager, "/reconnect")
    assert "asked five times within the hour" in manager.page.text
    assert len(office.values(MAILS)) == 6


def test_a_connection_that_works_is_not_asked_for_again(office: Office) -> None:
    done(office)
    manager = company_page(office)
    assert not [form for form in manager.forms if form.action.endswith("/reconnect")]
    path = f"/portal/connections/{office.values('SELECT id FROM connections')[0]}/reconnect"
    manager.post(path, **manager.forms[0].fields)
    assert "there is nothing to reconnect" in manager.page.text
    assert office.values(MAILS) == []


def test_asking_opens_a_withdrawn_request_by_a_new_link_only(office: Office) -> None:
    asked = done(office).asked
    dies(office)
    office.write("UPDATE requests SET withdrawn_at = created_at")
    press(company_page(office), "/reconnect")
    assert office.browser().look(asked.link).name == "link-withdrawn"
    assert office.follow(mailed_link(office)).name == "consent"


def test_the_link_goes_to_whoever_is_the_contact_now(office: Office) -> None:
    asked = done(office).asked
    edit = office.user().look(f"/portal/companies/{asked.company_id}/edit")
    edit.press(contact_name="Bea", contact_email="bea@abra.example")
    dies(office)
    assert office.values("SELECT recipient FROM messages WHERE kind='needs_reconnecting'") == ["bea@abra.example"]
    assert office.browser().look(asked.link).name == "link-withdrawn"
    assert office.follow(mailed_link(office)).name == "consent"


def test_another_company_is_refused_and_the_users_are_asked(office: Office) -> None:
    office.companies.found = (*Companies().found, OTHER, Tenant("tenant-7", "Nobody Chose Me Ltd"))
    customer = refused(office)
    office.companies.found = (*office.companies.found, Tenant("tenant-7", "Nobody Chose Me Ltd"))
    assert customer.name == "different-company"
    assert "Northbank has been asked" in customer.page.text
    assert office.count("connections", "state='linked'") == 0
    assert office.count("messages", "kind='different_company'") == 1
    page = company_page(office, "viewer").page.text
    assert "The Codfather Ltd" in page
    assert "Approve this company" not in page
    assert "Approve this company" in company_page(office).page.text
    assert "Nobody Chose Me" not in office.rows()


def test_another_company_in_place_of_one_that_was_ended_is_asked_about_too(office: Office) -> None:
    done(office)
    [old] = office.values("SELECT id FROM connections")
    manager = company_page(office)
    manager.look(f"/portal/connections/{old}/disconnect").press(end_reason="")
    press(manager, "/reconnect")
    offering_both(office)
    customer = signs_in(office, office.follow(mailed_link(office)), OTHER.id)
    assert customer.name == "different-company"
    approve(office)
    assert office.values("SELECT tenant_id FROM connections WHERE state='linked'") == [OTHER.id]
    assert office.enqueued.of(Job.DELETE_BOOKS) == [old]
    assert office.count("connections", "reconnect_asked_at IS NOT NULL") == 0


def test_choosing_it_again_asks_nobody_a_second_time(office: Office) -> None:
    customer = refused(office)
    customer.look(mailed_link(office)).press().press(tenant=OTHER.id)
    assert customer.name == "different-company"
    assert office.count("tenant_changes") == office.count("messages", "kind='different_company'") == 1


def test_an_approved_company_takes_over_from_the_sign_in_that_is_held(office: Office) -> None:
    customer = refused(office)
    [old] = office.values("SELECT id FROM connections WHERE state='needs_reauth'")
    manager = approve(office)
    assert "Its books are being read" in manager.page.text
    assert office.values("SELECT tenant_name FROM connections WHERE state='linked'") == [OTHER.name]
    assert office.values("SELECT state FROM connections WHERE tenant_id='tenant-1'") == ["disconnected"]
    assert office.enqueued.of(Job.DELETE_BOOKS) == [old]
    assert office.count("syncs", f"connection_id='{old}'") > 0
    assert retention.delete_unwanted(office.ctx, old) == DONE
    assert office.count("syncs", f"connection_id='{old}'") == 0
    assert office.count("events", "kind='books-dropped'") == 1
    assert customer.look(mailed_link(office)).press().name in ("connected", "summary")
    assert OTHER.name not in str(office.values("SELECT tenant_name FROM tenant_changes"))
    assert office.count("events", "kind='company-approved' AND actor LIKE 'user:%'") == 1


def test_deciding_twice_decides_once(office: Office) -> None:
    refused(office)
    second = company_page(office)
    approve(office)
    press(second, "/keep")
    assert "This was decided before." in second.page.text
    press(second.look("/portal/requests"), "/sign-out")
    assert office.count("connections", "state='linked'") == 1
    assert len(office.enqueued.of(Job.DELETE_BOOKS)) == 1


def test_approved_after_the_sign_in_was_given_back_it_is_the_next_one(office: Office) -> None:
    customer = refused(office)
    office.consent(customer.look(customer.path.replace("confirm-company", "consent")))
    assert office.count("connections", "state='pending'") == 0
    manager = approve(office)
    assert "asked by email to sign in once more" in manager.page.text
    assert "agrees that it takes the place" in " ".join(office.values(MAILS)[-1].split())
    assert office.count("connections", "state='linked'") == 0
    office.clock.go_on(minutes=20)  # the sign-in begun in the other browser is over
    customer = signs_in(office, office.follow(mailed_link(office)), OTHER.id)
    assert customer.name == "connected"
    assert office.values("SELECT tenant_id FROM connections WHERE state='linked'") == [OTHER.id]
    assert len(office.enqueued.of(Job.DELETE_BOOKS)) == 1


def test_with_the_old_one_kept_its_sign_in_goes_back_and_the_same_company_still_connects(office: Office) -> None:
    refused(office)
    [before] = office.values("SELECT id FROM connections WHERE state='needs_reauth'")
    manager = press(company_page(office), "/keep")
    assert "The connection stays as it is." in manager.page.text
    assert office.count("connections", "state='pending'") == 0
    assert office.count("grants", "state='revoking'") == 1
    assert "would like to stay with “Abra Kebabra Limited”" in " ".join(office.values(MAILS)[-1].split())
    assert signs_in(office, office.follow(mailed_link(office))).name == "connected"
    assert office.values("SELECT id FROM connections WHERE state='linked'") == [before]
    assert office.enqueued.of(Job.DELETE_BOOKS) == []
    assert "Approve this company" not in company_page(office).page.text


def test_a_viewer_and_another_organization_decide_nothing(office: Office) -> None:
    refused(office)
    [change] = office.values("SELECT id FROM tenant_changes")
    for role, organization, status in (("viewer", "northbank", 403), ("manager", "harbour", 404)):
        for action in ("approve", "keep"):
            user = office.user(role, organization)
            token = user.look("/portal/requests").forms[0].fields["linkflow_csrf"]
            user.post(f"/portal/tenant-changes/{change}/{action}", linkflow_csrf=token)
            assert user.page.status_code == status
    assert office.values("SELECT state FROM tenant_changes") == ["asked"]


def test_a_company_connected_elsewhere_is_not_put_up_for_approval(office: Office) -> None:
    refused_page = refused(office)
    office.write("UPDATE tenant_changes SET state='overtaken'")
    office.write(
        "INSERT INTO entities (id, organization, company_id, name, folded_name, created_at) "
        "SELECT 'e9', organization, company_id, 'Cod', 'cod', created_at FROM entities LIMIT 1"
    )
    kept = "organization, company_id, request_id, grant_id, consent_id, kind, software, data_types, access, created_at"
    office.write(
        f"INSERT INTO connections (id, entity_id, tenant_id, state, linked_at, {kept}) "
        f"SELECT 'c9', 'e9', 'tenant-9', 'linked', created_at, {kept} FROM connections WHERE state='needs_reauth'"
    )
    refused_page.look(mailed_link(office)).press().press(tenant=OTHER.id)
    assert refused_page.name == "company-in-use"
    assert office.count("tenant_changes", "state='asked'") == 0
