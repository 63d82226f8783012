"""XLSX in the reader's language: the book, what came from where, the plan. Rows go to disk as they are read (constant memory)."""

import tempfile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from kheo.ledger import sums, units
from kheo.ledger.exports.rows import SOMEBODY, Book, Booking
from kheo.ledger.models import Account, Kind

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 1_000_000  # of one sheet; Excel ends at 1,048,576


def write(book: Book) -> IO[bytes]:
    """The workbook as an open temporary file, at its beginning. The disk holds it, not the memory."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 – the response closes it
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold = workbook.add_format({"bold": True})
        day, whole = workbook.add_format({"num_format": "dd/mm/yyyy"}), workbook.add_format({"num_format": "#,##0"})
        _entries(workbook, book, bold, day, whole)
        _sources(workbook, book, bold, whole)
        if book.plan:
            _plan(workbook, book, bold, whole)
    out.seek(0)
    return out


def _sheet(workbook: Any, name: str, heads: list[str], widths: list[int], bold: Any) -> Any:
    sheet = workbook.add_worksheet(name[:31])
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, bold)
    return sheet


def _account(name: str) -> str:
    return str(Account(name).label) if name != SOMEBODY else _("Several givers")


def _entries(workbook: Any, book: Book, bold: Any, day: Any, whole: Any) -> None:
    heads = [_("No."), _("Day"), _("Kind"), _("From whom?"), _("What for?"), _("Unit"), _("In"), _("Out"), _("Planned")]
    heads += [_("Giver"), _("takes back"), _("taken back by"), _("What was wrong?"), _("The supplier's paper")]
    widths = [8, 12, 12, 18, 36, 12, 16, 16, 24, 20, 10, 10, 30, 40]
    kinds, words = {kind: str(kind.label) for kind in Kind}, {key: units.get(key).label() for key in units.all_units()}
    sheet, row, number = None, ROWS, 0
    for booking in book.bookings():
        if row >= ROWS or sheet is None:
            number += 1
            sheet, row = _sheet(workbook, _("The book") + (f" {number}" if number > 1 else ""), heads, widths, bold), 0
        row += 1
        _entry(sheet, row, booking, book, kinds, words, day, whole)
    if sheet is None:
        _sheet(workbook, _("The book"), heads, widths, bold)


def _entry(sheet: Any, row: int, b: Booking, book: Book, kinds: dict[Kind, str], words: dict[str, str], day: Any, whole: Any) -> None:
    source = next((leg for leg in b.legs if leg[0].startswith("source:")), None)
    spent = next((leg for leg in b.legs if leg[0] == Account.SPENT), None)
    sheet.write_number(row, 0, b.number)
    sheet.write_datetime(row, 1, b.day, day)
    sheet.write_string(row, 2, kinds[b.kind])
    sheet.write_string(row, 3, _account(source[0]) if source else "")
    sheet.write_string(row, 4, b.what)
    sheet.write_string(row, 5, words[b.legs[0][1]])
    if source:
        sheet.write_number(row, 6, -source[2], whole)
    if spent:
        sheet.write_number(row, 7, spent[2], whole)
    sheet.write_string(row, 8, book.shown_lines.get(b.plan_line or 0, ""))
    sheet.write_string(row, 9, b.giver)
    for column, other in ((10, b.reverses), (11, b.reversed_by)):
        if other:
            sheet.write_number(row, column, other)
    sheet.write_string(row, 12, b.reason)
    sheet.write_string(row, 13, b.paper)


def _sources(workbook: Any, book: Book, bold: Any, whole: Any) -> None:
    heads = [_("From whom?"), _("Unit"), _("In")]
    sheet = _sheet(workbook, _("Where it came from"), heads, [24, 14, 18], bold)
    row = 0
    for unit in units.all_units():
        for (of, account), total in sorted(book.totals.items()):
            if of == unit and account.startswith("source:") and total:
                row += 1
                sheet.write_row(row, 0, [_account(account), units.get(unit).label()])
                sheet.write_number(row, 2, -total, whole)
    for account, words in ((Account.SPENT, _("Spent")), (Account.HAND, _("In hand"))):
        for unit in units.all_units():
            if units.is_labour(unit) and account == Account.HAND:
                continue  # done as it is given: nothing of it is left
            if total := book.totals.get((unit, account), 0):
                row += 1
                sheet.write_row(row, 0, [words, units.get(unit).label()], bold)
                sheet.write_number(row, 2, total, whole)


def _plan(workbook: Any, book: Book, bold: Any, whole: Any) -> None:
    sheet = _sheet(workbook, _("Planned and spent"), [_("What for?"), _("Unit"), _("Planned"), _("Out")], [40, 14, 18, 18], bold)
    line: sums.Planned
    for row, line in enumerate(book.plan, 1):
        sheet.write_string(row, 0, line.what)
        sheet.write_string(row, 1, units.get(line.unit).label())
        if line.amount is not None:
            sheet.write_number(row, 2, line.amount, whole)
        sheet.write_number(row, 3, line.spent, whole)
