"""The addresses of a company's page and of what one does there."""

from collections.abc import Callable

from linkflow.web.portal import (
    company,
    company_entities,
    company_files,
    company_notes,
    connection_actions,
    tenant_changes,
)

COMPANY = "/portal/companies/<company_id>"
CONNECTION = "/portal/connections/<connection_id>"
FILE = "/portal/files/<upload_id>"
CHANGE = "/portal/tenant-changes/<change_id>"
ENTITY = "/portal/entities/<entity_id>"
LOOK = ("GET",)
ANSWER = ("POST",)
BOTH = ("GET", "POST")


def add_all(add: Callable[..., None]) -> None:
    """Every one of them."""
    add(COMPANY, view_func=company.company, methods=LOOK)
    add(f"{COMPANY}/notes", view_func=company.write_note, methods=ANSWER)
    add("/portal/notes/<note_id>/delete", view_func=company_notes.delete, methods=ANSWER)
    add(f"{CONNECTION}/reading", view_func=connection_actions.refresh, methods=ANSWER)
    add(f"{CONNECTION}/reconnect", view_func=connection_actions.reconnect, methods=ANSWER)
    add(f"{CONNECTION}/disconnect", view_func=connection_actions.disconnect, methods=BOTH)
    add(f"{CHANGE}/approve", view_func=tenant_changes.approve, methods=BOTH)
    add(f"{CHANGE}/keep", view_func=tenant_changes.keep, methods=ANSWER)
    add(FILE, view_func=company_files.download, methods=LOOK)
    add(f"{FILE}/accept", view_func=company_files.accept, methods=ANSWER)
    add(f"{FILE}/correction", view_func=company_files.correction, methods=BOTH)
    add(f"{ENTITY}/name", view_func=company_entities.rename, methods=BOTH)
    add(f"{ENTITY}/removal", view_func=company_entities.take_out, methods=BOTH)
