"""The desk: nothing that waits is out of reach."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Role
from kheo.meetings import actions as meetings
from kheo.people.actions import print_cards

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def test_a_head_sees_three_things_to_do_and_opens_the_others(city: Any, actor: Any, signed_in: Any) -> None:
    head = actor(Role.HEAD, city.area)
    called = [
        meetings.call_meeting(
            head, city.area, starts_at=clock.now() + timedelta(days=3, hours=n), where="Nhà văn hóa", matters=[("Đèn", "contributions", [])]
        )
        for n in range(5)
    ]
    shown, later = signed_in(Role.HEAD, city.area).get("/desk/", headers=EN).text.split("and 2 more, later")
    assert [m.get_absolute_url() in shown for m in called] == [True] * 3 + [False] * 2
    assert all(m.get_absolute_url() in later for m in called[3:])


def test_an_officer_finds_the_areas_without_household_cards(city: Any, actor: Any, signed_in: Any) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    cards = [reverse("people:household_cards", args=[area.slug]) for area in (city.area, city.area2)]
    desk = officer.get("/desk/", headers=EN).text
    assert "2 areas have no printed cards yet" in desk and all(address in desk for address in cards)
    print_cards(actor(Role.OFFICER, city.ward), city.area)
    desk = officer.get("/desk/", headers=EN).text
    assert "1 area has no printed cards yet" in desk and desk.index(cards[1]) < desk.index(cards[0]), "those without come first"
    assert cards[0] not in signed_in(Role.HEAD, city.area).get("/desk/", headers=EN).text
