"""The addresses of the portal's pages, all in one place."""

from collections.abc import Callable

from flask import Blueprint

from linkflow.domain.links import invitation_path, new_password_path
from linkflow.web.portal import (
    account,
    asking_batches,
    audit_log,
    company_delete,
    company_edit,
    company_import,
    company_links,
    company_list,
    company_routes,
    extend_request,
    forecast,
    funnel,
    gallery,
    import_page,
    import_request,
    invitations,
    mailed_links,
    new_company,
    new_request,
    paths,
    report_routes,
    request_actions,
    request_list,
    request_page,
    second_factor,
    sign_in,
    single_sign_on,
    user_list,
    user_page,
    withdraw_request,
)
from linkflow.web.portal.paths import (
    ASKING,
    AUDIT_LOG,
    AUDIT_LOG_CSV,
    COMPANIES,
    FORECAST,
    FUNNEL,
    FUNNEL_CSV,
    GALLERY,
    NEW_REQUEST,
    PORTAL,
    REQUESTS,
    SIGN_IN,
    SIGN_OUT,
    USERS,
    batch_path,
    company_import_path,
    gallery_page_path,
    import_page_path,
    import_request_path,
    import_template_path,
    new_company_path,
    sample_path,
)

LOOK = ("GET",)
ANSWER = ("POST",)
BOTH = ("GET", "POST")


def register(blueprint: Blueprint) -> None:
    """Every route of the portal."""
    for family in (
        _sign_in,
        _account,
        _requests,
        _companies,
        company_routes.add_all,
        report_routes.add_all,
        _users,
        _forecast,
        _oversight,
    ):
        family(blueprint.add_url_rule)


def _sign_in(add: Callable[..., None]) -> None:
    add(PORTAL, view_func=company_list.start, methods=LOOK)
    add(SIGN_IN, view_func=sign_in.sign_in, methods=BOTH)
    add(f"{SIGN_IN}/<slug>", view_func=sign_in.sign_in, methods=BOTH, endpoint="organization_sign_in")
    add(f"{SIGN_IN}/<slug>/attempt", view_func=single_sign_on.set_out, methods=ANSWER)
    add(f"{SIGN_IN}/<slug>/leaving/<attempt_id>", view_func=single_sign_on.leaving, methods=LOOK)
    add(f"{SIGN_IN}/<slug>/callback", view_func=single_sign_on.come_back, methods=LOOK)
    add(SIGN_OUT, view_func=sign_in.sign_out, methods=ANSWER)


def _requests(add: Callable[..., None]) -> None:
    one = f"{REQUESTS}/<request_id>"
    add(REQUESTS, view_func=request_list.request_list, methods=LOOK)
    add(NEW_REQUEST, view_func=new_request.new_request, methods=BOTH)
    add(f"{NEW_REQUEST}/mail/<sealed>", view_func=new_request.previewed_mail, methods=LOOK)
    add(one, view_func=request_page.request_page, methods=LOOK)
    add(f"{one}/mails/<message_id>", view_func=request_page.mail, methods=LOOK)
    add(f"{one}/resend", view_func=request_actions.resend, methods=ANSWER)
    add(f"{one}/remind", view_func=request_actions.remind, methods=ANSWER)
    add(f"{one}/start-reminders", view_func=request_actions.start_reminders, methods=ANSWER)
    add(f"{one}/reopen", view_func=request_actions.reopen, methods=ANSWER)
    add(f"{one}/extend", view_func=extend_request.extend_request, methods=BOTH)
    add(f"{one}/show-link", view_func=request_actions.show_link, methods=ANSWER)
    add(f"{one}/withdraw", view_func=withdraw_request.ask_to_withdraw, methods=LOOK)
    add(f"{one}/withdraw", view_func=withdraw_request.withdraw, methods=ANSWER)


