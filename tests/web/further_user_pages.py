"""Pages about signing in, users and accounts that looking around does not show."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.domain.links import invitation_path, new_password_path
from linkflow.organization_sign_in import SignIn
from linkflow.organizations import Organizations
from linkflow.outbound.issuers import Issuers
from tests.lying_issuer import CLIENT, SECRET, lying_issuer
from tests.services.people import again, code_of
from tests.web.apps import app_for
from tests.web.further_pages import LONG, LONG_ADDRESS, Show
from tests.web.further_portal_pages import pressed
from tests.web.office import PASSWORD, Customer, Office
from tests.web.states import send_file

NEW = "another long password"


def signed_out_and_turned_away(office: Office) -> Iterator[Customer]:
    viewer = office.user("viewer")
    out = next(form for form in viewer.forms if form.action.endswith("/sign-out"))
    yield viewer.post(out.action, **out.fields)
    yield pressed(viewer, email=LONG_ADDRESS, password="not that one")
    lingering, typing = office.user("viewer"), office.user().look("/portal/companies/new")
    sending = office.user().look("/portal/companies/import")
    office.clock.go_on(hours=2)
    yield lingering.look("/portal/requests")
    yield pressed(typing, company_name=LONG)
    yield send_file(sending, b"", "companies.csv", field="file")


def somebody_invited(office: Office) -> Iterator[Customer]:
    administrator, stranger = office.user("administrator"), office.browser()
    yield administrator.look("/portal/users/invitations")
    yield pressed(administrator.look("/portal/users/new"), email=LONG_ADDRESS)
    path = invitation_path(office.ctx.signer.sign_invitation(office.values("SELECT id FROM invitations")[0], 1))
    yield stranger.look(path)
    yield pressed(stranger, full_name="", new_password="short")
    yield pressed(stranger, full_name=LONG, new_password=NEW)
    yield stranger.look(path)
    yield administrator.look("/portal/users")
    yield administrator.look("/portal/users?q=nobody")


def users_looked_after(office: Office) -> Iterator[Customer]:
    administrator, viewer = office.user("administrator"), office.account("viewer")
    office.write(f"UPDATE users SET name='{LONG}'")
    for user in (viewer, office.account("administrator")):
        yield administrator.look(f"/portal/users/{user.id}")
    yield pressed(administrator.look(f"/portal/users/{viewer.id}"), role="")
    administrator.look(f"/portal/users/{viewer.id}")
    off = next(form for form in administrator.forms if form.action.endswith("/disable"))
    yield administrator.post(off.action, **off.fields)


def an_account_with_a_second_factor(office: Office) -> Iterator[Customer]:
    manager, elsewhere = office.user().look("/portal/account"), office.browser()
    yield pressed(manager, present_password="not this one", new_password=NEW)
    yield manager.look("/portal/account/second-factor")
    yield pressed(manager, present_password="not this one")
    yield pressed(manager, present_password=PASSWORD)
    yield pressed(manager, app_code="000000")
    yield pressed(manager, app_code=code_of(office.ctx, again(office.ctx, office.account())))
    yield manager.look("/portal/account/second-factor")
    elsewhere.look("/portal/sign-in")
    yield pressed(elsewhere, email=office.account().email, password=PASSWORD)
    yield pressed(elsewhere, app_code="000000")


def a_password_forgotten(office: Office) -> Iterator[Customer]:
    user, browser = office.account(), office.browser().look("/portal/forgotten-password")
    yield browser
    yield pressed(browser, your_email="")
    yield pressed(browser, your_email=user.email)
    path = new_password_path(office.ctx.signer.sign_reset(office.values("SELECT id FROM password_resets")[0]))
    yield browser.look(path)
    yield pressed(browser, new_password="short")
    yield pressed(browser, new_password=NEW)
    yield browser.look(path)


def on_the_way_to_a_provider(office: Office) -> Iterator[Customer]:
    with lying_issuer(office.clock) as issuer:
        worn = {
            slug: replace(organization, sign_in=SignIn(issuer=issuer.url, client_id=CLIENT, groups={}))
            for slug, organization in office.ctx.organizations().items()
        }
        settings = office.ctx.settings.model_copy(update={"sign_in_secrets": dict.fromkeys(worn, SECRET)})
        ctx = replace(office.ctx, settings=settings, organizations=lambda: Organizations(worn), issuers=Issuers())
        browser = replace(office, ctx=ctx, app=app_for(ctx)).browser()
        yield browser.look("/portal/sign-in/northbank")
        yield pressed(browser)


USERS: tuple[Show, ...] = (
    signed_out_and_turned_away,
    somebody_invited,
    users_looked_after,
    an_account_with_a_second_factor,
    a_password_forgotten,
    on_the_way_to_a_provider,
)
