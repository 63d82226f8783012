"""Looking again at what somebody doubted, among others that nobody doubts, outside every sample."""

from kheo.checks.models import Because, Phase, Wanted
from kheo.checks.reviewing import newest
from kheo.core import clock
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
