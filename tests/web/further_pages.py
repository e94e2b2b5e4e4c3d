"""Pages of the journey that looking around does not show: after a press, on a search, with long names, on a refusal.

Each function is given an office of its own and yields browsers, each showing such a page.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from werkzeug.wrappers import Response

from linkflow.catalogue import Catalogue
from linkflow.domain.errors import LinkflowError
from linkflow.domain.ports import Tenant
from linkflow.domain.software import ConnectButton
from linkflow.domain.software_inputs import Input, InputSource
from linkflow.organizations import Organizations
from linkflow.services import checking_files, uploading
from linkflow.services.sync_waits import LIMIT
from linkflow.web.errors import ANSWERS
from tests import filled
from tests.fakes import Companies
from tests.web.apps import app_for
from tests.web.office import Customer, Office
from tests.web.states import (
    WORKBOOK,
    attempt_started,
    code_asked,
    code_passed,
    counted_several,
    expired,
    followed,
    in_need_of_a_sign_in,
    linked,
    named,
    reading,
    send_file,
    software_chosen,
    uploaded,
)

Show = Callable[[Office], Iterator[Customer]]

OTHER = Tenant("tenant-9", "The Codfather Ltd", country="GB", currency="GBP")
IN_A_MAIL_APP = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
LONG = "The Worshipful Company of Kebab Grillers, Fishmongers and Llanfairpwllgwyngyllgogerychwyrndrobwll Ltd"[:100]
LONG_ADDRESS = "bartholomew.featherstonehaugh-cholmondeley+bookkeeping@fishmongersandgrillers.example"


def without_any_software(office: Office, customer: Customer) -> Customer:
    """The same browser after a restart with an empty catalogue."""
    cookie = customer.cookie()
    customer.client = app_for(replace(office.ctx, catalogue=Catalogue({}, credentials=frozenset()))).test_client()
    customer.client.set_cookie("linkflow", cookie, domain="127.0.0.1")
    return customer


def nothing_to_offer(office: Office) -> Iterator[Customer]:
    for begin in (followed, code_passed):
        customer = begin(office).customer
        path = customer.path
        yield without_any_software(office, customer).look(path)


def searched_software(office: Office) -> Iterator[Customer]:
    customer = followed(office).customer
    path = customer.path
    for words in ("sage", "nothing-like-it"):
        yield customer.look(f"{path}?q={words}")


def leaving_from_a_mail_app(office: Office) -> Iterator[Customer]:
    customer = attempt_started(office).customer
    customer.headers = {"User-Agent": IN_A_MAIL_APP}
    yield customer.look(customer.path)


def signed_in_without_the_role(office: Office) -> Iterator[Customer]:
    office.companies.status = 403
    yield office.returned(attempt_started(office).customer)


def another_company_than_before(office: Office) -> Iterator[Customer]:
    customer = office.follow(in_need_of_a_sign_in(office).asked)
    office.companies.found = (OTHER, *Companies().found)
    yield office.returned(office.consent(customer)).press(tenant=OTHER.id)


def a_company_that_is_taken(office: Office) -> Iterator[Customer]:
    customer = named(office).customer
    office.returned(office.consent(office.choose(customer))).press(tenant="tenant-1")
    customer.look(f"/r/{customer.path.split('/')[2]}/entity-name").press(name="The Codfather Ltd")
    yield office.returned(office.consent(customer))
    yield customer.press(tenant="tenant-1")


def names_too_long_and_given_twice(office: Office) -> Iterator[Customer]:
    customer = counted_several(office).customer
    yield customer.press(name="x" * 101)
    customer.press(name=LONG)
    customer.look(f"/r/{customer.path.split('/')[2]}/entities")
    yield customer
    customer.look(f"/r/{customer.path.split('/')[2]}/entity-name")
    yield customer.press(name=LONG)


def codes_wrong_and_mailed_again(office: Office) -> Iterator[Customer]:
    for begin, page in ((code_asked, "code"), (linked, "access-code")):
        customer = begin(office).customer
        path = f"/r/{customer.path.split('/')[2]}/{page}"
        customer.look(path)
        if page == "access-code":
            yield customer.post(f"{path}/first", **customer.forms[0].fields)
        yield customer.press(code="000000")
        for _ in range(4):
            again = [form for form in customer.look(path).forms if form.action.endswith("/again")]
            if again:
                yield customer.post(again[0].action, **again[0].fields)
        yield customer.look(path)


def a_fresh_link_mailed(office: Office) -> Iterator[Customer]:
    yield office.browser().look(expired(office).asked.link).press()


def a_link_handed_over(office: Office) -> Iterator[Customer]:
    customer = software_chosen(office).customer
    path = f"/r/{customer.path.split('/')[2]}/hand-over"
    yield customer.look(path).press(email=LONG_ADDRESS)
    yield customer.press("confirmed=yes")
    yield customer.look(path)


def a_file_of_another_kind(office: Office) -> Iterator[Customer]:
    yield send_file(uploaded(office).customer, WORKBOOK, "books.pdf")


def a_file_with_problems(office: Office) -> Iterator[Customer]:
    rows = filled.rows_of(filled.BOTH)
    rows["Company"][0]["Country"], rows["Accounts"][0]["Name"] = "England", None
    del rows["Trial balance"]
    yield send_file(uploaded(office).customer, filled.filled(filled.BOTH, rows), f"{LONG}.xlsx")


def a_file_being_checked(office: Office) -> Iterator[Customer]:
    customer = office.consent(office.follow(office.ask(), way="upload"))
    yield send_file(customer, filled.unpacking_to(WORKBOOK, checking_files.AT_ONCE), "large.xlsx")
    with office.ctx.database.reading() as tx:
        waiting = tx.connection.exec_driver_sql("SELECT id FROM uploads WHERE state='checking'").scalars().all()
    for upload_id in waiting:
        uploading.check_next(office.ctx, upload_id)
    yield customer.look(customer.path)


def a_reading_that_waits_for_a_limit(office: Office) -> Iterator[Customer]:
    customer = reading(office).customer
    until = f"{office.ctx.now() + timedelta(hours=14):%Y-%m-%d %H:%M:%S.%f}"
    office.write(f"UPDATE syncs SET wait_until='{until}', error='{LIMIT}', failures=1")
    yield customer.look(customer.path)


def long_names_on_the_way(office: Office) -> Iterator[Customer]:
    long = Tenant("tenant-1", LONG, country="GB", currency="GBP")
    office.companies.found = (long, replace(long, id="tenant-2"))
    asked = office.ask(name=LONG, contact_name=LONG, contact_email=LONG_ADDRESS)
    office.write(f"UPDATE requests SET name='{LONG}'")
    yield office.browser().look(asked.link)
    customer = office.choose(office.follow(asked))
    yield customer
    yield office.returned(office.consent(customer))
    customer.press(tenant="tenant-2")
    yield customer
    for step in ("summary", "exit", "hand-over", "access-code"):
        yield customer.look(f"/r/{asked.request_id}/{step}")


def what_software_wants_known_and_said(office: Office) -> Iterator[Customer]:
    """Its vendor's own button, questions about where it is, long help; and software that takes a file."""
    known = office.ctx.catalogue["sandbox"]
    text = Input(name="firm", source=InputSource.CUSTOMER, label=LONG, hint=LONG, pattern="[a-z]+")
    choice = Input(name="region", source=InputSource.CUSTOMER, label="Where", values={"eu": "eu"}, labels={"eu": LONG})
    words = {"help": f"{LONG}.\n\n{LONG}.", "device_warning": LONG, "inputs": (text, choice)}
    wordy = replace(known, **words, connect_button=ConnectButton(text="Connect to Sandbox Books"))
    catalogue = Catalogue({**office.ctx.catalogue, "sandbox": wordy}, credentials=frozenset({"sandbox"}))
    customer = replace(office, app=app_for(replace(office.ctx, catalogue=catalogue))).follow(office.ask())
    yield office.choose(customer)
    yield office.consent(customer, asked_firm="?")
    yield office.consent(customer, asked_firm="bakery", asked_region="eu")
    for software in ("xero", "sage_50"):
        yield office.choose(office.follow(office.ask()), software)


