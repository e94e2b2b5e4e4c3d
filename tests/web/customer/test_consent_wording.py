"""A customer agrees only to words that stood on the page they sent, and reads at once everything that is missing."""

from dataclasses import replace
from pathlib import Path

import pytest

from linkflow.organization_model import ConsentSection, Organization
from tests.web.customer.test_changing_settings import software_chosen
from tests.web.office import Office, open_office

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


def test_an_organizations_own_words_are_shown_with_emphasis_and_kept_as_plain_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_office(tmp_path, monkeypatch, wear=in_its_own_words) as office:
        customer = software_chosen(office).customer
        shown = customer.page.text
        assert "Share it with Northbank" in shown
        assert '<strong>credit team</strong>, see <a class="link" href="https://a.example/why">why</a>' in shown
        assert "First and last name" in shown
        assert "What is shared" in shown, "computed, whatever the organization says"
        office.consent(customer)
        (kept,) = office.values("SELECT text FROM consents")
        assert "Who sees it\nOnly the credit team, see why (https://a.example/why):\n\n- Ann\n- Ben" in kept
        assert "What is shared\n" in kept


def in_its_own_words(organization: Organization) -> Organization:
    body = "Only the **credit team**, see [why](https://a.example/why):\n\n- Ann\n- Ben"
    content = {
        ("en-GB", "consent", "title"): "Share it with {organization}",
        ("en-GB", "consent", "Your full name"): "First and last name",
        ("en-GB", "consent", "What is shared"): "Nothing at all",
    }
    return replace(organization, consent=(ConsentSection(header="Who sees it", body=body),), content=content)
