"""Looking again at what somebody doubted, among others that nobody doubts, outside every sample."""

from django.db import transaction

from kheo.checks.actions.books import freeze_review
from kheo.checks.models import Because, Book, Kind, Phase, Wanted
from kheo.checks.reviewing import BESIDE, beside, hour_before, newest
from kheo.core import clock
from kheo.openlog.door import lock
from kheo.places.models import Place, Rank
from kheo.results.models import Result


def want(result: Result, because: str) -> Wanted:
    """Put a result among those that the next review counts again, inside the act that decided so. Once, however many ask.

    Somebody who is under way to it for a review already will do.
    """
    result = newest(result)
    under_way = Wanted.objects.filter(result=result, unit__closed_at=None, unit__book__phase=Phase.SEEDED).first()
    if under_way is not None:
        return under_way
    made, _new = Wanted.objects.get_or_create(
        result=result, unit=None, defaults={"because": Because(because), "wanted_at": clock.now()}
    )  # two at once: the constraint leaves one
    return made


def begin_review() -> int:
    """Begin the week's review with everything wanted before its hour that has enough others beside it; returns how many units it has.

    For the worker, as often as it likes: each hour begins one review at most. What finds too few others waits for more results there.
    """
    moment = hour_before(clock.now())
    with transaction.atomic():
        city = Place.objects.filter(rank=Rank.CITY).order_by("pk").first()
        if city is None:
            return 0
        lock(city)
        if Book.objects.filter(kind=Kind.REVIEW, frozen_at__gte=moment).exists():
            return 0
        groups: dict[int, tuple[Result, list[Result]]] = {}
        taken: set[int] = set()
        for wanted in Wanted.objects.waiting().filter(wanted_at__lt=moment).select_related("result__place__parent"):
            target = newest(wanted.result)
            if target.hidden_at is not None or target.pk in taken:
                continue
            others = beside(target, taken)
            if len(others) == BESIDE:
                groups[wanted.pk] = target, others
                taken |= {target.pk, *(r.pk for r in others)}
        if not groups:
            return 0
        results = [r for target, others in groups.values() for r in (target, *others)]
        book = freeze_review(sorted(results, key=lambda r: r.pk))  # in an order that says nothing
        units = {unit.result_id: unit for unit in book.units.all()}
        for pk, (target, others) in groups.items():
            wanted = Wanted.objects.get(pk=pk)
            wanted.result, wanted.unit = target, units[target.pk]
            wanted.save(update_fields=["result", "unit"])
            wanted.beside.set(others)
        return len(results)
