"""Reading a bank's statement (CSV): which gifts came in, in whole đồng. Layouts of banks are data (statements.toml).

Memos leave this module only to be searched for a promise's memo; nothing of them is stored.
"""

import csv
import io
import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kheo.core.folding import fold
from kheo.core.rules import Invalid
from kheo.ledger.memos import memos_in, plain

LARGEST = 2 * 1024 * 1024  # bytes of a file
LINES = 5000
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y")
#: A day, perhaps with the day of the week or the hour before it, and anything behind it.
_DAY = re.compile(
    r"(?:(?:CN|T[2-7]|Thứ \w+|Chủ nhật)[ ,]+)?(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?[ ,]+)?"
    r"([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4})(?:[T ,].*)?",
    re.IGNORECASE | re.DOTALL,
)
_AMOUNT = re.compile(r"([+-]?) ?([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]0{1,2})?")
_CURRENCY = r"(?:VND|VNĐ|đồng|dong|đ|₫)"


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in. ``reference``: what tells this line from every other, from the bank or, without one, from the line itself."""

    row: int
    day: date
    amount: int
    memo: str
    reference: str


@lru_cache(maxsize=1)
def layouts() -> list[dict[str, Any]]:
    """The layouts, each with the folded names of its columns."""
    found = tomllib.loads(Path(__file__).with_name("statements.toml").read_text(encoding="utf-8"))["layout"]
    return [{k: [fold(n) for n in v] if isinstance(v, list) else v for k, v in one.items()} for one in found]


def read(content: bytes) -> list[Credit]:
    """Every credit of a statement, in its order. Raises Invalid("statement") that names each row it can't read; nothing is half read."""
    if len(content) > LARGEST:
        raise Invalid("statement", _("This file is too large. Please save a shorter period."))
    rows, top, columns = _table(content)
    credits, wrong, seen, memos = [], [], Counter[str](), dict[str, list[str]]()
    for number, row in rows[top + 1 :]:
        cell = {name: _cell(row[i]) if i < len(row) else "" for name, i in columns.items()}
        day, amount = _day(cell["day"]), _amount(cell.get("credit", cell.get("amount", "")))
        if day is None:
            if amount != 0 and (cell["day"][:1].isdigit() or memos_in(cell["memo"])):
                wrong.append(_("Row %(number)s: we can't read its day.") % {"number": number})
            continue  # sums at the foot, blank lines, page breaks
        if amount is None:
            wrong.append(_("Row %(number)s: we can't read its amount.") % {"number": number})
        elif amount > 0:
            said = plain(cell["memo"])
            same = f"{day}|{amount}|{cell.get('reference') or said}"
            if not cell.get("reference"):  # the same day, amount and memo twice in one file are two lines
                seen[same] += 1
                reference = f"{same}|{seen[same]}"
            else:  # some banks write one number beside the gifts of several people: who says something else is another one
                others = memos.setdefault(same, [said])
                if said not in others:
                    others.append(said)
                reference = cell["reference"] + (f"|{others.index(said)}" if said != others[0] else "")
            credits.append(Credit(number, day, amount, cell["memo"], reference))
    if wrong:
        raise Invalid("statement", " ".join([*wrong[:20], _("Nothing was booked.")]))
    if len(credits) > LINES:
        raise Invalid("statement", _("This file is too large. Please save a shorter period."))
    return credits


def _table(content: bytes) -> tuple[list[tuple[int, list[str]]], int, dict[str, int]]:
    """(rows with their numbers, index of the row with the names, column of each part), by the first mark that makes sense of the file.

    The mark that stands there most often is not always the one between columns: people write commas in a memo.
    """
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as e:
        raise _unreadable() from e
    if "\0" in text:
        raise _unreadable()
    fault = None
    for mark in sorted(",;\t|", key=text.count, reverse=True):
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
            rows = [(reader.line_num, row) for row in reader]
        except csv.Error as e:  # strict: a quotation mark without its other half would swallow all rows behind it
            fault = e
            continue
        if (found := _columns(rows)) is not None:
            return rows, *found
    if fault is not None:
        raise _unreadable() from fault
    raise Invalid("statement", _("We don't know these columns. A row must name the day, what came in, and the memo."))


def _unreadable() -> Invalid:
    return Invalid("statement", _("We can't read this file. Please save the statement as CSV (UTF-8)."))


def _columns(rows: list[tuple[int, list[str]]]) -> tuple[int, dict[str, int]] | None:
    """(index of the row with the names, column of each part); None where no row names them."""
    for index, (_number, row) in enumerate(rows[:60]):
        names = [fold(re.split(r"[/\n(]", cell)[0]) for cell in row]
        for layout in layouts():
            found = {}
            for part in ("day", "credit", "amount", "memo", "reference"):
                places = [names.index(name) for name in layout.get(part, []) if name in names]
                if places:
                    found[part] = places[0]
            if {"day", "memo"} <= found.keys() and ("credit" in found or "amount" in found):
                return index, found
    return None


def _cell(text: str) -> str:
    """What the cell says, without what spreadsheets put around it to keep it as it is: ="0012" and '0012 say 0012."""
    text = text.strip()
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text.removeprefix("'")


def _day(text: str) -> date | None:
    if (found := _DAY.fullmatch(text)) is None:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(found[1], form).date()  # noqa: DTZ007 – a bank's day has no zone
        except ValueError:
            continue
    return None


def _amount(text: str) -> int | None:
    """Whole đồng; 0 for what went out or an empty cell; None for what is no amount."""
    bare = unicodedata.normalize("NFKC", text).replace("\u2212", "-")  # all kinds of spaces become the plain one
    bare = re.sub(rf"^([+-]?) ?{_CURRENCY} ?|{_CURRENCY}$", r"\1", bare.strip(), flags=re.IGNORECASE).strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1].strip()}"
    if bare in ("", "-"):
        return 0
    found = _AMOUNT.fullmatch(bare)
    if found is None:
        return None
    return 0 if found[1] == "-" else int(re.sub(r"[^0-9]", "", found[2]))
