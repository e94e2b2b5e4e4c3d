"""The company's page, walked by a manager with a viewer looking on, against running processes."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.accessible import assert_accessible
from tests.e2e.figures import assert_financials, assert_spend
from tests.filled import BOTH, workbook

ABRA = "Abra Kebabra Ltd"
PortalOf = Callable[..., Portal]


@pytest.mark.slow
def test_a_connection_is_refreshed_ended_and_taken_up_again(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = site.ask("financials", contact="reconnect@example.com")
    customer.open(asked.link)
    customer.start()
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)

    manager, viewer = portal(), portal(role="viewer")
    manager.open_company(asked.company_id)
    manager.press("Refresh now")
    manager.reads("A new reading of the books has begun.")
    manager.reads("All the books are in.")  # without a press: the page looks by itself
    assert_financials(manager, ABRA, "abra-kebabra")
    manager.page.get_by_label("New note").fill("Called on Monday.")
    manager.press("Keep the note")
    manager.reads("The note is kept.")

    viewer.open_company(asked.company_id)
    viewer.reads("Called on Monday.")
    for word in ("Refresh now", "Disconnect", "Keep the note"):
        expect(viewer.page.locator("main").get_by_text(word)).to_have_count(0)

    manager.follow("Disconnect")
    manager.at("end-connection")
    manager.page.get_by_label("Reason (optional)").fill("The card was cancelled.")
    manager.press("Disconnect Sandbox Books")
    manager.at("company")
    manager.reads("Why it was ended")
    told = site.mailbox.wait_for("reconnect@example.com", about="is disconnected")
    assert "The card was cancelled." in told.text

    manager.press("Ask to reconnect")
    manager.reads("The contact is asked by email to reconnect.")
    asking = site.mailbox.wait_for("reconnect@example.com", about="Please connect Sandbox Books again")
    customer.open(asking.link)
    customer.start()
    customer.at("consent")
    expect(customer.main.get_by_text("choose Abra Kebabra Ltd there as before")).to_be_visible()
    customer.connect(email="owner@example.com")
    viewer.open_company(asked.company_id)
    viewer.reads("The connection was renewed, with the company it had.")


@pytest.mark.slow
def test_another_company_is_read_only_after_a_manager_approved_it(
    site: Site, customer: Customer, portal: PortalOf
) -> None:
    asked = site.ask("both", company="The Codfather", contact="pair@abra.example")
    customer.open(asked.link)
    customer.start()
    customer.connect("The Codfather", email="pair@example.com", choose="The Codfather")
    site.wait_until_read(asked)
    manager, viewer = portal(), portal(role="viewer")
    manager.open_company(asked.company_id)
    manager.follow("Disconnect")
    manager.press("Disconnect Sandbox Books")
    manager.press("Ask to reconnect")
    asking = site.mailbox.wait_for("pair@abra.example", about="Please connect Sandbox Books again")

    customer.open(asking.link)
    customer.start()
    customer.accept()
    customer.authorise("Planet of the Grapes", email="pair@example.com")
    customer.confirm_company("Planet of the Grapes")
    customer.at("different-company")
    viewer.open_company(asked.company_id)
    viewer.reads("To decide: another company was chosen for The Codfather")
    expect(viewer.page.get_by_role("link", name="Approve this company")).to_have_count(0)

    manager.open_company(asked.company_id)
    assert_accessible(manager.page)
    manager.follow("Approve this company")
    manager.press("Approve and delete the books so far")
    manager.reads("Its books are being read; those of the other one are deleted.")
    site.wait_until_read(asked)
    manager.open_company(asked.company_id)
    assert_spend(manager, "The Codfather", "planet-of-the-grapes")
    manager.reads("The books read before were deleted.")


def test_a_file_is_sent_back_with_a_reason_and_then_accepted(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = site.ask("financials", contact="files@example.com")
    customer.open(asked.link)
    customer.at("welcome")
    customer.press("Upload a file")
    customer.accept()
    _send(customer, "Our books.xlsx")
    manager = portal()
    manager.open_company(asked.company_id)
    manager.reads("A file has arrived.")
    with manager.page.expect_download() as taken:
        manager.follow("Download")
    assert taken.value.suggested_filename == "Our books.xlsx"
    manager.follow("Ask for a correction")
    manager.at("correction")
    manager.page.get_by_label("What is to be corrected?").fill("The month of May is missing.")
    manager.press("Ask for a correction")
    manager.at("company")

    mail = site.mailbox.wait_for("files@example.com", about="Please correct your file")
    assert "The month of May is missing." in mail.text
    customer.open(mail.link)
    customer.start()
    customer.at("upload")
    expect(customer.main.get_by_text("The month of May is missing.")).to_be_visible()
    _send(customer, "Corrected.xlsx", label="Replace the file")

    manager.open_company(asked.company_id)
    manager.press("Accept")
    manager.reads("The file is accepted.")


def _send(customer: Customer, name: str, *, label: str = "Filled-in spreadsheet") -> None:
    customer.at("upload")
    file = {"name": name, "mimeType": "", "buffer": workbook(BOTH, datetime.now(UTC).date())}
    customer.page.get_by_label(label).set_input_files(file)  # type: ignore[arg-type]  # Playwright's own typed dict
    customer.main.locator("button[type=submit]").click()
    expect(customer.main.get_by_text("Your file has arrived")).to_be_visible()
