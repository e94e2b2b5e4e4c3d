"""The addresses of the portal's pages, all in one place."""

from flask import Blueprint

from linkflow.web.portal import (
    company,
    company_edit,
    company_links,
    new_company,
    new_request,
    reading,
    request_actions,
    request_list,
    request_page,
    sign_in,
)
from linkflow.web.portal.paths import (
    COMPANIES,
    NEW_REQUEST,
    PORTAL,
    REQUESTS,
    SIGN_IN,
    SIGN_OUT,
    new_company_path,
)

LOOK = ("GET",)
ANSWER = ("POST",)
BOTH = ("GET", "POST")


def register(blueprint: Blueprint) -> None:
    """Every route of the portal."""
    add, one = blueprint.add_url_rule, f"{REQUESTS}/<request_id>"
    add(PORTAL, view_func=request_list.start, methods=LOOK)
    add(SIGN_IN, view_func=sign_in.sign_in, methods=BOTH)
    add(SIGN_OUT, view_func=sign_in.sign_out, methods=ANSWER)
    add(REQUESTS, view_func=request_list.request_list, methods=LOOK)
    add(NEW_REQUEST, view_func=new_request.new_request, methods=BOTH)
    add(f"{NEW_REQUEST}/mail/<sealed>", view_func=new_request.previewed_mail, methods=LOOK)
    add(one, view_func=request_page.request_page, methods=LOOK)
    add(f"{one}/mails/<message_id>", view_func=request_page.mail, methods=LOOK)
    add(f"{one}/resend", view_func=request_actions.resend, methods=ANSWER)
    add(f"{one}/show-link", view_func=request_actions.show_link, methods=ANSWER)
    add(f"{one}/withdraw", view_func=request_actions.withdraw, methods=ANSWER)
    its_company = f"{COMPANIES}/<company_id>"
    add(new_company_path(), view_func=new_company.new_company, methods=BOTH)
    add(its_company, view_func=company.company, methods=LOOK)
    add(f"{its_company}/edit", view_func=company_edit.edit_company, methods=BOTH)
    add(f"{its_company}/links", view_func=company_links.company_links, methods=BOTH)
    add("/portal/connections/<connection_id>/reading", view_func=reading.ask_again, methods=ANSWER)
