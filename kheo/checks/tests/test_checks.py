"""Asking somebody to count, and what they answer, through the screens."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kheo.checks import actions
from kheo.checks.models import Check, State
from kheo.checks.testing import without_dice
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.evidence.models import Photo
from kheo.initiatives.models import State as Life
from kheo.openlog.models import Entry
from kheo.people.actor import actor_of
from kheo.results import sums, tallies
from kheo.results.actions import correct_result, report_result
from kheo.results.models import Standing
from kheo.results.testing import LAMPS, METRES, at_once, photo, work

pytestmark = pytest.mark.django_db
CLAIM = 7391  # metres: a number that stands in no page by chance


@pytest.fixture
def lighting(city, person):
    targets = {METRES: 9000, LAMPS: 100}
    return work(city.area, person(Role.ORGANISER, city.ward), targets=targets, title=f"Thắp sáng {CLAIM} m", site=city.road)


@pytest.fixture
def result(lighting, city, actor):
    return report_result(
        actor(Role.ORGANISER, city.ward),
        lighting,
        indicator=METRES,
        quantity=CLAIM,
        day=clock.today(),
        note=f"đủ {CLAIM} m",
        photos=[photo()],
    )


@pytest.fixture
def check(result, city, person, actor):
    return actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=person(Role.CHECKER, city.ward))


@pytest.fixture
def send(check, signed_in, city, photo_upload):
    """Count as the checker who was asked."""

    def post(client=None, what="check", **changed):
        values = {"act_id": uuid4(), "measured": "7391", "photo": photo_upload()} if what == "check" else {"act_id": uuid4()}
        values |= changed
        url = reverse(f"checks:{what}", args=[check.pk])
        return (client or signed_in(Role.CHECKER, city.ward)).post(
            url, {k: v for k, v in values.items() if v is not None}, headers={"Accept-Language": "en"}
        )

    return post


def figures(result):
    return sums.of_initiatives([result.initiative_id])[result.initiative_id][result.indicator]


# ── asking ──


def test_an_officer_asks_and_the_checker_finds_it(result, signed_in, city, person):
    person(Role.CHECKER, city.ward)
    officer, url = signed_in(Role.OFFICER, city.ward), reverse("checks:ask", args=[result.pk])
    assert person(Role.CHECKER, city.ward).name in officer.get(url).content.decode()
    response = officer.post(url, {"act_id": uuid4(), "checker": person(Role.CHECKER, city.ward).pk})
    assert response.status_code == 302
    check = Check.objects.get()
    assert check.due_on == clock.today() + timedelta(days=7)
    assert list(Check.objects.waiting_for(check.checker_id)) == [check]
    entry = Entry.objects.get(verb="check.asked")
    assert f"user:{check.checker_id}" not in bytes(entry.leaf).decode() + bytes(entry.facts).decode()


def test_asked_twice_with_one_form_asks_once(result, signed_in, city, person):
    values = {"act_id": uuid4(), "checker": person(Role.CHECKER, city.ward).pk}
    officer, url = signed_in(Role.OFFICER, city.ward), reverse("checks:ask", args=[result.pk])
    assert officer.post(url, values).status_code == 302
    assert officer.post(url, values).status_code == 302
    assert Check.objects.count() == 1


def test_while_somebody_still_has_time_nobody_else_is_asked(check, result, signed_in, city, person, actor):
    url = reverse("checks:ask", args=[result.pk])
    assert signed_in(Role.OFFICER, city.ward).get(url).status_code == 403
    Check.objects.update(due_on=clock.today() - timedelta(days=1))
    other = person(Role.CHECKER, city.ward, "another")
    assert actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=other).state == State.ASKED


@pytest.mark.parametrize("answer", ["decline", "unreached"])
def test_whoever_handed_it_back_may_be_asked_again(check, result, send, signed_in, city, person, answer):
    officer, url = signed_in(Role.OFFICER, city.ward), reverse("checks:ask", args=[result.pk])
    assert send(what=answer).status_code == 302
    checker = person(Role.CHECKER, city.ward)
    assert f'value="{checker.pk}"' in officer.get(url).content.decode()
    assert officer.post(url, {"act_id": uuid4(), "checker": checker.pk}).status_code == 302
    again = Check.objects.get(state=State.ASKED)
    assert (again.checker, again.pk != check.pk) == (checker, True)
    assert list(Check.objects.waiting_for(checker.pk)) == [again]
    assert send().status_code == 403  # the old page is closed: it was handed back
    assert Check.objects.filter(state=State.DONE).count() == 0
    actions.record_check(actor_of(checker), again, measured=CLAIM, photo=photo())
    assert Check.objects.filter(state=State.DONE).get() == again


def test_whoever_is_late_is_not_asked_twice(check, result, signed_in, city, person):
    Check.objects.update(due_on=clock.today() - timedelta(days=1))
    url = reverse("checks:ask", args=[result.pk])
    values = {"act_id": uuid4(), "checker": person(Role.CHECKER, city.ward).pk}
    response = signed_in(Role.OFFICER, city.ward).post(url, values, headers={"Accept-Language": "en"})
    assert "has been asked already" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.create(result=result, checker=check.checker, asked_at=clock.now(), due_on=clock.today())


def test_only_the_wards_officer_asks(result, signed_in, city, client):
    url = reverse("checks:ask", args=[result.pk])
    others = [client, *(signed_in(*r) for r in ((), (Role.HEAD, city.area), (Role.CHECKER, city.ward), (Role.OFFICER, city.other_ward)))]
    assert [c.get(url).status_code for c in others] == [403] * 5
    assert [c.post(url, {"act_id": uuid4()}).status_code for c in others] == [403] * 5


def test_a_person_who_may_not_check_is_not_taken(result, signed_in, city, person):
    for user in (person(Role.CHECKER, city.other_ward), person(Role.HEAD, city.area), person(Role.ORGANISER, city.ward)):
        response = signed_in(Role.OFFICER, city.ward).post(reverse("checks:ask", args=[result.pk]), {"act_id": uuid4(), "checker": user.pk})
        assert response.status_code == 200
        assert response.context["form"].errors["checker"]
    assert not Check.objects.exists()


@pytest.mark.parametrize("days", [-1, 61])
def test_a_day_that_can_not_be_is_refused(result, signed_in, city, person, days):
    values = {"act_id": uuid4(), "checker": person(Role.CHECKER, city.ward).pk, "due_on": clock.today() + timedelta(days=days)}
    url = reverse("checks:ask", args=[result.pk])
    response = signed_in(Role.OFFICER, city.ward).post(url, values, headers={"Accept-Language": "en"})
    assert "within the next two months" in response.content.decode()


# ── counting, blind ──


@pytest.mark.parametrize("language", ["vi", "en", "id"])
def test_the_claim_is_nowhere_on_the_checkers_screen(check, signed_in, city, language):
    response = signed_in(Role.CHECKER, city.ward).get(reverse("checks:check", args=[check.pk]), headers={"Accept-Language": language})
    assert response.status_code == 200
    told = without_dice(response.text + str(response.headers))
    for written in ("7391", "7.391", "7,391", "7\u00a0391", "7 391", "7,3 km", "7.3 km", "9000", "9.000"):
        assert written not in told
    assert city.road.full_name in told


def test_the_claim_is_not_told_after_a_wrong_entry_either(send):
    for measured in ("", "-1", "1e3", "10001", "9" * 30):
        response = send(measured=measured)
        assert response.status_code == 200
        assert not re.search(r"7[.,\s]?391", without_dice(response.text + str(response.headers)))
    assert Check.objects.get().state == State.ASKED


def test_a_right_count_makes_the_claim_checked(send, check, result):
    assert send().status_code == 302
    result.refresh_from_db()
    check.refresh_from_db()
    assert (result.checked, result.standing, check.state, check.measured) == (CLAIM, Standing.RIGHT, State.DONE, CLAIM)
    assert check.photo.public
    found = figures(result)
    assert (found.checked, found.checks, found.right, found.short, found.waiting) == (CLAIM, 1, 1, 0, 0)
    clear = json.loads(bytes(Entry.objects.get(verb="check.recorded").leaf))["clear"]
    assert clear == {"check": check.pk, "result": result.pk, "indicator": METRES, "measured": CLAIM, "checked": CLAIM}
    assert tallies.compare() == []


@pytest.mark.parametrize(
    ("measured", "checked", "standing"),
    [(8000, CLAIM, Standing.RIGHT), (7100, 7100, Standing.RIGHT), (6000, 6000, Standing.SHORT), (0, 0, Standing.SHORT)],
)
def test_checked_is_never_more_than_claimed_and_short_is_beyond_the_tolerance(send, result, measured, checked, standing):
    assert send(measured=str(measured)).status_code == 302
    result.refresh_from_db()
    assert (result.checked, result.standing) == (checked, standing)
    assert figures(result).short == (standing == Standing.SHORT)


@pytest.mark.parametrize(
    ("measured", "words"),
    [("-1", "below zero"), ("1e3", "whole number"), ("4.5", "whole number"), ("10001", "right"), ("9" * 30, "right"), ("", "number")],
)
def test_a_number_that_can_not_be_is_refused_with_words(send, measured, words):
    assert words in send(measured=measured).content.decode()
    assert Check.objects.get().state == State.ASKED


def test_a_photo_is_needed(send):
    assert "photo is needed" in send(photo=None).content.decode()
    assert Check.objects.get().state == State.ASKED


def test_sent_twice_it_counts_once(send, result):
    act_id = uuid4()
    assert [send(act_id=act_id).status_code for _ in range(2)] == [302, 302]
    assert figures(result).checks == 1


def test_a_second_count_by_another_form_is_refused(send, result):
    send()
    assert send(measured="1").status_code == 403
    result.refresh_from_db()
    assert result.checked == CLAIM


def test_only_who_was_asked_may_look_or_count(check, send, signed_in, city, client):
    others = [(Role.CHECKER, city.ward, "another"), (Role.OFFICER, city.ward), (Role.ORGANISER, city.ward), (Role.HEAD, city.area), ()]
    before = Photo.objects.count()
    for other in (client, *(signed_in(*r) for r in others)):
        assert other.get(reverse("checks:check", args=[check.pk])).status_code == 403
        for what in ("check", "decline", "unreached"):
            assert send(other, what).status_code == 403
    assert Photo.objects.count() == before


def test_a_checker_who_has_taken_part_since_can_not_count(check, send, lighting):
    lighting.organiser = check.checker
    lighting.save()
    assert send().status_code == 403
    assert send(what="decline").status_code == 302


def test_a_completed_work_can_still_be_checked(lighting, send):
    lighting.state = Life.COMPLETED
    lighting.save()
    assert send().status_code == 302


def test_a_corrected_claim_can_not_be_checked_but_the_new_one_is(check, result, actor, city, send):
    new = correct_result(actor(Role.ORGANISER, city.ward), result, quantity=7000, note="đo lại")
    check.refresh_from_db()
    assert check.result == new
    with pytest.raises(Refused):
        actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=check.checker)
    assert send().status_code == 302
    assert figures(result).checked == 7000


# ── handing back ──


def test_declined_without_a_reason_somebody_else_is_asked(send, check, result, actor, city, person):
    assert send(what="decline").status_code == 302
    check.refresh_from_db()
    assert check.state == State.DECLINED
    assert figures(result).waiting == 1
    other = person(Role.CHECKER, city.ward, "another")
    assert actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=other).state == State.ASKED


def test_unreached_is_neither_wrong_nor_waiting(send, check, result):
    assert send(what="unreached", note="Nước ngập").status_code == 302
    check.refresh_from_db()
    result.refresh_from_db()
    assert (check.state, check.note, result.checked) == (State.UNREACHED, "Nước ngập", None)
    found = figures(result)
    assert (found.unreached, found.waiting, found.short, found.checks) == (1, 0, 0, 0)
    assert tallies.compare() == []


def test_reached_later_it_is_unreached_no_more(send, result, actor, city, person):
    send(what="unreached")
    other = person(Role.CHECKER, city.ward, "another")
    check = actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=other)
    actions.record_check(actor(Role.CHECKER, city.ward, "another"), check, measured=10, photo=photo())
    found = figures(result)
    assert (found.unreached, found.short, found.checks) == (0, 1, 1)
    assert tallies.compare() == []


def test_handed_back_it_can_not_be_answered_again(send):
    send(what="decline")
    assert send().status_code == 403
    assert "handed this back" in send(what="unreached").content.decode()


def test_handing_back_needs_a_post(check, signed_in, city):
    checker = signed_in(Role.CHECKER, city.ward)
    assert [checker.get(reverse(f"checks:{what}", args=[check.pk])).status_code for what in ("decline", "unreached")] == [405, 405]


@pytest.mark.django_db(transaction=True)
def test_two_checkers_at_once_leave_one_reading(check, result, actor, city, person):
    Check.objects.update(due_on=clock.today() - timedelta(days=1))
    other = actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=person(Role.CHECKER, city.ward, "another"))
    pictures, first, second = [photo(), photo()], actor(Role.CHECKER, city.ward), actor(Role.CHECKER, city.ward, "another")
    found = at_once(
        lambda: actions.record_check(first, check, measured=7000, photo=pictures[0]),
        lambda: actions.record_check(second, other, measured=6000, photo=pictures[1]),
    )
    assert {type(f) for f in found} == {Check, Refused}
    result.refresh_from_db()
    assert result.checked == Check.objects.get(state=State.DONE).measured
    assert tallies.compare() == []


@pytest.mark.django_db(transaction=True)
def test_a_correction_and_a_check_at_once_agree(check, result, actor, city):
    picture, leads, checker = photo(), actor(Role.ORGANISER, city.ward), actor(Role.CHECKER, city.ward)
    found = at_once(
        lambda: correct_result(leads, result, quantity=7000, note="đo lại"),
        lambda: actions.record_check(checker, check, measured=7200, photo=picture),
    )
    assert isinstance(found[1], Check)
    standing = type(result).objects.standing().get()
    assert standing.checked == min(7200, standing.quantity)
    assert (standing.quantity == 7000) == (not isinstance(found[0], Refused))
    assert tallies.compare() == []
