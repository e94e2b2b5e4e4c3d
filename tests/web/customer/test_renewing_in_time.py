"""A connection that works but will not for long is renewed before: it goes on meanwhile, and is the same afterwards."""

from datetime import timedelta

import pytest

from linkflow.domain.ports import Job, Tenant
from linkflow.services import housekeeping, revoking
from tests.fakes import Companies
from tests.web.customer.test_reconnecting import MAILS, company_page, mailed_link, offering_both, press, signs_in
from tests.web.office import Office
from tests.web.states import done

OTHER = Tenant("tenant-9", "The Codfather Ltd", country="GB", currency="GBP")
STATE = "SELECT state || ' ' || coalesce(grant_id, '') FROM connections"


def read(office: Office) -> None:
    """The books are in."""
    office.write("UPDATE syncs SET state='done', finished_at=created_at")
    office.write("UPDATE requests SET status='available'")


def ends_soon(office: Office) -> str:
    """A working connection whose sign-in ends in ten days, its customer asked by a manager; answers its id."""
    done(office)
    read(office)
    end = (office.ctx.now() + timedelta(days=10)).strftime("%Y-%m-%d %H:%M:%S.%f")
    office.write(f"UPDATE grants SET ends_at='{end}', human_at='{end}', human_why='ends'")
    manager = company_page(office)
    assert "Sandbox Books ends it then" in manager.page.text
    assert "needs the customer to sign in or agree again within 30 days" in manager.page.text
    press(manager, "/reconnect")
    assert "The contact is asked by email to reconnect." in manager.page.text
    found: str = office.values("SELECT id FROM connections")[0]
    return found


def test_asking_leaves_the_connection_its_books_and_its_status_as_they_are(office: Office) -> None:
    held = ends_soon(office)
    [text] = office.values(MAILS)
    assert "ends on 3 December 2026. Please sign in once more before then" in " ".join(text.split())
    assert office.values("SELECT status FROM requests") == ["available"]
    assert office.values("SELECT state FROM grants") == ["active"]
    customer = office.follow(mailed_link(office))
    assert (customer.name, "Connect Sandbox Books again" in customer.page.text) == ("consent", True)
    office.consent(customer)
    assert office.values("SELECT status FROM requests") == ["available"]
    assert office.values("SELECT state FROM connections WHERE id='" + held + "'") == ["linked"]


def test_signing_in_again_goes_on_with_the_same_connection_under_the_fresh_sign_in(office: Office) -> None:
    held = ends_soon(office)
    [before] = office.values("SELECT id FROM grants")
    customer = signs_in(office, office.follow(mailed_link(office)))
    assert customer.name == "connected"
    assert office.values("SELECT id FROM connections WHERE state='linked' AND reconnect_asked_at IS NULL") == [held]
    assert office.enqueued.of(Job.REVOKE_GRANT) == [before]
    assert office.values("SELECT state FROM grants WHERE id='" + before + "'") == ["revoking"]
    assert office.follow(mailed_link(office)).name in ("connected", "summary")
    revoking.revoke_grant(office.ctx, before)
    assert office.values("SELECT count(*) FROM grants WHERE state='active'") == [1]


def test_another_company_does_not_take_the_place_of_one_that_still_works(office: Office) -> None:
    held = ends_soon(office)
    offering_both(office)
    customer = signs_in(office, office.follow(mailed_link(office)), OTHER.id)
    assert customer.name == "different-company"
    assert office.values("SELECT id FROM connections WHERE state='linked'") == [held]
    office.companies.found = Companies().found


def test_who_comes_after_access_has_ended_still_takes_the_same_connection_up(office: Office) -> None:
    held = ends_soon(office)
    office.write("UPDATE connections SET access_until='2026-11-24 00:00:00.000000'")
    office.clock.go_on(days=2)
    assert housekeeping.end_access(office.ctx) == 1
    customer = signs_in(office, office.follow(mailed_link(office)))
    assert customer.name == "connected"
    assert office.values("SELECT id FROM connections WHERE state='linked'") == [held]


def test_what_somebody_ended_meanwhile_is_not_taken_up_by_the_earlier_mail(office: Office) -> None:
    held = ends_soon(office)
    company_page(office).look(f"/portal/connections/{held}/disconnect").press(end_reason="")
    assert office.values("SELECT reconnect_asked_at FROM connections") == [None]
    assert "Connect Sandbox Books again" not in office.follow(mailed_link(office)).page.text


@pytest.mark.parametrize("days", [31, 400])
def test_nobody_is_asked_about_what_goes_on_for_longer(office: Office, days: int) -> None:
    done(office)
    read(office)
    end = (office.ctx.now() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
    office.write(f"UPDATE grants SET ends_at='{end}'")
    assert not [form for form in company_page(office).forms if form.action.endswith("/reconnect")]