def led_back(office: Office) -> Iterator[Customer]:
    """To a page of the organization's own, which it asks nothing before leaving for."""
    address = "https://localhost/done/{request}?status={status}"  # one of the hosts that browsers may go to here
    wanted = {"redirect_after": address, "redirect_hosts": ("localhost",), "exit_confirmation": False}
    plain = office.ctx.organizations()
    worn = Organizations({one.slug: replace(one, feel=replace(one.feel, **wanted)) for one in plain.values()})
    office.ctx = replace(office.ctx, organizations=lambda: worn)
    office.app = app_for(office.ctx)
    customer = followed(office).customer
    path = f"/r/{customer.path.split('/')[2]}"
    yield customer
    for page in ("returning", "exit"):
        yield customer.look(f"{path}/{page}")
    customer = linked(office).customer
    for page in (f"{customer.entity_path()}/connected", f"/r/{customer.path.split('/')[2]}/summary"):
        yield customer.look(page)


def reminders_stopped(office: Office) -> Iterator[Customer]:
    office.ask()
    (message_id,) = office.values("SELECT id FROM messages")
    yield office.browser().look(f"/stop-reminders/{office.ctx.signer.sign_reminder(message_id)}")
    yield office.browser().post(f"/stop-reminders/{office.ctx.signer.sign_reminder(message_id)}")


def every_refusal(office: Office) -> Iterator[Customer]:
    """Each as the page it is told on, whatever raised it; a defect of ours has a reference to quote."""
    reasons: list[Exception] = [
        LinkflowError(code, organization="northbank", tenant_name=LONG, expected_name=LONG) for code in ANSWERS
    ]
    for reason in (*reasons, RuntimeError("a defect")):

        def refuse(reason: Exception = reason, **_path: str) -> Response:
            raise reason

        office.app.view_functions["linkflow.other_browser"] = refuse
        yield office.browser().look("/other-browser/northbank")


JOURNEY: tuple[Show, ...] = (
    nothing_to_offer,
    searched_software,
    leaving_from_a_mail_app,
    signed_in_without_the_role,
    another_company_than_before,
    a_company_that_is_taken,
    names_too_long_and_given_twice,
    codes_wrong_and_mailed_again,
    a_fresh_link_mailed,
    a_link_handed_over,
    a_file_of_another_kind,
    a_file_with_problems,
    a_file_being_checked,
    a_reading_that_waits_for_a_limit,
    long_names_on_the_way,
    what_software_wants_known_and_said,
    led_back,
    reminders_stopped,
    every_refusal,
)
