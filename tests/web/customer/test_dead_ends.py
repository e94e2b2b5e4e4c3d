"""Where a journey cannot go on as it is: nothing to choose from, or another company than the one connected before."""

from datetime import timedelta

import pytest

from linkflow.outbound.errors import OverLimit
from tests.fakes import Companies
from tests.web.further_pages import OTHER, without_any_software
from tests.web.office import Office
from tests.web.states import code_passed, followed, in_need_of_a_sign_in, returned


def test_with_nothing_to_offer_the_picker_says_so_and_leads_to_a_file_where_one_may_be_sent(office: Office) -> None:
    customer = followed(office).customer
    path = customer.path
    without_any_software(office, customer).look(path)
    assert (customer.name, customer.page.status_code) == ("no-software", 200)
    assert "/upload-consent" in customer.page.text


def test_with_nothing_to_offer_and_no_files_taken_somebody_to_ask_is_named(office: Office) -> None:
    customer = code_passed(office).customer
    path = customer.path
    without_any_software(office, customer).look(path)
    assert customer.name == "no-software"
    assert "/upload" not in customer.page.text
    assert "support@northbank.example" in customer.page.text


@pytest.mark.parametrize("trouble", [TypeError("a secret"), OverLimit(retry_after=timedelta(minutes=1))])
def test_companies_that_cannot_be_read_or_asked_for_now_are_tried_again_on_the_same_page(
    office: Office, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    customer = returned(office).customer
    path = customer.path
    office.companies.stumbles_over = trouble
    customer.look(path)
    assert (customer.name, customer.page.status_code) == ("software-unavailable", 503)
    assert "a secret" not in customer.page.text + caplog.text
    office.companies.stumbles_over = None
    assert customer.look(path).name == "confirm-company"


def test_signing_in_again_to_another_company_is_refused_and_changes_nothing(office: Office) -> None:
    customer = office.follow(in_need_of_a_sign_in(office).asked)
    assert customer.name == "consent", customer.path
    office.companies.found = (OTHER, *Companies().found)
    office.returned(office.consent(customer)).press(tenant=OTHER.id)
    assert customer.name == "different-company"
    assert "The Codfather Ltd" in customer.page.text
    assert office.values("SELECT tenant_id FROM connections WHERE state='needs_reauth'") == ["tenant-1"]
    assert office.count("connections", "state='linked'") == 0
