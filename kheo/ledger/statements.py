"""Reading a bank's statement (CSV): which gifts came in, in whole đồng. Layouts of banks are data (statements.toml).

Memos leave this module only to be searched for a promise's memo; nothing of them is stored.
"""

import csv
import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kheo.core.folding import fold
from kheo.core.rules import Invalid

LARGEST = 2 * 1024 * 1024  # bytes of a file
LINES = 5000
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
_AMOUNT = re.compile(r"\+?([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]0{1,2})?")


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
    rows = list(_rows(content))
    top, columns = _columns(rows)
    credits, wrong, seen = [], [], Counter[str]()
    for number, row in rows[top + 1 :]:
        cell = {name: row[i].strip() if i < len(row) else "" for name, i in columns.items()}
        if not re.match(r"[0-9]", cell["day"]):  # sums at the foot, blank lines, page breaks
            continue
        day, amount = _day(cell["day"]), _amount(cell.get("credit", cell.get("amount", "")))
        if day is None:
            wrong.append(_("Row %(number)s: we can't read its day.") % {"number": number})
        elif amount is None:
            wrong.append(_("Row %(number)s: we can't read its amount.") % {"number": number})
        elif amount > 0:
            reference = cell.get("reference", "")
            if not reference:  # the same day, amount and memo twice in one file are two lines
                same = f"{day}|{amount}|{cell['memo']}"
                seen[same] += 1
                reference = f"{same}|{seen[same]}"
            credits.append(Credit(number, day, amount, cell["memo"], reference))
    if wrong:
        raise Invalid("statement", " ".join([*wrong[:20], _("Nothing was booked.")]))
    if len(credits) > LINES:
        raise Invalid("statement", _("This file is too large. Please save a shorter period."))
    return credits


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as e:
        raise Invalid("statement", _("We can't read this file. Please save the statement as CSV (UTF-8).")) from e
    if "\0" in text:
        raise Invalid("statement", _("We can't read this file. Please save the statement as CSV (UTF-8)."))
    mark = max(",;\t", key=text.count)
    try:
        for row in (reader := csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
            yield reader.line_num, row
    except csv.Error as e:
        raise Invalid("statement", _("We can't read this file. Please save the statement as CSV (UTF-8).")) from e


def _columns(rows: list[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """(index of the row with the names, column of each part)."""
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
    raise Invalid("statement", _("We don't know these columns. A row must name the day, what came in, and the memo."))


def _day(text: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(text.split()[0], form).date()  # noqa: DTZ007 – a bank's day has no zone
        except ValueError:
            continue
    return None


def _amount(text: str) -> int | None:
    """Whole đồng; 0 for what went out or an empty cell; None for what is no amount."""
    plain = re.sub(r"(VND|VNĐ|đ|₫)$", "", text.strip(), flags=re.IGNORECASE).strip().replace("\u00a0", " ")
    if not plain or plain == "-" or (plain.startswith("-") and _AMOUNT.fullmatch(plain[1:].strip())):
        return 0
    found = _AMOUNT.fullmatch(plain)
    return int(re.sub(r"[^0-9]", "", found[1])) if found else None
