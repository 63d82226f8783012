"""Reports that lie in a book whose draw is still to come: their people can correct them with one tap, and it counts as credit."""

from collections.abc import Iterable
from dataclasses import dataclass

from kheo import catalogue
from kheo.checks.models import Book, Phase, Unit
from kheo.core.actor import Actor, Role
from kheo.initiatives.models import Initiative
from kheo.results.models import Result
from kheo.results.rules import may_correct_result


@dataclass(frozen=True, slots=True)
class Coming:
    """One report and the book it lies in."""

    result: Result
    book: Book
    name: str
    unit: str


def coming(actor: Actor, works: Iterable[Initiative] | None = None) -> list[Coming]:
    """What this person may still correct before its draw, the next draw first. ``works``: only these; else all they lead. Two queries."""
    if actor.nameless:
        return []
    units = Unit.objects.filter(book__in=Book.objects.public().filter(phase=Phase.FROZEN), result__withdrawn_at=None)
    if works is not None:
        units = units.filter(result__initiative__in=[work.pk for work in works])
    else:
        led = Initiative.objects.filter(organiser_id=actor.user_id)
        for grant in actor.grants:
            if grant.role == Role.HEAD:
                led = led | Initiative.objects.filter(place__path__startswith=grant.path)
        units = units.filter(result__initiative__in=led.order_by().values("pk"))
    books = dict(units.order_by().values_list("result_id", "book_id").distinct())
    if not books:
        return []
    found = Result.objects.filter(pk__in=books).select_related("initiative__place", "site").defer("geometry", "site__geometry")
    known = {book.pk: book for book in Book.objects.filter(pk__in=books.values())}
    rows = []
    for result in found:
        if may_correct_result(actor, result):
            counted = catalogue.indicator(result.indicator)
            rows.append(Coming(result, known[books[result.pk]], counted.name(), counted.unit()))
    return sorted(rows, key=lambda row: (row.book.draw_at, -row.result.pk))
