"""For tests of this room and of those above it: a registered work, and photos, without walking the whole chain."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kheo.core import clock
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative, State, Target
from kheo.people.models import User
from kheo.places.models import Place

LAMPS, METRES = "rural-lighting.lamps", "rural-lighting.lit-m"
_numbers = itertools.count(1)


def work(place: Place, organiser: User, kit: str = "rural-lighting", targets: dict[str, int] | None = None, **more: Any) -> Initiative:
    """An initiative that the ward registered thirty days ago; ``more`` are other columns."""
    n, then = next(_numbers), clock.now() - timedelta(days=30)
    columns = {"state": State.REGISTERED, "registered_at": then, "drafted_at": then, "title": f"Work {n}", "slug": f"work-{n}"} | more
    made = Initiative.objects.create(kit=kit, kit_hash="0" * 64, summary="…", place=place, organiser=organiser, **columns)
    for indicator, quantity in (targets or {}).items():
        Target.objects.create(initiative=made, indicator=indicator, quantity=quantity)
    return made


def photo() -> Photo:
    """A stored photo's row (no file)."""
    name = f"{next(_numbers):064x}"
    return Photo.objects.create(sha256=name, width=4, height=3, bytes=9, stored_at=clock.now(), original_sha256=name)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each in its own thread and connection; the results or exceptions in order."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection

    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        except Exception as e:  # what went wrong is what the test looks at
            return e
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
