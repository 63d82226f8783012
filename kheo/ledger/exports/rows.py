"""What every file is written from: the book as it stood at one moment, and its bookings one after the other."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.conf import settings
from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse

from kheo.initiatives.models import Initiative, ward_of
from kheo.ledger import sums
from kheo.ledger.models import Balance, Kind, Leg, Posting
from kheo.places.models import Place

RANGE = 1_000  # bookings read at once
#: What stands for the source where sources are not told apart.
SOMEBODY = "source:somebody"
Legs = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry. ``legs``: (account, unit, amount). ``giver``: only a name that its bearer wants to be public."""

    number: int
    kind: Kind
    day: date
    at: datetime
    what: str
    reason: str
    giver: str
    plan_line: int | None
    paper: str
    reverses: int | None
    reversed_by: int | None
    legs: Legs


@dataclass(frozen=True, slots=True)
class Book:
    """A book up to its entry ``last``; the totals are those of that very moment. ``key``: how files and ids call the work."""

    initiative: Initiative
    key: str
    name: str
    place: Place
    address: str
    last: int
    totals: dict[tuple[str, str], int]
    plan: list[sums.Planned]
    told: bool
    private: bool
    shown_lines: dict[int, str] = field(default_factory=dict)

    def bookings(self) -> Iterator[Booking]:
        """All entries in the order of their numbers."""
        for first in range(1, self.last + 1, RANGE):
            yield from _read(self, first, min(first + RANGE - 1, self.last))

    def account(self, account: str) -> str:
        """The account as this file names it."""
        return account if self.told or not account.startswith("source:") else SOMEBODY


def open_book(initiative: Initiative) -> Book:
    """The book as it stands now; what is booked later is left out. Number and totals are read in one statement, so they agree."""
    private, told = initiative.kit_of().private_site, sums.tells_sources(initiative)
    newest = Posting.objects.filter(initiative=OuterRef("initiative")).order_by().values("initiative").annotate(n=Max("number")).values("n")
    rows = list(
        Balance.objects.filter(initiative=initiative).annotate(last=Subquery(newest)).values_list("unit", "account", "total", "last")
    )
    totals: dict[tuple[str, str], int] = {}
    for unit, account, total, _last in rows:
        shown = account if told or not account.startswith("source:") else SOMEBODY
        totals[unit, shown] = totals.get((unit, shown), 0) + total
    return Book(
        initiative=initiative,
        key=_secret(initiative) if private else initiative.slug,
        name=str(initiative.kit_of().name) if private else initiative.title,
        place=ward_of(initiative.place) if private else initiative.place,
        address="" if private else settings.KHEO_URL + reverse("ledger:book", args=[initiative.slug]),
        last=rows[0][3] if rows else 0,
        totals=totals,
        plan=[] if private else sums.plan(initiative),
        told=told,
        private=private,
        shown_lines={} if private else dict(initiative.plan_lines.values_list("position", "what")),
    )


def _secret(initiative: Initiative) -> str:
    """A name for a book that leads nowhere, the same each time."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"the book of\n{initiative.pk}".encode(), hashlib.sha256)
    return f"{initiative.kit}-{mac.hexdigest()[:10]}"


_COLUMNS = (
    "posting__number", "posting__kind", "posting__booked_on", "posting__at", "posting__what", "posting__reason", "posting__hidden_at",
    "posting__giver__name", "posting__giver__named_in_public", "posting__plan_line__position", "posting__paper__sha256",
    "posting__paper__public", "posting__paper__hidden_at", "posting__reverses__number", "posting__reversed_by__number",
    "account", "unit", "amount",
)  # fmt: skip


def _read(book: Book, first: int, last: int) -> Iterator[Booking]:
    rows = Leg.objects.filter(posting__initiative=book.initiative, posting__number__range=(first, last))
    found = rows.order_by("posting__number", "id").values_list(*_COLUMNS)
    for number, legs in groupby(found, key=lambda row: row[0]):
        several = list(legs)
        _n, kind, day, at, what, reason, hidden, giver, wished, line, paper, public, paper_hidden, reverses, back, *_leg = several[0]
        silent = book.private or hidden is not None
        yield Booking(
            number=number,
            kind=Kind(kind),
            day=day,
            at=at,
            what="" if silent else what,
            reason="" if silent else reason,
            giver=giver if wished and not silent else "",
            plan_line=None if book.private else line,
            paper=settings.KHEO_URL + reverse("evidence:photo", args=[paper]) if public and not silent and paper_hidden is None else "",
            reverses=reverses,
            reversed_by=back if back is not None and back <= book.last else None,
            legs=tuple((book.account(row[-3]), row[-2], row[-1]) for row in several),
        )
