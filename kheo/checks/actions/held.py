"""Locking what an act on a book changes, always in one order: book, initiative, result, unit, visit. And how the log names a unit."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from kheo.checks.models import Book, Kind, Unit, Visit
from kheo.initiatives.models import Initiative
from kheo.openlog.door import lock
from kheo.places.models import Place
from kheo.results.models import Result

__all__ = ["ends", "hold", "hold_visit", "named", "said_at"]


def hold(unit: Unit) -> Unit:
    """The unit with its book and result, all locked."""
    book = lock(Book(pk=unit.book_id), "scope")
    result_id = Unit.objects.values_list("result_id", flat=True).get(pk=unit.pk)
    initiative_id = Result.objects.values_list("initiative_id", flat=True).get(pk=result_id)
    initiative = lock(Initiative(pk=initiative_id), "place")
    result = lock(Result(pk=result_id), "place", "site")
    found = lock(unit)
    result.initiative = initiative
    found.book, found.result = book, result
    return found


def hold_visit(visit: Visit) -> Visit:
    """The visit with its unit as :func:`hold` gives it."""
    unit = hold(visit.unit)
    found = lock(visit, "volunteer__user")
    found.unit = unit
    return found


def named(unit: Unit, **more: Any) -> dict[str, Any]:
    """How the log names a unit before it is open: by book and ticket; of a review by the book alone."""
    if unit.book.kind == Kind.REVIEW:
        return {"book": unit.book_id}
    return {"book": unit.book_id, "ticket": unit.rank, **more}


def said_at(book: Book) -> str:
    """The place under which a book's entries stand: its scope; of a review the city."""
    if book.kind != Kind.REVIEW:
        return book.scope.slug
    return Place.objects.values_list("slug", flat=True).get(pk=book.scope.ids()[0])


def ends(book: Book) -> datetime:
    """The moment from which nobody goes any more: the first of ``closes_on``."""
    return timezone.make_aware(datetime.combine(book.closes_on, time()))
