"""What nobody may read while it lies in a sealed book: the claim of a result whose units may still be drawn.

Whoever goes to count could look up what was reported. So a result's own quantity is shown nowhere until its book closes, but to those who
lead the work or look after it; sums of works and areas stay, and so does the log's entry of the report: ``docs/rounds.md`` says what that
leaves open. A review hides nothing: of four results the lock alone would say where people are about to go.
"""

from collections.abc import Iterable

from kheo.checks.models import Book, Unit


def sealed(results: Iterable[int]) -> frozenset[int]:
    """Of these results' primary keys those that lie in a sealed book and whose check isn't closed. One query."""
    ids = list(results)
    found = Unit.objects.filter(result__in=ids, book__in=Book.objects.public().sealed(), closed_at=None) if ids else Unit.objects.none()
    return frozenset(found.order_by().values_list("result_id", flat=True))
