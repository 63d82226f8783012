"""What a page may say of an indicator at a place in a year: "at least …", where draws allow it.

audit.md 7: bounds are never added. The number of a place is that of a drawn book of exactly that place; else that of a larger closed book
whose tickets are restricted to the place; else of several independent books together, by the one formula that holds for them. What was
counted piece by piece in other rounds is exact and is added; what an officer or a review had somebody look at is not: "at least"
belongs to draws. A book that was given up counts 0; a later draw over the same things takes the place of an earlier one whatever it says:
nobody picks the best of draws. Nothing of this is tallied.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Max, Q, Sum

from kheo.checks import bound, totals
from kheo.checks.gathering import counted
from kheo.checks.models import Book, Found, Kind, Phase, Unit
from kheo.checks.standing import FEWEST, Standing, standings
from kheo.places.models import Place, shapes
from kheo.results import sums
from kheo.results.models import Result
from kheo.results.sums import Figures, is_private

_KEPT = 3600  # seconds; the key changes with every mark


@dataclass(frozen=True, slots=True)
class Headline:
    """One indicator's number. ``at_least``: in its unit, with what other rounds have counted to the last piece.

    ``checks``, ``right``: places of the draws that were counted, and of these found as reported. ``provisional``: a book is still open.
    ``books``: what it rests on, newest first.
    """

    at_least: int
    checks: int
    right: int
    provisional: bool
    books: tuple[Book, ...]

    @property
    def book(self) -> Book | None:
        """The one book, where there is one."""
        return self.books[0] if len(self.books) == 1 else None


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A book's tickets at a place: the claims, and the checks of the gapless prefix in ticket order."""

    units: dict[str, int]
    checks: list[tuple[str, int | None]]
    counted: int  # places that somebody counted
    right: int


def of(indicator: str, place: Place, year: int) -> Headline | None:
    """The headline of one indicator, or None while there is no bound. A few queries more than :func:`many`."""
    return many(place, year, sums.of_places(place, year)).get(indicator)


def many(place: Place, year: int, figures: Mapping[str, Figures]) -> dict[str, Headline]:
    """{indicator: Headline} of a place for those of its ``figures`` that have a bound. At most five queries, however many there are.

    Works at homes have none: their places' numbers leave out works that are too small to show, a book does not.
    """
    candidates = [b for b in _books(place, year) if b.indicator in figures and not is_private(b.indicator)]
    if not candidates:
        return {}
    known = standings(candidates)
    chosen = {i: c for i, c in _chosen(candidates, known, place).items() if c}
    together = {i: c for i, c in chosen.items() if len(c) > 1 or c[0].scope_id != place.pk}
    drawn = _drawn([known[b.pk] for books in together.values() for b in books], place) if together else {}
    outside = _counted_elsewhere([b for books in chosen.values() for b in books], place, year) if chosen else {}
    found = {}
    for indicator, books in chosen.items():
        parts = [drawn[b.pk] for b in books] if indicator in together else []
        if not parts:
            standing = known[books[0].pk]
            amount, checks, right = standing.at_least or 0, standing.checks, standing.right
        else:
            checks, right = sum(p.counted for p in parts), sum(p.right for p in parts)
            amount = _amount(books, parts, place) if checks >= FEWEST else 0
        if checks >= FEWEST:
            sure, provisional = amount + outside.get(indicator, 0), any(known[b.pk].provisional for b in books)
            found[indicator] = Headline(sure, checks, right, provisional, tuple(books))
    return found


def _books(place: Place, year: int) -> list[Book]:
    """Drawn rounds of the year at the place, above and below it, given up or not; newest first. What is counted whole is exact already."""
    near = Q(scope__in=place.ids()) | Q(scope__path__startswith=place.path or "-")
    found = Book.objects.filter(near, kind=Kind.ROUND, whole=False, starts_on__year=year, ends_on__year=year)
    found = found.filter(phase__in=(Phase.SEEDED, Phase.CLOSED, Phase.ABANDONED)).select_related("scope").defer(*shapes("scope"))
    return list(found.annotate(marked=Max("marks__at")).order_by("-frozen_at", "-pk"))


