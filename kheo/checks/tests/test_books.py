"""A book from its freeze to its close, through the acts."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kheo.checks import actions, bookfile, draw, totals
from kheo.checks import testing as rows
from kheo.checks.models import Book, Found, Phase, Roll, Unit
from kheo.core import clock
from kheo.core.actor import SYSTEM, Role
from kheo.core.rules import Invalid, Refused
from kheo.openlog import canonical, sequencer
from kheo.openlog.models import Checkpoint, Entry
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, User
from kheo.results import actions as results
from kheo.results.models import Result
from kheo.results.testing import LAMPS, at_once, photo, work

pytestmark = pytest.mark.django_db
DICE = {"Mặt trận": "1234567", "Người cao tuổi": "8901234", "Đoàn thanh niên": "567890"}


@pytest.fixture
def told(city: Any, actor: Any, person: Any) -> Any:
    """``told(90)``: the head reports so many lamps; the day and site may be said."""
    head = actor(Role.HEAD, city.area)
    initiative = work(city.area, person(Role.HEAD, city.area))

    def report(quantity: int, days: int = 0, **more: Any) -> Any:
        day = clock.today() - timedelta(days=days)
        more = {"site": city.road, "photos": [photo()]} | more
        return results.report_result(head, initiative, indicator=LAMPS, quantity=quantity, day=day, **more)

    return report


@pytest.fixture
def board(city: Any, actor: Any) -> Any:
    return actor(Role.CITY_BOARD, city.city)


def freeze(board: Any, scope: Any, **more: Any) -> Book:
    today = clock.today()
    period = {"starts_on": today - timedelta(days=20), "ends_on": today}
    return actions.freeze_book(board, scope, **{"indicator": LAMPS} | period | more)


def come(book: Book) -> Book:
    """The announced moment comes, and the log goes on until the checkpoint is fixed."""
    Book.objects.filter(pk=book.pk).update(draw_at=clock.now() - timedelta(seconds=1))
    book.refresh_from_db()
    for _round in range(3):
        sequencer.drain()
        if actions.fix_checkpoint(book):
            break
    book.refresh_from_db()
    return book


def clear(verb: str, book: Book) -> list[dict[str, Any]]:
    rows = Entry.objects.filter(verb=verb).order_by("pk")
    found = [canonical.decode(bytes(e.leaf))["clear"] for e in rows]
    return [c for c in found if c["book"] == book.pk]


def roll(book: Book, *people: Any, dice: dict[str, str] | None = None) -> Book:
    for who in people:
        actions.enter_roll(who, book, digits=dice or DICE)
    book.refresh_from_db()
    return book


def test_a_round_from_the_freeze_to_its_close(city: Any, actor: Any, board: Any, told: Any) -> None:
    result = told(90)
    book = freeze(board, city.ward, planned=5)
    assert (book.phase, book.count, book.claimed, book.planned, book.whole) == (Phase.FROZEN, 90, 90, 5, False)
    assert book.alpha == totals.alpha_of_round(1)
    assert sorted(u.at["nth"] for u in book.units.all()) == list(range(1, 91))
    units = dict(book.units.values_list("key", "claim"))
    assert book.root == draw.book_root(units).hex()
    assert not actions.fix_checkpoint(book), "the announced moment has not come"

    come(book)
    assert book.phase == Phase.FIXED
    assert Checkpoint.objects.get(size=book.checkpoint_size).at >= book.draw_at

    one, two = actor(Role.OFFICER, city.ward), board
    roll(book, one, two)
    assert book.phase == Phase.SEEDED
    assert book.seed == f"kheo-draw-v1,{book.root},{book.checkpoint_root},12345678901234567890"
    order = list(draw.tickets(book.seed, units))
    assert [u.key for u in book.units.order_by("rank")] == order

    for unit in book.units.filter(rank__lt=5).order_by("rank"):
        Unit.objects.filter(pk=unit.pk).update(sent_at=clock.now())
    with pytest.raises(Refused):
        actions.close_book(board, book)
    Book.objects.update(closes_on=clock.today() - timedelta(days=1))
    assert actions.close_due_books() == 1
    book.refresh_from_db()
    assert (book.phase, book.at_least) == (Phase.CLOSED, 0)
    assert set(book.units.filter(rank__lt=5).values_list("outcome", flat=True)) == {Found.UNVISITED}
    assert not book.units.filter(rank__gte=5, closed_at__isnull=False).exists(), "nobody was sent there"

    opened = clear("book.opened", book)
    assert {key: claim for part in opened for key, claim in part["units"]} == units
    (closed,) = clear("book.closed", book)
    assert (closed["parts"], closed["unvisited"], closed["right"], closed["at_least"]) == (1, 5, 0, 0)
    (frozen,) = clear("book.frozen", book)
    assert (frozen["units"], frozen["claimed"], frozen["root"], frozen["alpha"]) == (90, 90, book.root, book.alpha)
    (seeded,) = clear("book.seeded", book)
    assert seeded["rolls"] == [[party, digits] for party, digits in DICE.items()]
    result.refresh_from_db()
    assert result.checked is None, "nobody has been there: that is not wrong"


def sent(**fields: Any) -> dict[str, Any]:
    return {"act_id": str(uuid.uuid4()), **fields}


def test_the_whole_draw_by_forms(city: Any, signed_in: Any, told: Any) -> None:
    told(90)
    board, officer = signed_in(Role.CITY_BOARD, city.city), signed_in(Role.OFFICER, city.ward)
    address = f"{reverse('checks:freeze-book')}?scope={city.ward.slug}"
    today = clock.today()
    moment = timezone.localtime(clock.now() + timedelta(hours=1))
    data = sent(
        indicator=LAMPS, ask="round", starts_on=today - timedelta(days=20), ends_on=today, draw_at=moment.isoformat()[:16],
        planned=5, closes_on=today + timedelta(days=30), beacon_name="",
    )  # fmt: skip
    asked = board.post(address, data)
    assert "90" in asked.content.decode() and not Book.objects.exists(), "first it is shown what it means"
    board.post(address, data | {"sure": "1"})
    board.post(address, data | {"sure": "1"})
    book = Book.objects.get()
    page = reverse("checks:draw", args=[book.pk])
    assert officer.get(reverse("checks:roll", args=[book.pk])).status_code == 403, "never dice before the checkpoint"
    come(book)
    assert book.checkpoint_root[:4] in Client().get(page).content.decode()

    rolls = {}
    for n, (party, digits) in enumerate(DICE.items(), start=1):
        rolls |= {f"party_{n}": party, f"digits_{n}": f"{digits[:3]} {digits[3:]}"}
    where = reverse("checks:roll", args=[book.pk])
    board.post(where, sent(**rolls))
    board.post(where, sent(**rolls))
    book.refresh_from_db()
    assert book.phase == Phase.FIXED, "the same person twice is one person"
    assert "1234567" not in officer.get(where).content.decode(), "the second person doesn't see what the first typed"
    wrong = officer.post(where, sent(**rolls | {"digits_2": "8901230"}))
    assert "Người cao tuổi" in wrong.content.decode()
    assert Roll.objects.count() == 3, "nothing is kept of what differs"
    assert "8901230" in wrong.content.decode(), "on the page it stands, as the page says"
    officer.post(where, sent(**rolls))
    book.refresh_from_db()
    assert book.phase == Phase.SEEDED and book.seed.endswith(",12345678901234567890")
    assert "8901234" in Client().get(page).content.decode()
    seed = book.seed
    officer.post(where, sent(**{name: value[::-1] if "digits" in name else value for name, value in rolls.items()}))
    book.refresh_from_db()
    assert book.seed == seed, "no second roll"
    assert Client().get(reverse("checks:protocol", args=[book.pk])).content.startswith(b"%PDF")
    for name in ("book-file", "checks-file"):
        assert Client().get(reverse(f"checks:{name}", args=[book.pk])).status_code == 404, "sealed until it is closed"

    Book.objects.update(closes_on=today - timedelta(days=1))
    assert officer.post(reverse("checks:close-book", args=[book.pk]), sent()).status_code in (200, 403)
    board.post(reverse("checks:close-book", args=[book.pk]), sent())
    units = bookfile.read(Client().get(reverse("checks:book-file", args=[book.pk])).content.decode())
    assert units == dict(book.units.values_list("key", "claim"))
    assert bookfile.read_checks(Client().get(reverse("checks:checks-file", args=[book.pk])).content.decode()) == []


def test_a_correction_before_the_checkpoint_makes_the_book_anew_and_is_credit(city: Any, actor: Any, board: Any, told: Any) -> None:
    first, head = told(90), actor(Role.HEAD, city.area)
    book = freeze(board, city.ward)
    root = book.root
    page = reverse("initiative", args=[first.initiative.slug])
    client = Client()
    client.force_login(head_user(head), backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("results:correct", args=[first.pk]) in client.get(page).content.decode(), "one tap from the work's page"
    new = results.correct_result(head, first, quantity=85, note="Đếm lại")
    assert new.credit
    come(book)
    assert (book.phase, book.count, book.claimed) == (Phase.FIXED, 85, 85) and book.root != root
    (again,) = clear("book.refrozen", book)
    assert (again["claimed"], again["root"], again["turn"]) == (85, book.root, 1)
    frozen = Entry.objects.get(verb="book.refrozen")
    assert frozen.index < book.checkpoint_size, "the checkpoint holds the book as it was drawn from"
    assert set(book.units.values_list("result", flat=True)) == {new.pk}


def head_user(head: Any) -> Any:
    return User.objects.get(pk=head.user_id)


def test_a_correction_after_the_seed_only_lowers_what_counts(city: Any, actor: Any, board: Any, told: Any) -> None:
    first, head = told(90), actor(Role.HEAD, city.area)
    book = come(freeze(board, city.ward))
    roll(book, actor(Role.OFFICER, city.ward), board)
    last = book.units.get(at__nth=90)
    for unit in (last, book.units.get(at__nth=1)):  # two checks that found a lamp
        Unit.objects.filter(pk=unit.pk).update(sent_at=clock.now(), closed_at=clock.now(), reading=1, outcome=Found.RIGHT)
    new = results.correct_result(head, first, quantity=88, note="Hai đèn chưa gắn")
    assert not Result.objects.get(pk=new.pk).credit
    caps = {u.at["nth"]: u.cap for u in book.units.filter(cap__isnull=False)}
    assert caps == {89: 0, 90: 0}, "the last ones first"
    assert [u.claim for u in book.units.filter(cap=0)] == [1, 1], "the claim stays"
    assert book.units.get(at__nth=90).counted == 0 and book.units.get(at__nth=1).counted == 1
    (capped,) = clear("book.capped", book)
    assert (capped["ticket"], capped["cap"]) == (last.rank, 0), "of a place whose check is open nothing is told"
    more = results.correct_result(head, new, quantity=200, note="Gắn thêm")
    assert not book.units.filter(cap__isnull=False).exists() and not Result.objects.get(pk=more.pk).credit
    book.refresh_from_db()
    assert book.claimed == 90


def test_few_places_are_all_visited_without_dice(city: Any, actor: Any, board: Any, told: Any) -> None:
    told(11)
    book = come(freeze(board, city.ward))
    assert (book.phase, book.whole, book.planned) == (Phase.SEEDED, True, 11)
    assert book.seed == f"kheo-whole-v1,{book.root},{book.checkpoint_root}"
    (seeded,) = clear("book.seeded", book)
    assert seeded["rolls"] == []
    with pytest.raises(Refused):
        actions.enter_roll(board, book, digits=DICE)


def test_the_draw_from_outside_comes_after_the_dice(city: Any, actor: Any, board: Any, told: Any, signed_in: Any) -> None:
    told(90)
    officer = actor(Role.OFFICER, city.ward)
    book = come(freeze(board, city.ward, beacon_name="XSKT Cần Thơ 2/12, giải đặc biệt"))
    page, english = reverse("checks:draw", args=[book.pk]), {"accept-language": "en"}
    assert book.beacon_name in Client().get(page).content.decode(), "named before it is drawn"
    with pytest.raises(Refused):
        actions.enter_beacon(board, book, beacon="123456")
    roll(book, officer, board)
    assert book.phase == Phase.FIXED and clear("book.rolled", book)[0]["rolls"][0] == ["Mặt trận", "1234567"]
    with pytest.raises(Refused):
        actions.enter_roll(board, book, digits=DICE)
    form = signed_in(Role.CITY_BOARD, city.city)
    told_then = form.post(reverse("checks:beacon", args=[book.pk]), sent(beacon="348291"), headers=english, follow=True).content.decode()
    assert "Now a second person types the same" in told_then and "Type them again" in told_then
    with pytest.raises(Invalid):
        actions.enter_beacon(officer, book, beacon="348290")
    actions.enter_beacon(officer, book, beacon="348291")
    book.refresh_from_db()
    assert book.phase == Phase.SEEDED and book.seed.endswith("67890,348291") and book.beacon == "348291"


@pytest.mark.parametrize(
    "dice",
    [
        {"a": "1234567", "b": "8901234567890"},
        {"a": "123456", "b": "123456", "c": "123456"},
        {"a": "12345", "b": "8901234567", "c": "8901234567"},
        {"a": "123456x", "b": "8901234567", "c": "8901234567"},
        {"": "1234567", "b": "8901234567", "c": "8901234567"},
    ],
    ids=["two parties", "18 digits", "five of one", "no digit", "nobody"],
)
def test_dice_that_are_too_few_or_none_are_refused(dice: dict[str, str], city: Any, board: Any, told: Any) -> None:
    told(90)
    book = come(freeze(board, city.ward))
    with pytest.raises(Invalid):
        actions.enter_roll(board, book, digits=dice)
    assert not Roll.objects.exists()


def test_each_look_spends_risk_and_a_book_given_up_shows_0(city: Any, board: Any, told: Any) -> None:
    told(90)
    book = freeze(board, city.ward)
    with pytest.raises(Refused):
        freeze(board, city.city)
    actions.abandon_book(board, book, reason="Nhầm kỳ")
    book.refresh_from_db()
    assert (book.phase, book.at_least) == (Phase.ABANDONED, 0)
    again = freeze(board, city.city)
    assert (again.turn, again.alpha) == (2, totals.alpha_of_round(2))


def test_a_round_that_nobody_drew_until_its_last_day_is_given_up(city: Any, actor: Any, board: Any, told: Any) -> None:
    told(90)
    book = come(freeze(board, city.ward))
    assert actions.close_due_books() == 0
    Book.objects.update(closes_on=clock.today() - timedelta(days=1))
    assert (actions.close_due_books(), actions.close_due_books()) == (1, 0)
    book.refresh_from_db()
    assert (book.phase, book.at_least) == (Phase.ABANDONED, 0) and clear("book.abandoned", book)
    with pytest.raises(Refused):
        roll(book, board)
    assert freeze(board, city.ward).turn == 2


def test_of_few_places_every_one_has_its_end_also_where_nobody_was_sent(city: Any, board: Any, told: Any, client: Client) -> None:
    told(11)
    book = come(freeze(board, city.ward))
    for unit in book.units.order_by("rank")[:4]:
        rows.closed_unit(unit, 1, seats=(1, 1))
    Book.objects.update(closes_on=clock.today() - timedelta(days=1))
    actions.close_due_books()
    (closed,) = clear("book.closed", book)
    assert (closed["right"], closed["unvisited"], closed["at_least"]) == (4, 7, 4)
    page = client.get(book.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert (
        "4 of 11 lamps counted on site; places nobody could visit, counting as 0: 7" in page and "counted on site, every place" not in page
    )


def test_nothing_is_credit_after_the_draw_not_even_what_was_left_out_of_the_book(city: Any, actor: Any, board: Any, told: Any) -> None:
    head, whole = actor(Role.HEAD, city.area), told(90)
    first = rows.result(whole.initiative, 95, indicator="rural-lighting.burning", site=city.road)
    second = rows.result(whole.initiative, 120, indicator=first.indicator, site=city.road)
    book = come(freeze(board, city.ward, indicator=first.indicator))
    assert book.units.filter(result=second).count() == 25, "the others are the same lamps"
    assert not results.correct_result(head, second, quantity=110, note="Đếm lại").credit


def test_lamps_of_an_earlier_period_or_counted_already_are_not_found_a_second_time(city: Any, board: Any, told: Any, person: Any) -> None:
    told(4)
    there = work(city.area, person(Role.HEAD, city.area))
    rows.result(there, 10, day=clock.today() - timedelta(days=400), site=city.road)
    counted = rows.result(there, 3, site=city.road, checked=2, standing="short")
    rows.checked(rows.book(city.area, {counted: [1] * 3}, phase=Phase.CLOSED), [1, 1, 0])
    book = freeze(board, city.ward)
    assert sorted(u.at["nth"] for u in book.units.all()) == [13, 14, 15, 16]
    other = rows.result(there, 5, indicator="rural-lighting.burning", day=clock.today() - timedelta(days=400), site=city.road)
    assert other.indicator, "lamps that burn are counted anew each year"
    rows.result(there, 7, indicator=other.indicator, site=city.road)
    assert freeze(board, city.ward, indicator=other.indicator).count == 7


def test_a_targeted_check_never_enters_and_is_measured_anew(city: Any, actor: Any, board: Any, told: Any, person: Any) -> None:
    result = told(90)
    checker = person(Role.CHECKER, city.ward)
    check = actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=checker)
    actions.record_check(actor_of(checker), check, measured=90, photo=photo())
    book = freeze(board, city.ward, planned=5)
    assert (book.count, book.claimed) == (90, 90)
    come(book)
    assert book.phase == Phase.FIXED, "nothing changed"


def test_who_answers_for_works_here_announces_no_draw_over_them(city: Any, person: Any, board: Any, told: Any) -> None:
    told(3)
    both = person(Role.CITY_BOARD, city.city, "both")
    Assignment.objects.create(user=both, role=Role.HEAD, place=city.other_area, since=clock.today())
    with pytest.raises(Refused):
        freeze(actor_of(both), city.city)
    assert freeze(actor_of(both), city.ward).count == 3, "in another ward they are a stranger"


def test_help_to_fewer_than_five_homes_gets_no_round_of_its_own(city: Any, board: Any, person: Any) -> None:
    house = work(city.area, person(Role.HEAD, city.area), kit="poor-house")
    rows.result(house, 4, place=city.ward)
    with pytest.raises(Invalid):
        freeze(board, city.ward, indicator="poor-house.houses")
    rows.result(house, 1, place=city.ward)
    book = freeze(board, city.ward, indicator="poor-house.houses")
    assert (book.count, book.claimed) == (2, 5) and all(unit.at == {} for unit in book.units.all())


def test_a_review_is_ordered_at_once_and_names_nothing(city: Any, told: Any) -> None:
    book = actions.freeze_review([told(10), told(4, days=1)])
    assert (book.phase, book.count, book.claimed) == (Phase.SEEDED, 2, 14)
    assert sorted(book.units.values_list("rank", flat=True)) == [0, 1]
    (frozen,) = clear("book.frozen", book)
    assert set(frozen) == {"book", "kind", "units", "root"}
    assert Client().get(reverse("checks:draw", args=[book.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_it_once(city: Any, actor: Any, board: Any, told: Any) -> None:
    told(11)
    book = come(freeze(board, city.ward))
    Book.objects.update(closes_on=clock.today() - timedelta(days=1))
    done = at_once(lambda: actions.close_book(board, book), lambda: actions.close_book(SYSTEM, book))
    assert sorted(type(d) is Book for d in done) == [False, True]
    assert len(clear("book.closed", book)) == len(clear("book.opened", book)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_second_typists_at_once_make_one_seed(city: Any, actor: Any, board: Any, told: Any) -> None:
    told(90)
    book = come(freeze(board, city.ward))
    roll(book, board)
    others = [actor(Role.OFFICER, city.ward), actor(Role.OFFICER, city.ward, "another")]
    at_once(*[lambda who=who: actions.enter_roll(who, book, digits=DICE) for who in others])
    book.refresh_from_db()
    assert book.phase == Phase.SEEDED and len(clear("book.seeded", book)) == 1


def test_the_database_closes_no_check_without_what_was_found(book: Book) -> None:
    unit = book.units.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(closed_at=clock.now())
    Unit.objects.filter(pk=unit.pk).update(closed_at=clock.now(), reading=0, outcome="unvisited")
