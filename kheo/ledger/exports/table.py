"""CSV: one row per side of an entry, with fixed English column names, for machines and for whoever checks by hand."""

import csv
import re
from collections.abc import Iterator

from kheo.ledger.exports.rows import Book

COLUMNS = ("number", "kind", "day", "account", "unit", "amount", "what", "plan_line", "giver", "paper", "reverses", "reversed_by", "reason")


class _Line:
    """What csv writes into: hands each line back."""

    def write(self, text: str) -> str:
        return text


# At the beginning, and behind what another country's spreadsheet takes for the mark between two columns.
_FORMULA = re.compile(r"(^|[;|\t\r\n])(\s*)([=+\-@＝＋－＠])")


def plain(text: str) -> str:
    """The text so that no spreadsheet takes it, or a part of it, for a formula."""
    return _FORMULA.sub(r"\1'\2\3", text)


def lines(book: Book) -> Iterator[str]:
    """The file, a line at a time."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for b in book.bookings():
        words = (plain(b.what), b.plan_line or "", plain(b.giver), b.paper, b.reverses or "", b.reversed_by or "", plain(b.reason))
        for account, unit, amount in b.legs:
            yield writer.writerow((b.number, b.kind.value, b.day.isoformat(), account, unit, amount, *words))
