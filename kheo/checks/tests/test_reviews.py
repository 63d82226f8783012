"""From "I saw otherwise" to the number somebody found: counted among others, and nothing that anybody can read says which was meant."""

import json
from datetime import timedelta
from typing import Any

import pytest

from kheo.checks import actions, reviewing
from kheo.checks.actions.reviews import begin_review, want
from kheo.checks.dispatching import dispatch
from kheo.checks.keeping import keep_rounds_going
from kheo.checks.models import Because, Book, Dispute, Kind, Phase, Visit, Volunteer, Wanted
from kheo.checks.tests.conftest import count
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.openlog.models import Entry
from kheo.results import tallies
from kheo.results.actions import correct_result
from kheo.results.models import Result, Standing
from kheo.results.testing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(settings: Any) -> Any:
    """``with on(weeks=1)``: an hour after a review may begin, so many weeks on."""
    settings.KHEO_DEMO = True
    return lambda weeks=0: clock.at(reviewing.hour_after(clock.now()) + timedelta(hours=1, weeks=weeks))


@pytest.fixture
def results(city: Any, claim: Any) -> list[Result]:
    return [claim(quantity=20 + n, site=city.road) for n in range(4)]


def doubt(result: Result, actor: Any, city: Any, number: int = 1) -> Dispute:
    said = actions.dispute(Actor(f"household:{number}", household=city.area.path), result, text="Thiếu hai đèn")
    return actions.answer_dispute(actor(Role.CITY_BOARD, city.city), said, outcome="counted", answer="Có người đi đếm.")


def entries(after: int) -> list[Entry]:
    return list(Entry.objects.filter(pk__gt=after).exclude(verb__in=("pool.joined", "check.disputed", "check.dispute-answered")))


def test_from_the_doubt_to_what_was_found(results, city, actor, neighbours, on):
    meant, others = results[2], [r for r in results if r != results[2]]
    said = doubt(meant, actor, city)
    assert begin_review() == 0  # not before the hour
    before = Entry.objects.latest("pk").pk
    with on():
        assert begin_review() == 4 and begin_review() == 0
        book = Book.objects.get(kind=Kind.REVIEW)
        assert {u.result for u in book.units.all()} == set(results) and book.phase == Phase.SEEDED
        wanted = Wanted.objects.get()
        assert wanted.unit.result == meant and set(wanted.beside.all()) == set(others)
        dispatch()
        assert not {v.volunteer_id for v in Visit.objects.all()} & set(
            Volunteer.objects.filter(home=city.area).values_list("pk", flat=True)
        )
        while visit := Visit.objects.open().first():
            count(visit, neighbours, 15 if visit.unit.result == meant else 30)
            dispatch()
        keep_rounds_going()
        book.refresh_from_db()
        assert book.phase == Phase.CLOSED
    for result in results:
        result.refresh_from_db()
    assert (meant.checked, meant.standing) == (15, Standing.SHORT)
    assert {(r.checked == r.quantity, r.standing) for r in others} == {(True, Standing.RIGHT)}
    assert tallies.compare() == []
    looked = reviewing.looked(Dispute.objects.get(pk=said.pk).wanted)
    assert (looked.stage, looked.reading) == (reviewing.Stage.COUNTED, 15)
    # Of all that happened the log says the city and the book, nothing else: whichever was meant, it would stand there the same.
    for entry in entries(before):
        facts = json.loads(bytes(entry.facts)) if entry.facts else {}
        clear = json.loads(bytes(entry.leaf))["clear"]
        assert entry.place == city.city.slug and not facts.get("facts"), entry.verb
        assert set(clear) <= {"book", "kind", "units", "root"} and clear["book"] == book.pk, (entry.verb, clear)


def test_too_few_others_wait(results, city, actor, claim, on):
    doubt(results[0], actor, city)
    Result.objects.filter(pk=results[3].pk).update(withdrawn_at=clock.now())
    with on():
        assert begin_review() == 0 and not Book.objects.exists()
    claim(quantity=40, site=city.road)
    with on(1):
        assert begin_review() == 4


def test_once_however_many_doubt_it(results, city, actor, on):
    first, second = doubt(results[0], actor, city), doubt(results[0], actor, city, 2)
    assert first.wanted == second.wanted
    with on():
        begin_review()
        third = doubt(results[0], actor, city, 3)  # somebody is under way already
    assert third.wanted == first.wanted
    assert Wanted.objects.count() == 1


def test_a_corrected_result_is_visited_in_its_place(results, city, actor, on):
    want(results[0], Because.FLAG)
    newer = correct_result(actor(Role.ORGANISER, city.ward), results[0], quantity=11, note="đếm lại")
    with on():
        assert begin_review() == 4
    wanted = Wanted.objects.get()
    assert wanted.result == newer == wanted.unit.result


@pytest.mark.django_db(transaction=True)
def test_two_workers_begin_one_review(results, city, actor, settings):
    settings.KHEO_DEMO = True
    doubt(results[0], actor, city)
    moment = reviewing.hour_after(clock.now()) + timedelta(hours=1)

    def begin() -> int:
        with clock.at(moment):
            return begin_review()

    assert sorted(at_once(begin, begin)) == [0, 4]
    assert Book.objects.count() == 1
