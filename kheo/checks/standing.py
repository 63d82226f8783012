"""What a page may say of one book: how far it is, its number, and that in words.

audit.md 4 and 6: the bound stops at the first open ticket; under 20 checks no percentage stands as headline; a book counted whole shows
the exact number; one that was given up shows 0. Of an indicator at a place in a year: ``headline.py``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.catalogue.shapes import Indicator
from kheo.checks.models import Book, Found, Mark, Phase, Unit
from kheo.core.numbers import money_full, number, unit_word

#: Checks under which no percentage stands as headline.
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one book is.

    ``right``, ``short``, ``unvisited``: what its number rests on: of a drawn book the tickets without a gap (``after`` of them), of one
    counted whole all that are closed. ``closed``: all closed tickets; ``out``: checkers are asked, not closed.
    """

    book: Book
    after: int = 0
    right: int = 0
    short: int = 0
    unvisited: int = 0
    closed: int = 0
    out: int = 0

    @property
    def checks(self) -> int:
        """Places that somebody counted."""
        return self.right + self.short

    @property
    def at_least(self) -> int | None:
        """The bound in the indicator's unit; exact where all was counted; 0 of a book that was given up; None while there is none."""
        if self.book.phase == Phase.ABANDONED:
            return 0
        if self.book.whole:
            return self.book.at_least if self.book.phase == Phase.CLOSED else None
        return self.book.at_least if self.checks >= FEWEST else None

    @property
    def provisional(self) -> bool:
        """True until every {id, c} is open."""
        return self.book.phase in (Phase.FROZEN, Phase.FIXED, Phase.SEEDED)

    @property
    def waiting(self) -> int:
        """Planned tickets to which nobody was sent yet."""
        return max(0, self.book.planned - self.closed - self.out) if self.provisional else 0


def standings(books: Iterable[Book]) -> dict[int, Standing]:
    """{book id: how far it is}. Two queries, however many books."""
    known = {book.pk: Standing(book) for book in books}
    if not known:
        return {}
    last = Mark.objects.filter(book=OuterRef("book")).order_by().values("book").annotate(n=Max("after")).values("n")
    units = Unit.objects.filter(book__in=known).order_by()
    ends = units.filter(closed_at__isnull=False).annotate(folded=Coalesce(Subquery(last), 0))
    counted = ends.values_list("book", "outcome", "folded").annotate(n=Count("id"), within=Count("id", filter=Q(rank__lt=F("folded"))))
    for pk, outcome, folded, every, within in counted:
        one = known[pk]
        numbers = {Found(outcome).value: every if one.book.whole else within}
        known[pk] = replace(one, after=folded, closed=one.closed + every, **numbers)
    for pk, out in units.filter(sent_at__isnull=False, closed_at=None).values_list("book").annotate(n=Count("id")):
        known[pk] = replace(known[pk], out=out)
    return known


def exact(amount: int, unit: str) -> str:
    """The number to the last one, as a report wants it: "12,340 m", never "12.3 km"."""
    return money_full(amount) if unit == "VND" else f"{number(amount)} {unit_word(unit, amount)}".strip()


def words(standing: Standing, unit: str) -> str:
    """The headline: "12,340 m reported; checked 60 places, 58 right; at least 11,106 m (95 %)"."""
    book, bound = standing.book, standing.at_least
    said = {
        "claimed": exact(book.claimed, unit),
        "checks": number(standing.checks),
        "right": number(standing.right),
        "bound": "" if bound is None else exact(bound, unit),
        "counted": number(bound or 0),
    }
    if book.phase == Phase.ABANDONED:
        return _("%(claimed)s reported; this round was given up, so it shows 0") % said
    if book.phase in (Phase.FROZEN, Phase.FIXED):
        return _("%(claimed)s reported, not yet drawn") % said
    if not standing.checks and standing.closed and standing.provisional and not book.whole:
        said["closed"] = number(standing.closed)
        return _("%(claimed)s reported; drawn, places counted: %(closed)s, the first in the order not yet") % said
    if not standing.checks and standing.provisional and book.whole:
        return _("%(claimed)s reported; every place is visited, nobody has counted yet") % said
    if not standing.checks and standing.provisional:
        return _("%(claimed)s reported; drawn, nobody has counted yet") % said
    if book.whole and bound is not None and standing.unvisited:
        said["unvisited"] = number(standing.unvisited)
        return _("%(counted)s of %(claimed)s counted on site; places nobody could visit, counting as 0: %(unvisited)s") % said
    if book.whole and bound is not None:
        return _("%(counted)s of %(claimed)s counted on site, every place") % said
    if bound is None:
        return _("%(claimed)s reported; checked %(checks)s, right %(right)s") % said
    return _("%(claimed)s reported; checked %(checks)s places, %(right)s right; at least %(bound)s (95 %%)") % said


def report(standing: Standing, indicator: Indicator, url: str) -> str:
    """The sentence to copy into a report: what, where, when, the headline, and where anybody can recompute it."""
    book = standing.book
    said = {
        "name": indicator.name(),
        "place": book.scope.full_name,
        "from": formats.date_format(book.starts_on, "SHORT_DATE_FORMAT"),
        "to": formats.date_format(book.ends_on, "SHORT_DATE_FORMAT"),
        "words": words(standing, indicator.unit()),
        "url": url,
    }
    if standing.provisional:
        return _("%(name)s, %(place)s, %(from)s – %(to)s: %(words)s (provisional). %(url)s") % said
    return _("%(name)s, %(place)s, %(from)s – %(to)s: %(words)s. Anybody can recompute it: %(url)s") % said


def short_of(standing: Standing) -> str:
    """ "2 counted fewer · 1 could not be visited": wrong and not visited are told apart. "" when there is neither."""
    said = []
    if standing.short:
        less = ngettext("%(n)s place had less than reported", "%(n)s places had less than reported", standing.short)
        said.append(less % {"n": number(standing.short)})
    if standing.unvisited:
        zero = ngettext("%(n)s place nobody could visit: counts as 0", "%(n)s places nobody could visit: count as 0", standing.unvisited)
        said.append(zero % {"n": number(standing.unvisited)})
    return " · ".join(said)
