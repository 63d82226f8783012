"""Beancount (https://beancount.github.io/docs/beancount_language_syntax.html): the book as plain text that ``bean-check`` accepts.

Sources are Income, what is in hand Assets, what was used Expenses; a line of the plan is an account below Expenses. Each unit is a
commodity of its own and nothing converts one into another. What each account adds up to is asserted on the day after the last entry, from
the running totals and not from the entries written above; what was in hand is asserted at the start of each month.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Max, Min

from kheo.core import clock
from kheo.ledger import units
from kheo.ledger.exports.rows import Book, Booking
from kheo.ledger.models import Account, Posting

HAND, SPENT = "Assets:Hand", "Expenses:Spent"
#: Beancount 2 wants two letters at least.
_COMMODITIES = {"m": "METRE"}


def commodity(unit: str) -> str:
    """ "labour-day" → LABOUR-DAY."""
    return _COMMODITIES.get(unit) or unit.upper()


def account(name: str, line: int | None = None) -> str:
    """ "source:households" → Income:Households; what was spent on line 3 of the plan → Expenses:Spent:Line3."""
    if name == Account.HAND:
        return HAND
    if name == Account.SPENT:
        return f"{SPENT}:Line{line}" if line else SPENT
    return f"Income:{name.partition(':')[2].title()}"


def text(words: str) -> str:
    """Words as a string of Beancount, on one line."""
    return '"' + " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def lines(book: Book) -> Iterator[str]:
    """The file, a line at a time."""
    days = Posting.objects.filter(initiative=book.initiative, number__lte=book.last).aggregate(
        first=Min("booked_on"), last=Max("booked_on")
    )
    first, last = days["first"] or clock.today(), days["last"] or clock.today()
    yield f'option "title" {text(book.name)}\noption "operating_currency" "VND"\n\n'
    if book.address:
        yield f"; {book.address}\n"
    yield f"; entries 1 to {book.last}; nobody is named who did not wish it\n\n"
    used = sorted({unit for unit, _account in book.totals}, key=units.order)
    for unit in used:
        yield f"{first} commodity {commodity(unit)}\n  name: {text(units.get(unit).label())}\n"
    for name in sorted({a for _unit, a in book.totals} | {Account.HAND.value, Account.SPENT.value}):
        yield f"{first} open {account(name)}\n"
    for position, what in book.shown_lines.items():
        yield f"{first} open {account(Account.SPENT, position)}\n  line: {text(what)}\n"
    yield "\n"
    moved: dict[tuple[date, str], int] = {}  # what came into the hand, per month and unit
    for booking in book.bookings():
        for name, unit, amount in booking.legs:
            if name == Account.HAND:
                key = (booking.day.replace(day=1), unit)
                moved[key] = moved.get(key, 0) + amount
        yield from _transaction(booking)
    yield from _each_month(moved)
    after = last + timedelta(days=1)
    for (unit, name), total in sorted(book.totals.items()):
        yield f"{after} balance {account(name)} {total} {commodity(unit)}\n"


def _transaction(b: Booking) -> Iterable[str]:
    words = b.what or b.reason
    links = f" ^entry-{b.reverses}" if b.reverses else f" ^entry-{b.number}" if b.reversed_by else ""
    yield f"{b.day} * {text(b.giver)} {text(words)} #{b.kind.value}{links}\n  number: {b.number}\n"
    if b.reverses:
        yield f"  reverses: {b.reverses}\n"
    if b.reversed_by:
        yield f"  reversed-by: {b.reversed_by}\n"
    if b.what and b.reason:
        yield f"  reason: {text(b.reason)}\n"
    if b.paper:
        yield f"  paper: {text(b.paper)}\n"
    for name, unit, amount in b.legs:
        yield f"  {account(name, b.plan_line)}  {amount} {commodity(unit)}\n"
    yield "\n"


def _each_month(moved: dict[tuple[date, str], int]) -> Iterable[str]:
    held: dict[str, int] = {}
    now: date | None = None
    for (month, unit), total in sorted(moved.items()):
        if now is not None and month != now:
            yield from _held(now, held)
        now, held[unit] = month, held.get(unit, 0) + total
    if now is not None:
        yield from _held(now, held)


def _held(month: date, held: dict[str, int]) -> Iterable[str]:
    start = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    for unit, total in held.items():
        yield f"{start} balance {HAND} {total} {commodity(unit)}\n"
