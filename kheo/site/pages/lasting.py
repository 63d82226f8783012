"""Does it still work? What was found months after a work was done, and when somebody looks again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from kheo.catalogue import Kit
from kheo.checks.models import Book, Found, Kind, Phase, Unit
from kheo.core import clock
from kheo.initiatives.models import Initiative
from kheo.results.sums import SMALLEST


@dataclass(slots=True)
class Looked:
    """One look: ``works`` of ``seen`` places still do; ``missed``: nobody could get there; ``mended``: when some were put right since."""

    book: Book
    seen: int = 0
    works: int = 0
    missed: int = 0
    last: date | None = None
    mended: list[date] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """Places where it does not, or not all of it."""
        return self.seen - self.works


def of(work: Initiative, kit: Kit | None) -> dict[str, Any]:
    """``looks``: what was found, the newest first; ``next``: (day, question) when somebody looks again, None when that is over. One query.

    Of homes fewer than five places are not counted out.
    """
    units = Unit.objects.filter(result__initiative=work, closed_at__isnull=False, book__kind=Kind.LASTING)
    units = units.exclude(book__phase=Phase.ABANDONED).select_related("book").order_by("-book__frozen_at", "rank")
    looks = list(_looks(units))
    if kit and kit.private_site:
        looks = [look for look in looks if look.seen + look.missed >= SMALLEST]
    return {"looks": looks, "next": _next(work, kit, {look.book.months for look in looks})}


def _looks(units: Iterable[Unit]) -> Iterable[Looked]:
    found: dict[int, Looked] = {}
    for unit in units:
        look = found.setdefault(unit.book_id, Looked(unit.book))
        if unit.outcome == Found.UNVISITED:
            look.missed += 1
            continue
        look.seen += 1
        look.works += unit.outcome == Found.RIGHT
        on = timezone.localdate(unit.closed_at)
        look.last = max(look.last or on, on)
        look.mended += [unit.put_right_on] if unit.put_right_on else []
    return found.values()


def _next(work: Initiative, kit: Kit | None, done: set[int]) -> dict[str, Any] | None:
    """The next look that the kit foresees and that has not been, by the month."""
    if work.completed_at is None or kit is None:
        return None
    completed = timezone.localdate(work.completed_at)
    for asked in sorted(kit.durability, key=lambda d: d.months):
        due = months_after(completed, asked.months)
        if asked.months not in done and due >= clock.today().replace(day=1):
            return {"on": due, "question": asked.question}
    return None


def months_after(day: date, months: int) -> date:
    """The first of the month that many months later: a look is planned by the month."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
