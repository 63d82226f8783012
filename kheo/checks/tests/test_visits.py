"""From a drawn book to closed checks: who is sent, what they read, what counts in the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count
from hypothesis import given
from hypothesis import strategies as st

from kheo.checks import actions, dispatching, draw, settling, testing
from kheo.checks.actions.held import ends
from kheo.checks.actions.visits import GO, GRACE
from kheo.checks.dispatching import THIRD, dispatch, half_way, late, waiting_places
from kheo.checks.models import Book, Found, Mark, Unit, Visit, VisitState, Volunteer
from kheo.checks.tests.conftest import count, goes, visits
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import Invalid, Refused
from kheo.openlog import sequencer
from kheo.openlog.models import Entry
from kheo.people.actor import actor_of
from kheo.people.models import Assignment
from kheo.results import tallies
from kheo.results.models import Result, Standing
from kheo.results.testing import at_once, photo


@pytest.fixture
def later(settings: Any) -> Any:
    """``with later(hours=30)``: the clock stands so much ahead."""
    settings.KHEO_DEMO = True
    return lambda **more: clock.at(clock.now() + timedelta(**more))


# ── which reading counts (pure) ──


@pytest.mark.parametrize(
    ("read", "tolerance", "open_", "last"),
    [
        ([], 10, None, 0), ([7], 10, None, 7), ([10, 10], 0, 10, 10), ([9, 10], 10, 9, 9), ([10, 9], 10, 9, 9), ([8, 10], 10, None, 8),
        ([8, 10, 10], 10, 10, 10), ([0, 10, 5], 10, 5, 5), ([0, 0], 10, 0, 0), ([3, 900, 4], 0, 4, 4),
    ],
)  # fmt: skip
def test_which_reading_counts(read: list[int], tolerance: int, open_: int | None, last: int) -> None:
    assert settling.settled(read, tolerance) == open_
    assert settling.final(read, tolerance) == last


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=3), st.integers(0, 50))
def test_what_counts_was_read_by_somebody_and_never_hangs_on_the_order(read: list[int], tolerance: int) -> None:
    final = settling.final(read, tolerance)
    assert final in read
    assert settling.final(read[::-1], tolerance) == final
    assert sorted(read).index(final) <= 1  # one who exaggerates alone moves nothing


# ── the chain ──


@pytest.mark.django_db
def test_two_who_agree_close_the_check(book: Book, neighbours: list[Actor], city: Any) -> None:
    assert dispatch() > 0
    unit = book.units.get()
    first, second = visits(unit)
    assert first.volunteer_id != second.volunteer_id
    count(first, neighbours, 10)
    unit.refresh_from_db()
    assert unit.closed_at is None
    assert not Entry.objects.filter(verb="book.unit-closed").exists()
    done = count(second, neighbours, 10)
    unit.refresh_from_db()
    assert (unit.reading, unit.outcome, unit.counted) == (10, Found.RIGHT, 10)
    result = Result.objects.get()
    assert (result.checked, result.standing) == (10, Standing.RIGHT)
    assert tallies.compare() == []
    assert Mark.objects.get().at_least == 10
    entry = Entry.objects.get(verb="book.unit-closed")
    clear = str(bytes(entry.leaf))
    assert unit.key in clear and '"readings":[10,10]' in clear and str(city.area.slug) in clear
    assert done.photo and not done.photo.public
    done.photo.refresh_from_db()
    assert done.photo.public


@pytest.mark.django_db
def test_a_third_goes_where_two_disagree_and_the_median_counts(book: Book, neighbours: list[Actor]) -> None:
    dispatch()
    unit = book.units.get()
    first, second = visits(unit)
    count(first, neighbours, 10)
    count(second, neighbours, 4)
    dispatch()
    (third,) = visits(unit)
    assert third.seat == 3
    count(third, neighbours, 5)
    unit.refresh_from_db()
    assert (unit.reading, unit.outcome) == (5, Found.SHORT)
    assert (Result.objects.get().checked, Result.objects.get().standing) == (5, Standing.SHORT)
    assert tallies.compare() == []


@pytest.mark.django_db
def test_where_no_third_comes_in_time_the_lowest_counts(book: Book, neighbours: list[Actor], later: Any) -> None:
    dispatch()
    first, second = visits(book.units.get())
    count(first, neighbours, 10)
    count(second, neighbours, 4)
    Volunteer.objects.update(left_at=clock.now())
    with later(days=THIRD.days - 1):
        dispatch()
        assert book.units.get().closed_at is None
        assert waiting_places(book) == 1
    with later(days=THIRD.days + 1):
        dispatch()
    assert book.units.get().reading == 4


@pytest.mark.django_db
def test_nobody_there_reads_0_at_the_end_and_is_not_called_wrong(book: Book) -> None:
    assert waiting_places(book) == 0
    dispatch()
    assert waiting_places(book) == 1
    unit = book.units.get()
    assert actions.close_unit(unit)
    assert not actions.close_unit(unit)
    unit.refresh_from_db()
    assert (unit.reading, unit.outcome) == (0, Found.UNVISITED)
    assert (Result.objects.get().checked, Result.objects.get().standing) == (None, Standing.WAITING)
    assert Mark.objects.get().at_least == 0


@pytest.mark.django_db
def test_a_bridge_told_twice_is_found_once(city: Any, claim: Any, actor: Any, neighbours: list[Actor]) -> None:
    day = clock.today()
    for days in (3, 1):
        claim(1, indicator="bridge.bridges", site=city.road, day=day - timedelta(days=days))
    board = actor(Role.CITY_BOARD, city.city)
    drawn = actions.freeze_book(board, city.ward, indicator="bridge.bridges", starts_on=day - timedelta(days=9), ends_on=day)
    Book.objects.update(draw_at=clock.now() - timedelta(seconds=1))
    for _turn in range(3):
        sequencer.drain()
        actions.fix_checkpoint(drawn)
    dispatch()
    while visit := Visit.objects.open().first():
        count(visit, neighbours, 1)  # everybody sees the one bridge
    found = dict(drawn.units.order_by("result").values_list("reading", "outcome"))
    assert found == {1: Found.RIGHT, 0: Found.SHORT}
    drawn.refresh_from_db()
    assert (drawn.claimed, drawn.at_least) == (2, 1)


@pytest.mark.django_db
def test_a_corrected_reading_computes_everything_anew(book: Book, neighbours: list[Actor], city: Any, actor: Any) -> None:
    dispatch()
    unit = book.units.get()
    for visit in visits(unit):
        count(visit, neighbours, 10)
    board = actor(Role.CITY_BOARD, city.city)
    with pytest.raises(Refused):
        actions.reread(actor(Role.OFFICER, city.ward), unit, reading=3, why="Ghi nhầm")
    with pytest.raises(Invalid):
        actions.reread(board, unit, reading=3, why=" ")
    actions.reread(board, unit, reading=3, why="Ghi nhầm")
    book.refresh_from_db()
    assert (Mark.objects.get().at_least, book.at_least, Result.objects.get().checked) == (3, 3, 3)
    assert tallies.compare() == []


@pytest.mark.django_db
def test_whoever_has_an_office_there_or_a_part_in_the_work_corrects_no_reading(
    book: Book, neighbours: list[Actor], city: Any, person: Any
) -> None:
    """A head or officer who sits on the board as well could raise the reading of their own works."""
    dispatch()
    unit = book.units.get()
    for visit in visits(unit):
        count(visit, neighbours, 4)
    grants = ((Role.HEAD, city.area), (Role.OFFICER, city.ward), (Role.ORGANISER, city.area2), (None, None))
    people = [person(Role.CITY_BOARD, city.city, str(n)) for n in range(len(grants))]
    for user, (role, at) in zip(people, grants, strict=True):
        if role:
            Assignment.objects.create(user=user, role=role, place=at, since=clock.today())
    Result.objects.filter(pk=unit.result_id).update(reported_by=people[3])
    for user in people:
        with pytest.raises(Refused):
            actions.reread(actor_of(user), unit, reading=10, why="Ghi nhầm")
    unit.refresh_from_db()
    assert unit.reading == 4
    actions.reread(actor_of(person(Role.CITY_BOARD, city.city, "outside")), unit, reading=5, why="Ghi nhầm")


# ── in order, with room, on time ──


@pytest.mark.django_db
def test_so_many_tickets_at_once_in_rank_order_and_again_changes_nothing(city: Any, claim: Any, actor: Any, monkeypatch: Any) -> None:
    assert dispatching.OUT_AT_ONCE == 20
    monkeypatch.setattr(dispatching, "OUT_AT_ONCE", 3)
    book = testing.book(city.city, {claim(5, site=city.road): [1] * 5}, planned=4)
    for i in range(3):
        actions.join_pool(actor(name=f"n{i}"), city.area2)
    dispatch()
    sent = book.units.filter(sent_at__isnull=False).order_by("rank")
    assert list(sent.values_list("rank", flat=True)) == [0, 1, 2]
    assert set(Volunteer.objects.annotate(n=Count("visits")).values_list("n", flat=True)) == {2}
    assert dispatch() == 0
    assert Visit.objects.count() == 6
    for unit in sent:
        actions.close_unit(unit)
    dispatch()
    assert list(sent.values_list("rank", flat=True)) == [0, 1, 2, 3]  # the fifth was never announced


@pytest.mark.django_db
def test_who_is_asked_first_comes_from_the_seed_alone(book: Book, neighbours: list[Actor]) -> None:
    dispatch()
    unit = book.units.get()
    order = draw.order_of_checkers(book.seed, unit.key, [str(pk) for pk in Volunteer.objects.values_list("pk", flat=True)])
    assert [str(v.volunteer_id) for v in visits(unit)] == order[:2]


@pytest.mark.django_db
def test_no_answer_and_no_visit_in_time_go_to_somebody_else(book: Book, neighbours: list[Actor], later: Any) -> None:
    dispatch()
    unit = book.units.get()
    first, second = visits(unit)
    who = goes(second, neighbours)
    actions.accept_visit(who, second)
    with later(hours=25):
        assert [v.pk for v in late(clock.now())] == [first.pk]
        dispatch()
        assert {v.seat for v in visits(unit)} == {1, 2}
        with pytest.raises(Refused, match="hết hạn"):
            actions.accept_visit(goes(first, neighbours), first)
    with later(hours=(GO + GRACE).total_seconds() / 3600 + 1):
        dispatch()
        second.refresh_from_db()
        assert second.state == VisitState.EXPIRED
        with pytest.raises(Refused):
            actions.read(who, second, measured=10, photo=photo(), nonce=second.nonce)


@pytest.mark.django_db
def test_one_reminder_half_way_by_mail_and_none_names_the_place(
    book: Book, neighbours: list[Actor], later: Any, django_capture_on_commit_callbacks: Any, mailoutbox: Any, city: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        dispatch()
    with later(hours=13):
        assert len(half_way(clock.now())) == 2
        dispatch()
        assert half_way(clock.now()) == []
        assert dispatch() == 0
    for visit in Visit.objects.all():
        assert visit.reminded_at is not None
    for mail in mailoutbox:
        assert city.area.name not in mail.body and city.ward.name not in mail.body


@pytest.mark.django_db
def test_nobody_is_sent_when_the_book_is_about_to_close(book: Book, neighbours: list[Actor], later: Any) -> None:
    hours = (ends(book) - clock.now()).total_seconds() / 3600
    with later(hours=hours - 1):
        assert dispatch() == 0
    with later(hours=hours - 20):
        dispatch()
        assert {v.answer_by for v in Visit.objects.all()} == {ends(book)}


@pytest.mark.django_db
def test_whoever_leaves_hands_back_what_they_were_asked(book: Book, neighbours: list[Actor]) -> None:
    dispatch()
    first = visits(book.units.get())[0]
    who = goes(first, neighbours)
    actions.leave_pool(who, Volunteer.objects.of(who).get())
    first.refresh_from_db()
    assert first.state == VisitState.DECLINED
    dispatch()
    assert first.volunteer_id not in {v.volunteer_id for v in visits(book.units.get())}


@pytest.mark.django_db
def test_of_households_nothing_is_left_when_the_book_closes(book: Book, city: Any) -> None:
    homes = [Actor(f"household:{i}", household=city.area2.path) for i in range(2)]
    for home in homes:
        actions.join_pool(home, city.area2)
    dispatch()
    for visit in visits(book.units.get()):
        count(visit, homes, 10)
    assert actions.forget_households(book) == 2
    assert not Visit.objects.filter(volunteer__isnull=False).exists()
    kept = b"".join(bytes(e.leaf) + bytes(e.facts or b"") + bytes(e.private or b"") for e in Entry.objects.all())
    for home in homes:
        assert home.key.encode() not in kept
        assert Volunteer.objects.of(home).get().key.encode() not in kept


# ── two at once ──


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_leave_one(book: Book, neighbours: list[Actor]) -> None:
    dispatch()
    visit = visits(book.units.get())[0]
    who = goes(visit, neighbours)
    at_once(lambda: actions.decline_visit(who, visit), lambda: actions.decline_visit(who, visit), lambda: actions.accept_visit(who, visit))
    assert Entry.objects.filter(verb="visit.passed").count() == 1
    visit.refresh_from_db()
    assert visit.state == VisitState.DECLINED


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_once_and_two_readings_close_once(book: Book, neighbours: list[Actor]) -> None:
    at_once(dispatch, dispatch)
    unit = book.units.get()
    first, second = visits(unit)
    made = [(goes(v, neighbours), actions.accept_visit(goes(v, neighbours), v)) for v in (first, second)]
    photos = [photo(), photo()]
    done = at_once(
        *(lambda w=w, v=v, p=p: actions.read(w, v, measured=9, photo=p, nonce=v.nonce) for (w, v), p in zip(made, photos, strict=True))
    )
    assert all(isinstance(d, Visit) for d in done), done
    assert Entry.objects.filter(verb="book.unit-closed").count() == 1
    assert Unit.objects.get().reading == 9
