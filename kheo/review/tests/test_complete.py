"""Completing a work: by another than its organiser, with a result, when nobody is out counting."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from kheo.checks.models import Check
from kheo.core import clock
from kheo.core.actor import Role
from kheo.initiatives import actions as initiatives
from kheo.initiatives.models import Initiative, State
from kheo.needs import actions as needs
from kheo.openlog.models import Entry
from kheo.results.models import Result
from kheo.review.models import Completion


@pytest.fixture
def need(city: Any, actor: Any) -> Any:
    return needs.raise_need(actor(), city.area, category="light", text="Hẻm 47 tối quá", nameless=False)


@pytest.fixture
def work(city: Any, actor: Any, need: Any) -> Initiative:
    """A registered work without a result."""
    head, officer = actor(Role.HEAD, city.area), actor(Role.OFFICER, city.ward)
    made = initiatives.draft_initiative(
        head,
        city.area,
        kit="rural-lighting",
        title="Thắp sáng hẻm 47",
        summary="Hẻm tối.",
        site=city.road,
        targets={"rural-lighting.lamps": 30},
        needs=[need],
    )
    initiatives.give_mandate(head, made, kind="gifts")
    initiatives.submit_initiative(head, made)
    return initiatives.register_initiative(officer, made)


def _result(work: Initiative, person: Any, city: Any, **more: Any) -> Result:
    return Result.objects.create(
        initiative=work,
        indicator="rural-lighting.lamps",
        quantity=28,
        day=clock.today(),
        place=city.area,
        reported_by=person(Role.HEAD, city.area),
        reported_at=clock.now(),
        **more,
    )


def _url(work: Initiative) -> str:
    return reverse("review:complete", args=[work.slug])


def _act(**values: Any) -> dict[str, Any]:
    return {"act_id": str(uuid4()), "note": "Bà con chung tay.", **values}


def test_it_is_completed_once_with_its_figures(city, person, signed_in, work, need) -> None:
    _result(work, person, city, checked=25)
    client, form = signed_in(Role.OFFICER, city.ward), _act()
    assert client.get(_url(work)).status_code == 200
    assert [client.post(_url(work), form)["Location"] for _ in range(2)] == [work.get_absolute_url()] * 2
    done = Completion.objects.get()
    figures = {"rural-lighting.lamps": {"target": 30, "reported": 28, "checked": 25}}
    assert (done.figures, done.note) == (figures, "Bà con chung tay.")
    work.refresh_from_db()
    need.refresh_from_db()
    assert work.state == State.COMPLETED and work.completed_at and need.state == "done"
    leaf = json.loads(bytes(Entry.objects.get(verb="review.completed").leaf))
    assert leaf["clear"] == {"kit": "rural-lighting", "figures": figures}


def test_the_second_officer_is_told(city, person, signed_in, work) -> None:
    _result(work, person, city)
    one, two = signed_in(Role.OFFICER, city.ward, "cô Tư"), signed_in(Role.OFFICER, city.ward, "chú Năm")
    assert one.post(_url(work), _act()).status_code == 302
    late = two.post(_url(work), _act(), headers={"accept-language": "en"})
    assert late.status_code == 403 and "completed already" in late.content.decode()
    assert Completion.objects.count() == 1


def test_without_a_result_there_is_nothing_to_complete(city, person, signed_in, work) -> None:
    client = signed_in(Role.OFFICER, city.ward)
    assert client.post(_url(work), _act()).status_code == 403
    _result(work, person, city, withdrawn_at=clock.now())
    assert client.post(_url(work), _act()).status_code == 403


def test_an_open_check_is_waited_for(city, person, signed_in, work) -> None:
    result = _result(work, person, city)
    check = Check.objects.create(
        result=result, checker=person(Role.CHECKER, city.ward), asked_at=clock.now(), due_on=clock.today() + timedelta(days=7)
    )
    client = signed_in(Role.OFFICER, city.ward)
    answer = client.post(_url(work), _act(), headers={"accept-language": "en"})
    assert answer.status_code == 403 and "Wait for the count" in answer.content.decode()
    check.state = "declined"
    check.save()
    assert client.post(_url(work), _act()).status_code == 302


def test_the_organiser_does_not_complete_her_own(city, actor, person, signed_in) -> None:
    officer = actor(Role.OFFICER, city.ward)
    made = initiatives.draft_initiative(officer, city.ward, kit="trees", title="Cây", summary="Trồng.", targets={"trees.planted": 9})
    initiatives.give_mandate(officer, made, kind="own-act")
    initiatives.submit_initiative(officer, made)
    initiatives.register_initiative(actor(Role.OFFICER, city.ward, "cô Tư"), made)
    _result(made, person, city)
    assert signed_in(Role.OFFICER, city.ward).post(_url(made), _act()).status_code == 403


@pytest.mark.parametrize("who", ["nobody", "resident", "head", "other officer"])
def test_others_do_not_complete(city, person, signed_in, client, work, who) -> None:
    _result(work, person, city)
    client = {
        "nobody": lambda: client,
        "resident": lambda: signed_in(),
        "head": lambda: signed_in(Role.HEAD, city.area),
        "other officer": lambda: signed_in(Role.OFFICER, city.other_ward),
    }[who]()
    assert client.get(_url(work)).status_code == 403
    assert client.post(_url(work), _act()).status_code == 403
    assert not Completion.objects.exists()


def test_a_note_has_its_length(city, person, signed_in, work) -> None:
    _result(work, person, city)
    answer = signed_in(Role.OFFICER, city.ward).post(_url(work), _act(note="x" * 601))
    assert answer.status_code == 200 and "note" in answer.context["form"].errors
