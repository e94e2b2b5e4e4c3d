"""The table to fill in with companies, as a workbook and as CSV: a header, and nothing to be imported by mistake."""

from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from linkflow.domain.company_rows import COLUMNS, LIMITS
from linkflow.reports.csv import csv_file

_HEAD = {"bold": True, "bg_color": "#22324a", "font_color": "#ffffff", "valign": "vcenter"}


def company_template_csv() -> bytes:
    """One line."""
    return csv_file([words for _, words in COLUMNS], [])


def company_template_xlsx() -> bytes:
    """One sheet whose columns are text, so that no spreadsheet makes numbers or days of names."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Companies")
    text, head = book.add_format({"num_format": "@"}), book.add_format(_HEAD)
    for place, (column, words) in enumerate(COLUMNS):
        sheet.set_column(place, place, 34, text)
        sheet.write_string(0, place, words, head)
        sheet.write_comment(0, place, LIMITS[column], {"x_scale": 2})
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()
