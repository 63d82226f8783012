"""A registered work with a book, its keeper, and small helpers."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.evidence import photos
from kheo.initiatives.models import Initiative, State
from kheo.ledger import actions


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def work(db, city, person):
    """A registered work of the area, organised by a school's teacher who holds no role at the place."""
    now = clock.now()
    return Initiative.objects.create(
        slug="den-hem-47",
        kit="rural-lighting",
        kit_hash="0" * 64,
        title="Đèn hẻm 47",
        summary="Thirty lamps for the alley.",
        place=city.area,
        site=city.road,
        organiser=person(Role.ORGANISER, city.other_ward, "cô Lan"),
        state=State.REGISTERED,
        drafted_at=now,
        registered_at=now,
    )


@pytest.fixture
def keeper(actor, city):
    """The head of the area."""
    return actor(Role.HEAD, city.area)


@pytest.fixture
def give(keeper, work):
    """``give(100)``: a receipt of 100 đồng (or another unit)."""

    def make(amount=100_000, unit="VND", **more):
        return actions.receive(keeper, work, unit=unit, amount=amount, **more)

    return make


@pytest.fixture
def paper(db, photo_upload):
    """A supplier's paper, without which no money goes out."""
    return photos.store(photo_upload())


@pytest.fixture
def post():
    """``post(client, "receive", work.slug, amount="5")``: send a form of the book, in English, with a new act id."""

    def send(client, form, /, *args, follow=False, **data):
        data.setdefault("act_id", uuid.uuid4())
        return client.post(reverse(f"ledger:{form}", args=args), data, headers={"accept-language": "en"}, follow=follow)

    return send


@pytest.fixture
def together() -> Callable[..., list[str]]:
    """``together(act, 4)``: run ``act(i)`` in threads at once; "done" or "refused" per thread."""

    def run_all(act, n=2):
        barrier, outcomes = threading.Barrier(n), []

        def run(i):
            try:
                barrier.wait()
                act(i)
                outcomes.append("done")
            except (Refused, Invalid):
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes)

    return run_all


@pytest.fixture
def at_day(monkeypatch):
    """``at_day(4)``: from now on it is four days later."""

    def set_to(days):
        then = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: then)
        monkeypatch.setattr(clock, "today", lambda: timezone.localdate(then))

    return set_to
