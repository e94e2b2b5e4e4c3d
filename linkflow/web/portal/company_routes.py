"""The addresses of a company's page and of what one does there."""

from collections.abc import Callable

from linkflow.domain.links import company_page_path
from linkflow.web.portal import (
    categories,
    company,
    company_entities,
    company_files,
    company_notes,
    connection_actions,
    financials,
    spend,
    spend_rows,
    tenant_changes,
)
from linkflow.web.portal.financial_paths import account_path, categories_path, category_path, undo_path
from linkflow.web.portal.paths import (
    change_path,
    delete_note_path,
    disconnect_path,
    entity_path,
    file_path,
    financials_path,
    notes_path,
    reading_path,
    reconnect_path,
    spend_path,
    spend_rows_path,
)

COMPANY, CONNECTION, FILE = "<company_id>", "<connection_id>", "<upload_id>"
CHANGE, ENTITY, NOTE = "<change_id>", "<entity_id>", "<note_id>"
LOOK = ("GET",)
ANSWER = ("POST",)
BOTH = ("GET", "POST")


def add_all(add: Callable[..., None]) -> None:
    """Every one of them."""
    add(company_page_path(COMPANY), view_func=company.company, methods=LOOK)
    add(spend_path(COMPANY), view_func=spend.spend, methods=LOOK)
    add(spend_rows_path(COMPANY, "bills"), view_func=spend_rows.bills, methods=LOOK, endpoint="spend_bills")
    add(spend_rows_path(COMPANY, "payments"), view_func=spend_rows.payments, methods=LOOK, endpoint="spend_payments")
    add(spend_rows_path(COMPANY, "expenses"), view_func=spend_rows.expenses, methods=LOOK, endpoint="spend_expenses")
    notes = spend_rows_path(COMPANY, "credit-notes")
    add(notes, view_func=spend_rows.credit_notes, methods=LOOK, endpoint="spend_credit_notes")
    add(notes_path(COMPANY), view_func=company.write_note, methods=ANSWER)
    add(delete_note_path(NOTE), view_func=company_notes.delete, methods=ANSWER)
    add(reading_path(CONNECTION), view_func=connection_actions.refresh, methods=ANSWER)
    add(reconnect_path(CONNECTION), view_func=connection_actions.reconnect, methods=ANSWER)
    add(disconnect_path(CONNECTION), view_func=connection_actions.disconnect, methods=BOTH)
    add(change_path(CHANGE, "approve"), view_func=tenant_changes.approve, methods=BOTH)
    add(change_path(CHANGE, "keep"), view_func=tenant_changes.keep, methods=ANSWER)
    add(file_path(FILE), view_func=company_files.download, methods=LOOK)
    add(file_path(FILE, "accept"), view_func=company_files.accept, methods=ANSWER)
    add(file_path(FILE, "correction"), view_func=company_files.correction, methods=BOTH)
    add(entity_path(ENTITY, "name"), view_func=company_entities.rename, methods=BOTH)
    add(entity_path(ENTITY, "removal"), view_func=company_entities.take_out, methods=BOTH)
    _financials(add, COMPANY, ENTITY)


def _financials(add: Callable[..., None], company_id: str, entity_id: str) -> None:
    here = company_id, entity_id
    add(financials_path(*here), view_func=financials.financials, methods=LOOK)
    add(category_path(*here, "<category>"), view_func=financials.category, methods=LOOK)
    add(account_path(*here, "<account_key>"), view_func=financials.account, methods=LOOK, endpoint="financial_account")
    add(f"{financials_path(*here)}/ratios/<ratio>", view_func=financials.ratio, methods=LOOK)
    add(categories_path(*here), view_func=categories.categories, methods=LOOK)
    add(categories_path(*here), view_func=categories.correct, methods=ANSWER)
    add(undo_path(*here, "<correction_id>"), view_func=categories.undo, methods=ANSWER)
