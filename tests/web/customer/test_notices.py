"""What the users of an organization, and the company's contact, are told while a customer answers."""

import re
from dataclasses import replace

from linkflow.domain.links import brand_path
from linkflow.domain.ports import Tenant
from linkflow.domain.requests import SyncState
from linkflow.images import Image
from linkflow.organizations import Organizations
from linkflow.services import mailing, sync_endings
from tests.web.office import BASE, Office
from tests.web.states import upload

RM = "manager@northbank.example"


def mails(office: Office, kind: str) -> list[str]:
    return office.values(f"SELECT recipient FROM messages WHERE kind = '{kind}' ORDER BY created_at")


def words(office: Office, kind: str) -> str:
    return " ".join(office.values(f"SELECT text FROM messages WHERE kind = '{kind}'")[0].split())


def test_declining_tells_the_user_who_asked_with_the_reason_and_no_link(office: Office) -> None:
    asked = office.ask()
    customer = office.follow(asked)
    request = re.match(r"/r/[^/]+", customer.path)[0]  # type: ignore[index]
    customer.look(f"{request}/exit").press(reason="We no longer need the card.")
    assert mails(office, "declined") == [RM]
    assert "We no longer need the card." in words(office, "declined")
    assert office.values("SELECT link_id FROM messages WHERE kind = 'declined'") == [None]


def test_software_that_is_missing_is_told_once_however_often_it_is_said(office: Office) -> None:
    customer = office.follow(office.ask())
    form = next(one for one in customer.look(f"{customer.entity_path()}/not-listed").forms if one.has("product"))
    for _ in range(2):
        customer.post(form.action, **{**form.fields, "product": "Abacus 3"})
    assert mails(office, "software_missing") == [RM]
    assert "it uses Abacus 3, which is not in the list" in words(office, "software_missing")


def test_a_company_that_does_not_resemble_the_one_asked_for_is_told_and_not_blocked(office: Office) -> None:
    office.companies.found = (Tenant("tenant-1", "Wok This Way Ltd", country="GB"),)
    customer = office.connected(office.ask())
    assert customer.name == "connected"
    assert mails(office, "company_mismatch") == [RM]
    assert "Wok This Way Ltd" in words(office, "company_mismatch")


def test_a_company_that_does_resemble_it_is_no_news(office: Office) -> None:
    office.connected(office.ask())
    assert mails(office, "company_mismatch") == []


def test_the_first_complete_reading_is_told_and_later_ones_are_not(office: Office) -> None:
    office.companies.parts = lambda data_types: ("company",)  # type: ignore[method-assign]
    office.connected(office.ask())
    sync_id = office.values("SELECT id FROM syncs")[0]
    for _ in range(2):
        with office.ctx.database.transaction() as tx:
            sync_endings.end_sync(office.ctx, tx, sync_id, state=SyncState.DONE)
    assert mails(office, "available") == [RM]


def test_a_file_that_arrived_is_told_to_who_has_to_look_at_it(office: Office) -> None:
    upload(office.follow(office.ask(), way="upload"))
    assert mails(office, "file_arrived") == [RM]
    assert "accept it or ask for a correction" in words(office, "file_arrived")


def test_the_request_mail_says_what_the_books_are_for_as_the_welcome_page_does(office: Office) -> None:
    asked = office.ask()
    purpose = "Northbank needs your own figures to deal with this request."
    assert purpose in words(office, "request")
    assert purpose in office.browser().look(asked.link).page.text


def test_a_mails_logo_is_where_the_image_is_served_and_other_sites_may_show_it(office: Office) -> None:
    logo = Image(content=b"\x89PNG", media_type="image/png", suffix=".png", alt="Northbank")
    northbank = office.ctx.organizations()["northbank"]
    dressed = Organizations({"northbank": replace(northbank, look=replace(northbank.look, logo=logo))})
    ctx = replace(office.ctx, organizations=lambda: dressed)
    assert mailing.logo_url(ctx, "northbank") == BASE + brand_path("northbank", logo.file_name)
    office = replace(office, ctx=ctx).again()
    page = office.browser().client.get(brand_path("northbank", logo.file_name), base_url=BASE)
    assert (page.status_code, page.data) == (200, logo.content)
    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
