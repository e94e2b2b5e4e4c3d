"""Journeys through spend analysis: one legal entity, several, and several behind one sign-in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from linkflow.testing.pages import Customer, Software
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.e2e.figures import SPEND, assert_nothing_else_shown, assert_spend

PortalOf = Callable[..., Portal]


def test_spend_of_one_entity_takes_four_actions(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = site.ask("spend_analysis", company="The Codfather")
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("One")
    customer.choose_software()
    customer.accept()
    assert customer.actions == 4
    customer.authorise(email="codfather@example.com")
    customer.confirm_company()
    customer.at("connected")
    customer.follow("See the summary")
    customer.at("summary")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_spend(manager, "The Codfather", "the-codfather")
    assert_nothing_else_shown(manager, SPEND)


@pytest.mark.slow
def test_three_entities_the_second_declined_at_first_and_the_third_added_last(
    site: Site, customer: Customer, portal: PortalOf
) -> None:
    asked = site.ask("spend_analysis", company="Franklin & Daughters")
    software = Software(customer.page)
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("Several")
    customer.name_entity("Abra Kebabra Ltd")
    customer.choose_software()
    customer.accept()
    assert customer.actions == 5
    customer.authorise(email="owner@example.com")
    customer.confirm_company()
    customer.at("connected")

    customer.follow("Continue to your entities")
    customer.actions = 0
    customer.at("entities")
    customer.follow(customer.words.add)
    customer.name_entity("The Codfather")
    customer.accept()
    assert customer.actions == 3
    software.sign_in("codfather@example.com")
    software.decline()
    customer.at("declined-at-software")
    customer.follow("Try again with Sandbox Books")
    customer.choose_software()
    customer.accept()
    customer.authorise(email="codfather@example.com")
    customer.confirm_company()
    customer.at("connected")

    customer.follow("Continue to your entities")
    customer.actions = 0
    customer.at("entities")
    customer.follow(customer.words.add)
    customer.name_entity("Hairosmith")
    customer.accept()
    assert customer.actions == 3
    customer.authorise(email="hairosmith@example.com")
    customer.confirm_company()
    customer.at("connected")
    customer.follow("Continue to your entities")
    customer.finish()
    for name in ("Abra Kebabra Ltd", "The Codfather", "Hairosmith"):
        expect(customer.main.get_by_text(name, exact=True).first).to_be_visible()

    site.wait_until_read(asked, connections=3)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_spend(manager, "Abra Kebabra Ltd", "abra-kebabra")
    assert_spend(manager, "The Codfather", "the-codfather")
    assert_spend(manager, "Hairosmith", "hairosmith")
    assert_nothing_else_shown(manager, SPEND)


@pytest.mark.slow
def test_two_entities_from_one_sign_in(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = site.ask("spend_analysis", company="Planet of the Cods")
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("Several")
    customer.name_entity("The Codfather")
    customer.choose_software()
    customer.accept()
    customer.authorise("The Codfather", "Planet of the Grapes", email="pair@example.com")
    customer.confirm_company("The Codfather")
    customer.at("connected")
    customer.follow("Continue to your entities")
    customer.follow(customer.words.add)
    customer.at("entity-name")
    customer.page.get_by_label("Registered name").fill("Planet of the Grapes Inc")
    customer.main.get_by_role("button", name="Sandbox Books").click()
    customer.accept()
    assert customer.at("confirm-company") == "confirm-company", "no second sign-in"
    expect(customer.main.get_by_text("Already connected as The Codfather")).to_be_visible()
    customer.confirm_company("Planet of the Grapes")
    customer.at("connected")
    customer.follow("Continue to your entities")
    customer.finish()
    site.wait_until_read(asked, connections=2)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_spend(manager, "The Codfather", "the-codfather")
    assert_spend(manager, "Planet of the Grapes Inc", "planet-of-the-grapes")


@pytest.mark.slow
def test_two_entities_in_two_tabs(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = site.ask("spend_analysis", company="Two Tabs Group")
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("Several")
    customer.name_entity("The Codfather")
    customer.at("software")
    other = Customer(customer.page.context.new_page(), look=customer.look)
    other.page.goto(customer.page.url.split("/e/")[0] + "/entity-name")
    other.name_entity("Hairosmith Limited")
    customer.choose_software()
    other.choose_software()
    customer.accept()
    other.accept()
    Software(customer.page).sign_in("codfather@example.com")
    Software(other.page).arrive()
    customer.authorise(email="codfather@example.com")
    customer.confirm_company()
    customer.at("connected")
    other.page.reload()
    other.authorise(email="hairosmith@example.com")
    other.confirm_company()
    other.at("connected")
    customer.follow("Continue to your entities")
    customer.finish()
    site.wait_until_read(asked, connections=2)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_spend(manager, "The Codfather", "the-codfather")
    assert_spend(manager, "Hairosmith Limited", "hairosmith")