def _chosen(candidates: Iterable[Book], known: Mapping[int, Standing], place: Place) -> dict[str, list[Book]]:
    """{indicator: the books its number rests on}: of the place itself, else from above (closed ones), else from below."""
    by: dict[str, list[list[Book]]] = defaultdict(lambda: [[], [], []])
    for book in candidates:
        if book.phase == Phase.SEEDED and known[book.pk].at_least is None:
            continue  # under 20 checks it says nothing yet
        own, above = book.scope_id == place.pk, book.scope.rank < place.rank
        if not above or book.phase != Phase.SEEDED:
            by[book.indicator][0 if own else 1 if above else 2].append(book)
    return {indicator: next((kept for group in groups if (kept := _apart(group))), []) for indicator, groups in by.items()}


def _apart(books: Iterable[Book]) -> list[Book]:
    """Newest first, without what overlaps a newer one in place and period; one that was given up covers earlier ones and counts 0."""
    taken: list[Book] = []
    for book in books:
        if not any(_overlap(book, other) for other in taken):
            taken.append(book)
    return [book for book in taken if book.phase != Phase.ABANDONED]


def _overlap(one: Book, other: Book) -> bool:
    paths = sorted((one.scope.path or "/", other.scope.path or "/"), key=len)
    return paths[1].startswith(paths[0]) and one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def _drawn(books: Iterable[Standing], place: Place) -> dict[int, _Drawn]:
    """{book id: its tickets that lie at the place}, checks up to the book's first open ticket. One query."""
    ends = {standing.book.pk: standing.after for standing in books}
    found = {pk: _Drawn({}, [], 0, 0) for pk in ends}
    rows = Unit.objects.filter(book__in=found, result__place__path__startswith=place.path or "-").order_by("book", "rank")
    for pk, key, claim, cap, reading, outcome, rank in rows.values_list("book", "key", "claim", "cap", "reading", "outcome", "rank"):
        one = found[pk]
        one.units[key] = claim
        if rank is not None and rank < ends[pk]:
            one.checks.append((key, min(reading or 0, claim if cap is None else cap)))
            if outcome != Found.UNVISITED:
                found[pk] = _Drawn(one.units, one.checks, one.counted + 1, one.right + (outcome == Found.RIGHT))
    return found


def _amount(books: list[Book], parts: list[_Drawn], place: Place) -> int:
    """The amount of one restricted book, or of several together at the strictest of their confidences; remembered until a mark is made."""
    state: list[tuple[int, datetime | None]] = [(b.pk, getattr(b, "marked", None)) for b in books]
    key = f"headline.{place.pk}.{hash(tuple(state))}"
    amount: int | None = cache.get(key)
    if amount is None:
        sure = max(book.confidence for book in books)
        if len(parts) == 1:
            amount = bound.at_least(parts[0].units, parts[0].checks, sure)
        else:
            claims = {str(b.pk): p.units for b, p in zip(books, parts, strict=True) if p.units}
            checks = {str(b.pk): p.checks for b, p in zip(books, parts, strict=True) if p.checks}
            amount = totals.Together(claims, sure).now(checks)
        cache.set(key, amount, _KEPT)
    return amount


def _counted_elsewhere(books: Iterable[Book], place: Place, year: int) -> dict[str, int]:
    """{indicator: Σ checked of the results at the place that other rounds have counted to the last piece}. One query."""
    inside = Unit.objects.filter(book__in=[b.pk for b in books]).order_by().values("result")
    found = counted(Result.objects.standing()).filter(day__year=year, place__path__startswith=place.path or "-").exclude(pk__in=inside)
    return dict(found.order_by().values_list("indicator").annotate(total=Sum("checked")))