def _companies(add: Callable[..., None]) -> None:
    one = f"{COMPANIES}/<company_id>"
    add(COMPANIES, view_func=company_list.company_list, methods=LOOK)
    add(new_company_path(), view_func=new_company.new_company, methods=BOTH)
    add(company_import_path(), view_func=company_import.company_import, methods=BOTH)
    add(import_template_path("csv"), view_func=company_import.template_csv, methods=LOOK)
    add(import_template_path("xlsx"), view_func=company_import.template_xlsx, methods=LOOK)
    add(import_page_path("<import_id>"), view_func=import_page.import_page, methods=BOTH)
    add(import_request_path("<import_id>"), view_func=import_request.import_request, methods=BOTH)
    add(f"{one}/delete", view_func=company_delete.delete_company, methods=BOTH)
    add(f"{one}/edit", view_func=company_edit.edit_company, methods=BOTH)
    add(f"{one}/links", view_func=company_links.company_links, methods=BOTH)


def _forecast(add: Callable[..., None]) -> None:
    add(FORECAST, view_func=forecast.forecast, methods=LOOK)
    add(ASKING, view_func=asking_batches.ask_again, methods=BOTH)
    add(f"{ASKING}/mail", view_func=asking_batches.asking_mail, methods=LOOK)
    add(batch_path("<batch_id>"), view_func=asking_batches.asking_batch, methods=LOOK)
    add(batch_path("<batch_id>", "stop"), view_func=asking_batches.stop_asking, methods=ANSWER)


def _oversight(add: Callable[..., None]) -> None:
    add(FUNNEL, view_func=funnel.funnel, methods=LOOK)
    add(FUNNEL_CSV, view_func=funnel.funnel_csv, methods=LOOK)
    add(GALLERY, view_func=gallery.gallery, methods=LOOK)
    add(gallery_page_path("<sample>"), view_func=gallery.gallery_page, methods=LOOK)
    add(sample_path("<sample>"), view_func=gallery.gallery_document, methods=LOOK)
    add(AUDIT_LOG, view_func=audit_log.audit_log, methods=LOOK)
    add(AUDIT_LOG_CSV, view_func=audit_log.audit_log_csv, methods=LOOK)


def _account(add: Callable[..., None]) -> None:
    add(paths.SIGN_IN_CODE, view_func=sign_in.sign_in_code, methods=BOTH)
    add(paths.FORGOTTEN_PASSWORD, view_func=mailed_links.forgotten_password, methods=BOTH)
    add(new_password_path("<token>"), view_func=mailed_links.new_password, methods=BOTH)
    add(invitation_path("<token>"), view_func=mailed_links.accept_invitation, methods=BOTH)
    add(paths.ACCOUNT, view_func=account.account, methods=BOTH)
    add(paths.OWN_PASSWORD, view_func=account.password, methods=ANSWER)
    add(paths.OWN_MAILS, view_func=account.mails, methods=ANSWER)
    add(paths.OWN_SESSIONS, view_func=account.sessions, methods=ANSWER)
    add(paths.SECOND_FACTOR, view_func=second_factor.second_factor_page, methods=BOTH)
    add(paths.SECOND_FACTOR_KEY, view_func=second_factor.make_key, methods=ANSWER)
    add(paths.SECOND_FACTOR_REMOVAL, view_func=second_factor.remove, methods=ANSWER)


def _users(add: Callable[..., None]) -> None:
    one, invited = f"{USERS}/<user_id>", f"{paths.INVITATIONS}/<invitation_id>"
    add(USERS, view_func=user_list.user_list, methods=LOOK)
    add(paths.INVITE, view_func=invitations.invite, methods=BOTH)
    add(paths.INVITATIONS, view_func=invitations.invitation_list, methods=LOOK)
    add(f"{invited}/resend", view_func=invitations.resend_invitation, methods=ANSWER)
    add(f"{invited}/withdraw", view_func=invitations.withdraw_invitation, methods=ANSWER)
    add(one, view_func=user_page.user_page, methods=LOOK)
    add(f"{one}/role", view_func=user_page.change_role, methods=ANSWER)
    add(f"{one}/disable", view_func=user_page.disable_user, methods=ANSWER)
    add(f"{one}/enable", view_func=user_page.enable_user, methods=ANSWER)
    add(f"{one}/sessions", view_func=user_page.end_sessions, methods=ANSWER)
    add(f"{one}/second-factor", view_func=user_page.remove_second_factor, methods=ANSWER)
