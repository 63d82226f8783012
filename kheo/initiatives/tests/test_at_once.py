"""Two people at the same moment: one acts, the other is told."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative, State
from kheo.openlog.models import Entry


def _at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run each in a thread of its own; "done", or the reason it was refused for."""
    start, found = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            found.append("done")
        except Refused as e:
            found.append(str(e.reason))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found, key=lambda f: f != "done")


@pytest.mark.django_db(transaction=True)
def test_one_registers_while_another_returns(city, actor, work) -> None:
    made = work("submitted")
    one, two = actor(Role.OFFICER, city.ward, "cô Tư"), actor(Role.OFFICER, city.ward, "chú Năm")
    found = _at_once(
        lambda: actions.register_initiative(one, made), lambda: actions.return_initiative(two, made, advice={"title": "Thiếu tên hẻm"})
    )
    assert len(found) == 2 and found[0] == "done" and found[1] != "done"
    made.refresh_from_db()
    assert made.advice.count() == (1 if made.state == State.RETURNED else 0)
    assert Entry.objects.filter(verb__in=("initiative.registered", "initiative.returned")).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_press_that_arrives_twice_at_once_registers_once(city, actor, work) -> None:
    made, officer, press = work("submitted"), actor(Role.OFFICER, city.ward), uuid4()
    act = lambda: actions.register_initiative(officer, made, act_id=press)  # noqa: E731
    assert _at_once(act, act) == ["done", "done"]
    assert Entry.objects.filter(verb="initiative.registered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_works_of_one_name_at_once(city, actor) -> None:
    def draft(place: Any) -> Callable[[], Any]:
        head = actor(Role.HEAD, place)
        return lambda: actions.draft_initiative(
            head, place, kit="canal", title="Khơi mương", summary="Nghẹt.", targets={"canal.cleared-m": 90}
        )

    assert _at_once(draft(city.area), draft(city.area2), draft(city.other_area)) == ["done"] * 3
    assert len(set(Initiative.objects.values_list("slug", flat=True))) == 3
