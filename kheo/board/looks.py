"""What people drawn to count found at a work: in rounds, and months after it was done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.board.written import day, url
from kheo.catalogue import indicators
from kheo.checks.models import Book, Found, Kind, Phase, Unit
from kheo.core.numbers import number
from kheo.initiatives.models import Initiative
from kheo.results.sums import SMALLEST


@dataclass(slots=True)
class Look:
    """What was found in one book at the places of one work."""

    book: Book
    seen: int = 0
    right: int = 0
    missed: int = 0
    mended: list[date] = field(default_factory=list)


def looks(work: Initiative, *, private: bool) -> list[list[str]]:
    """A line for each: what was looked at, what was found, what else is to be said, its address. One query.

    Of homes nothing is said of rounds, and of a look months later only where it saw five places or more.
    """
    units = Unit.objects.filter(result__initiative=work, closed_at__isnull=False).exclude(book__phase=Phase.ABANDONED)
    units = units.filter(book__kind__in=[Kind.LASTING] if private else [Kind.ROUND, Kind.LASTING])
    found = _found(units.select_related("book").order_by("-book__frozen_at", "rank"))
    return [_line(look) for look in found if not private or look.seen + look.missed >= SMALLEST]


def _found(units: Iterable[Unit]) -> list[Look]:
    found: dict[int, Look] = {}
    for unit in units:
        look = found.setdefault(unit.book_id, Look(unit.book))
        look.seen += unit.outcome != Found.UNVISITED
        look.right += unit.outcome == Found.RIGHT
        look.missed += unit.outcome == Found.UNVISITED
        look.mended += [unit.put_right_on] if unit.put_right_on else []
    return list(found.values())


def _line(look: Look) -> list[str]:
    book = look.book
    indicator = indicators().get(book.indicator)
    when = f"{day(book.starts_on)} – {day(book.ends_on)}"
    if book.kind == Kind.LASTING:
        when = ngettext("%(n)s month later", "%(n)s months later", book.months) % {"n": book.months}
    rest = []
    if short := look.seen - look.right:
        rest.append(_("less than reported: %(n)s") % {"n": number(short)})
    if look.missed:
        rest.append(_("nobody could visit: %(n)s") % {"n": number(look.missed)})
    rest += [_("put right on %(day)s") % {"day": day(on)} for on in look.mended]
    counted = _("%(n)s places counted, %(right)s right") % {"n": number(look.seen), "right": number(look.right)}
    return [", ".join([*([indicator.name()] if indicator else []), when]), counted, " · ".join(rest), url(book.get_absolute_url())]
