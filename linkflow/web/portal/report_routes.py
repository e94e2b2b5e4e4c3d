"""The addresses of the files of reports."""

from collections.abc import Callable

from linkflow.web.portal import report_files
from linkflow.web.portal.paths import (
    financials_path,
    report_json_path,
    report_table_path,
    spend_path,
    stored_workbook_path,
    workbook_path,
)

COMPANY, ENTITY, TABLE = "<company_id>", "<entity_id>", "<table>"
LOOK = ("GET",)
ANSWER = ("POST",)


def add_all(add: Callable[..., None]) -> None:
    """Every one of them."""
    spend = spend_path(COMPANY)
    add(workbook_path(spend), view_func=report_files.spend_workbook, methods=ANSWER)
    add(report_table_path(spend, TABLE), view_func=report_files.spend_csv, methods=LOOK)
    add(report_json_path(spend), view_func=report_files.spend_json, methods=LOOK)
    financials = financials_path(COMPANY, ENTITY)
    add(workbook_path(financials), view_func=report_files.financials_workbook, methods=ANSWER)
    add(report_table_path(financials, "<statement>"), view_func=report_files.financials_csv, methods=LOOK)
    add(report_json_path(financials), view_func=report_files.financials_json, methods=LOOK)
    add(stored_workbook_path("<workbook_id>"), view_func=report_files.stored_workbook, methods=LOOK)
