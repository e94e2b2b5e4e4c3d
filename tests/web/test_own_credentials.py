"""Attacks on the clients at the vendors: an organization's own speaks for its customers and for nobody else's."""

from urllib.parse import parse_qs, urlsplit

import pytest

from linkflow.domain.errors import NeedsReauth, SoftwareUnavailable
from linkflow.services import granting, revoking
from linkflow.services.job_steps import StepKind
from linkflow.settings import Credentials
from tests.fakes import CLIENT
from tests.web.office import Customer, Office
from tests.web.states import code_in_mail

OWN = "northbanks-own"
SECRET = "northbanks-secret"


@pytest.fixture
def both(office: Office) -> Office:
    """Northbank has a client of its own, harbour takes the instance's."""
    office.software.clients[OWN] = SECRET
    own = Credentials(client_id=OWN, client_secret=SECRET)
    return office.again(organization_credentials={"northbank": {"sandbox": own}})


def to_leaving(office: Office, organization: str) -> Customer:
    customer = office.follow(office.ask(organization=organization))
    if customer.name == "code":
        customer.press(code=code_in_mail(office))
    return office.consent(office.choose(customer))


def client_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["client_id"][0]


def newest_grant(office: Office) -> str:
    return str(office.values("SELECT id FROM grants ORDER BY created_at DESC")[0])


@pytest.mark.parametrize(("organization", "client"), [("northbank", OWN), ("harbour", CLIENT)])
def test_a_sign_in_is_begun_renewed_and_given_back_with_one_client(
    both: Office, organization: str, client: str
) -> None:
    leaving = to_leaving(both, organization)
    assert client_in(leaving.authorize_url) == client
    assert both.returned(leaving).name == "confirm-company"
    grant_id = newest_grant(both)
    both.clock.go_on(minutes=5)
    granting.access_token(both.ctx, grant_id)
    both.write("UPDATE grants SET state='revoking'")
    assert revoking.revoke_grant(both.ctx, grant_id).kind is StepKind.DONE
    assert both.software.spoken_to == [client] * 3
    assert both.values("SELECT client_id FROM grants") == [client]
    assert both.values("SELECT client_id FROM attempts") == [client]


def test_a_sign_in_begun_with_the_instances_client_goes_on_with_it_after_the_organization_has_its_own(
    office: Office,
) -> None:
    office.returned(to_leaving(office, "northbank"))
    office.software.clients[OWN] = SECRET
    own = {"northbank": {"sandbox": Credentials(client_id=OWN, client_secret=SECRET)}}
    later = office.again(organization_credentials=own)
    later.clock.go_on(minutes=5)
    granting.access_token(later.ctx, newest_grant(later))
    assert later.software.spoken_to == [CLIENT, CLIENT]


def test_no_client_of_one_organization_speaks_for_another_whatever_the_rows_say(both: Office) -> None:
    leaving = to_leaving(both, "harbour")
    answer = both.software.approve(leaving.authorize_url)
    address = leaving.path
    both.write(f"UPDATE attempts SET client_id='{OWN}'")
    assert leaving.look(address).name == "consent", "begun again, with the right one"
    assert leaving.come_back(answer).name == "software-unavailable"
    assert both.values("SELECT error FROM attempts") == ["client-gone"]
    assert both.software.spoken_to == []

    both.returned(both.consent(leaving.look(address)))
    assert both.software.spoken_to == [CLIENT]
    grant_id = newest_grant(both)
    both.write(f"UPDATE grants SET client_id='{OWN}'")
    both.clock.go_on(minutes=5)
    with pytest.raises(NeedsReauth):
        granting.access_token(both.ctx, grant_id)
    both.write("UPDATE grants SET state='revoking'")
    assert revoking.revoke_grant(both.ctx, grant_id).kind is StepKind.WAIT
    assert both.software.spoken_to == [CLIENT]


def test_where_a_client_is_gone_a_person_must_sign_in_again_and_is_told_why(both: Office) -> None:
    asked = both.ask()
    connected = both.connected(asked)
    assert connected.name == "connected"
    later = both.again(organization_credentials={})
    with pytest.raises(NeedsReauth):
        granting.access_token(later.ctx, newest_grant(later))
    assert later.values("SELECT state FROM grants") == ["dead"]
    assert later.values("SELECT state FROM connections") == ["needs_reauth"]
    assert later.count("messages", "kind='needs_reconnecting'") == 1
    shown = later.user().look(f"/portal/requests/{asked.request_id}").page.text
    assert "the credentials it was given to are no longer set" in shown
    assert later.software.spoken_to == [OWN], "nothing was tried with the instance's client"


def test_where_no_client_is_set_at_all_a_sign_in_waits_for_one(office: Office) -> None:
    office.returned(to_leaving(office, "northbank"))
    later = office.again(software_credentials={})
    later.clock.go_on(minutes=5)
    with pytest.raises(SoftwareUnavailable):
        granting.access_token(later.ctx, newest_grant(later))
    assert later.values("SELECT state FROM grants") == ["active"]
    assert granting.access_token(office.ctx, newest_grant(office))


def test_a_sign_in_older_than_what_is_kept_of_clients_is_the_instances(both: Office) -> None:
    both.returned(to_leaving(both, "northbank"))
    both.write("UPDATE grants SET client_id=NULL")
    both.clock.go_on(minutes=5)
    granting.access_token(both.ctx, newest_grant(both))
    assert both.software.spoken_to == [OWN, CLIENT]
