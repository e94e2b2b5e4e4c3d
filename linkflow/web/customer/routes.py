"""The addresses of the customer's pages, all in one place."""

from flask import Blueprint

from linkflow.web import callback, language
from linkflow.web.customer import (
    access,
    access_code,
    code,
    company,
    connected,
    consent,
    entities,
    exits,
    hand_over,
    leaving,
    reading,
    software,
    stop_reminders,
    upload,
    vendor_pages,
    welcome,
)

LOOK = ("GET",)
ANSWER = ("POST",)
BOTH = ("GET", "POST")


def register(blueprint: Blueprint) -> None:
    """Every route of the journey."""
    add, request_, entity = blueprint.add_url_rule, "/r/<request_id>", "/r/<request_id>/e/<entity_id>"
    add("/l/<token>", view_func=welcome.welcome, methods=LOOK)
    add("/l/<token>", view_func=welcome.follow, methods=ANSWER)
    add("/l/<token>/renew/<slug>", view_func=welcome.renew, methods=ANSWER)
    add("/stop-reminders/<token>", view_func=stop_reminders.look, methods=LOOK, endpoint="stop_reminders_page")
    add("/stop-reminders/<token>", view_func=stop_reminders.stop, methods=ANSWER, endpoint="stop_reminders")
    add(f"{request_}/onward", view_func=exits.carry_on, methods=LOOK)
    add(f"{request_}/code", view_func=code.code, methods=BOTH)
    add(f"{request_}/code/again", view_func=code.another_code, methods=ANSWER)
    add(f"{request_}/entity-count", view_func=entities.entity_count, methods=BOTH)
    add(f"{request_}/entity-name", view_func=entities.entity_name, methods=BOTH)
    add(f"{request_}/entities", view_func=entities.entities, methods=LOOK)
    add(f"{request_}/finish", view_func=entities.finish, methods=ANSWER)
    add(f"{request_}/summary", view_func=connected.summary, methods=LOOK)
    add(f"{request_}/hand-over", view_func=hand_over.hand_over, methods=BOTH)
    add(f"{request_}/hand-over/<link_id>/withdraw", view_func=hand_over.withdraw, methods=ANSWER)
    add(f"{request_}/access", view_func=access.access_page, methods=LOOK)
    add(f"{request_}/access-code", view_func=access_code.access_code, methods=BOTH)
    add(f"{request_}/access-code/first", view_func=access_code.first_code, methods=ANSWER)
    add(
        f"{request_}/access-code/again",
        view_func=access_code.another_code,
        endpoint="another_access_code",
        methods=ANSWER,
    )
    add(f"{request_}/access/receipts/<consent_id>.txt", view_func=access.receipt, methods=LOOK)
    add(f"{request_}/access/connections/<connection_id>/disconnect", view_func=access.disconnect, methods=BOTH)
    add(f"{request_}/exit", view_func=exits.exit_page, methods=BOTH)
    add(f"{request_}/returning", view_func=exits.leave, methods=LOOK)
    add(f"{request_}/resume", view_func=exits.resume, methods=ANSWER)
    add(f"{entity}/onward", view_func=exits.carry_on, endpoint="carry_on_entity", methods=LOOK)
    add(f"{entity}/entity-name", view_func=entities.entity_name, endpoint="rename_entity", methods=BOTH)
    add(f"{entity}/remove", view_func=entities.remove, methods=ANSWER)
    add(f"{entity}/software", view_func=software.software, methods=BOTH)
    add(f"{entity}/not-listed", view_func=software.not_listed, methods=BOTH)
    add(f"{entity}/consent", view_func=consent.consent, methods=BOTH)
    add(f"{entity}/upload-consent", view_func=consent.upload_consent, methods=BOTH)
    add(f"{entity}/upload", view_func=upload.upload, methods=BOTH)
    add(f"{entity}/upload-template", view_func=upload.upload_template, methods=LOOK)
    add(f"{entity}/leaving", view_func=leaving.leaving, methods=LOOK)
    add(f"{entity}/confirm-company", view_func=company.confirm_company, methods=BOTH)
    add(f"{entity}/renew-access", view_func=company.renew_access, methods=ANSWER)
    add(f"{entity}/connected", view_func=connected.connected, methods=LOOK)
    add(f"{entity}/reading", view_func=reading.ask_again, methods=ANSWER)
    names = ",".join(f"'{outcome.value}'" for outcome in callback.OWN_PAGES)
    add(f"{entity}/<any({names}):code>", view_func=callback.outcome, methods=LOOK)
    add(language.PATH, view_func=language.change, endpoint="change_language", methods=ANSWER)
    add("/callback/<software>", view_func=callback.callback, methods=LOOK)
    add("/other-browser/<slug>", view_func=callback.other_browser, methods=LOOK)
    add("/software/<software>/launch", view_func=vendor_pages.launch, endpoint="software_launch", methods=LOOK)
    add(
        "/software/<software>/disconnect",
        view_func=vendor_pages.disconnect,
        endpoint="software_disconnect",
        methods=LOOK,
    )
    add("/software/<software>/reconnect", view_func=vendor_pages.reconnect, endpoint="software_reconnect", methods=LOOK)
