"""Closing an account: every door shuts at once, and the log doesn't say whose it was."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.openlog.models import Entry
from kheo.people import actions
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, SignInCard

pytestmark = pytest.mark.django_db


def _close(client: Client, user: Any, **more: Any) -> Any:
    return client.post(f"/people/{user.username}/close/", {"act_id": uuid.uuid4(), **more}, headers={"accept-language": "en"})


def test_sessions_roles_and_cards_end(city: Any, signed_in: Any, person: Any, actor: Any) -> None:
    head = person(Role.HEAD, city.area, "bà Bảy")
    phone = signed_in(Role.HEAD, city.area, "bà Bảy")
    card = actions.hand_over_card(actor(Role.OFFICER, city.ward), head)
    assert phone.get("/desk/").status_code == 200
    officer = signed_in(Role.OFFICER, city.ward)
    assert "bà Bảy" in officer.get(f"/people/{head.username}/close/").content.decode()
    act_id = uuid.uuid4()
    assert [_close(officer, head, act_id=act_id).status_code for _ in range(2)] == [302, 302]
    head.refresh_from_db()
    assert not head.is_active
    assert not Assignment.objects.open().filter(user=head).exists()
    assert not SignInCard.objects.usable().filter(user=head).exists()
    assert actor_of(head).grants == ()
    assert "_auth_user_id" not in phone.session or phone.get("/desk/").status_code != 200
    page = phone.get("/")
    assert page.wsgi_request.actor.nameless
    client = Client()
    client.post(f"/card/{card.token}/", {"pin": card.pin})
    assert client.get("/").wsgi_request.actor.nameless
    entry = Entry.objects.get(verb="people.account-closed")
    assert entry.place == city.area.slug
    assert json.loads(bytes(entry.facts or b"{}")) == {}
    assert str(head.pk) not in bytes(entry.facts or b"").decode()
    assert Entry.objects.filter(verb="people.role-ended").count() == 1


@pytest.mark.parametrize(
    ("role", "where", "allowed"),
    [
        (Role.OPERATOR, "city", True), (Role.OFFICER, "ward", True), (Role.OFFICER, "other_ward", False), (Role.HEAD, "area", False),
        (Role.CITY_BOARD, "city", False), (None, None, False),
    ],
)  # fmt: skip
def test_who_closes(city: Any, signed_in: Any, person: Any, role: Role | None, where: str | None, allowed: bool) -> None:
    checker = person(Role.CHECKER, city.ward, "anh Ba")
    response = _close(signed_in(role, getattr(city, where)) if role else signed_in(), checker)
    assert response.status_code == (302 if allowed else 403)
    checker.refresh_from_db()
    assert checker.is_active is not allowed


def test_an_officer_closes_no_officer_and_nobody_themselves(city: Any, signed_in: Any, person: Any) -> None:
    officer, other = person(Role.OFFICER, city.ward), person(Role.OFFICER, city.ward, "other")
    client = signed_in(Role.OFFICER, city.ward)
    assert "the operator those of everybody else" in _close(client, other).content.decode()
    assert "Nobody closes their own account" in _close(client, officer).content.decode()
    assert _close(signed_in(Role.OPERATOR, city.city), other).status_code == 302


def test_somebody_with_a_role_elsewhere_is_not_the_wards_alone(city: Any, actor: Any, person: Any) -> None:
    checker = person(Role.CHECKER, city.ward, "anh Ba")
    actions.assign_role(actor(Role.OPERATOR, city.city), checker, Role.CHECKER, city.other_ward)
    with pytest.raises(Refused):
        actions.close_account(actor(Role.OFFICER, city.ward), checker)
    actions.close_account(actor(Role.OPERATOR, city.city), checker)
    with pytest.raises(Refused):
        actions.close_account(actor(Role.OPERATOR, city.city), checker)


def test_somebody_whose_roles_have_ended_still_belongs_to_the_ward(city: Any, actor: Any, person: Any) -> None:
    officer, checker = actor(Role.OFFICER, city.ward), person(Role.CHECKER, city.ward, "anh Ba")
    actions.end_role(officer, Assignment.objects.get(user=checker))
    resident = person(name="resident")
    with pytest.raises(Refused):
        actions.close_account(officer, resident)
    assert not actions.close_account(officer, checker).is_active
    assert not actions.close_account(actor(Role.OPERATOR, city.city), resident).is_active
