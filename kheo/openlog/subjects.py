"""Receipts for a page: things to the numbers of their entries in the public log, in one query."""

from collections.abc import Iterable

from django.db import models

from kheo.openlog.door import name_of
from kheo.openlog.models import Entry


def receipts_for(things: Iterable[models.Model | None]) -> dict[str, int | None]:
    """``"needs.need:12"`` → its first entry; ``"needs.need:12 need.answered"`` → the newest of that verb. None: not numbered yet."""
    names = {name_of(thing) for thing in things if thing is not None and thing.pk is not None}
    found: dict[str, int | None] = {}
    if names:
        for subject, verb, index in Entry.objects.filter(subject__in=names).order_by("id").values_list("subject", "verb", "index"):
            found.setdefault(subject, index)
            found[f"{subject} {verb}"] = index
    return found
