"""A customer agrees only to words that stood on the page they sent, and reads at once everything that is missing."""

from tests.web.customer.test_changing_settings import software_chosen
from tests.web.office import Office

CHANGED = "text below has changed"


def test_a_name_and_a_tick_that_are_missing_are_told_together(office: Office) -> None:
    customer = software_chosen(office).customer.press(declared_name="")
    assert customer.page.status_code == 422
    assert "There are 2 problems" in customer.page.text


def test_words_that_changed_are_pointed_out_also_beside_a_name_that_is_missing(office: Office) -> None:
    customer = software_chosen(office).customer
    customer.press(declared_name="", may_share="yes", version="an earlier one")
    assert customer.page.status_code == 422
    assert CHANGED in customer.page.text
    assert office.count("consents") == 0
    assert office.consent(customer).name == "leaving"
    assert office.count("consents") == 1
