"""Correcting a claim before anybody has checked it: the old number stays readable, the new one counts."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.initiatives.models import State
from kheo.openlog.models import Entry
from kheo.results import actions, sums, tallies
from kheo.results.models import AreaTally, Result
from kheo.results.testing import LAMPS, at_once, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(city, person, actor):
    organiser = actor(Role.ORGANISER, city.ward)
    lighting = work(city.area, person(Role.ORGANISER, city.ward), targets={LAMPS: 30})
    return actions.report_result(organiser, lighting, indicator=LAMPS, quantity=20, day=clock.today(), photos=[photo()])


@pytest.fixture
def send(result, signed_in, city):
    def post(client=None, **changed):
        values = {"act_id": uuid4(), "quantity": "18", "note": "Hai đèn chưa gắn"} | changed
        return (client or signed_in(Role.HEAD, city.area)).post(
            reverse("results:correct", args=[result.pk]), values, headers={"Accept-Language": "en"}
        )

    return post


def test_corrected_downwards_it_counts_once_and_is_credit(send, result, photo_upload):
    assert send(photos=photo_upload()).status_code == 302
    new = result.replaced_by
    result.refresh_from_db()
    assert result.withdrawn_at is not None
    assert (new.quantity, new.credit, new.photos.count(), new.day, new.place) == (18, True, 2, result.day, result.place)
    assert AreaTally.objects.get().reported == 18
    assert AreaTally.objects.get().results == 1
    figures = sums.of_initiatives([result.initiative_id])[result.initiative_id][LAMPS]
    assert (figures.reported, figures.results, figures.corrected) == (18, 1, 1)
    clear = json.loads(bytes(Entry.objects.get(verb="result.corrected").leaf))["clear"]
    assert clear == {"result": new.pk, "indicator": LAMPS, "replaces": result.pk, "was": 20, "quantity": 18}
    assert tallies.compare() == []


def test_corrected_upwards_is_no_credit(send, result):
    assert send(quantity="21").status_code == 302
    assert not result.replaced_by.credit
    assert sums.of_initiatives([result.initiative_id])[result.initiative_id][LAMPS].corrected == 0


def test_sent_twice_it_corrects_once(send):
    act_id = uuid4()
    assert [send(act_id=act_id).status_code for _ in range(2)] == [302, 302]
    assert Result.objects.count() == 2
    assert AreaTally.objects.get().reported == 18


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"quantity": "20"}, "stands already"),
        ({"quantity": "0"}, "at least 1"),
        ({"quantity": "1e3"}, "whole number"),
        ({"quantity": "999"}, "right"),
        ({"quantity": "-1"}, "below zero"),
        ({"note": " "}, "fill this in"),
    ],
)
def test_what_can_not_be_is_refused_with_words(send, changed, words):
    response = send(**changed)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert Result.objects.count() == 1


def test_after_a_check_the_claim_stands(send, result):
    result.checked = 20
    result.save()
    response = send()
    assert response.status_code == 403
    assert "checked this result on site" in response.content.decode()


def test_a_corrected_result_is_not_corrected_again_but_the_new_one_is(send, result, actor, city):
    send()
    assert send().status_code == 403
    again = actions.correct_result(actor(Role.HEAD, city.area), result.replaced_by, quantity=17, note="đếm lại")
    assert AreaTally.objects.get().reported == again.quantity == 17


def test_a_completed_work_may_still_be_corrected(send, result):
    result.initiative.state = State.COMPLETED
    result.initiative.save()
    assert send().status_code == 302


def test_only_who_leads_the_work_may_correct(send, signed_in, city, client):
    for stranger in (
        client,
        signed_in(),
        signed_in(Role.HEAD, city.area2),
        signed_in(Role.OFFICER, city.ward),
        signed_in(Role.CHECKER, city.ward),
    ):
        assert send(stranger).status_code == 403
    assert Result.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_leave_one(result, actor, city):
    head, organiser = actor(Role.HEAD, city.area), actor(Role.ORGANISER, city.ward)
    found = at_once(
        lambda: actions.correct_result(head, result, quantity=18, note="đếm lại"),
        lambda: actions.correct_result(organiser, result, quantity=17, note="đếm lại"),
    )
    assert {type(f) for f in found} == {Result, Refused}
    standing = Result.objects.standing().get()
    assert AreaTally.objects.get().reported == standing.quantity
    assert tallies.compare() == []
