"""Hiding, through the form that an officer uses (tested here: evidence itself knows no thing with words)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kheo.core.actor import Role
from kheo.evidence import photos
from kheo.evidence.models import place_of
from kheo.needs import actions
from kheo.needs.models import Need
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
REASON = "Shows a neighbour's face"


@pytest.fixture
def need(actor: Callable[..., Any], city: Any, photo_upload: Callable[..., Any]) -> Need:
    photo = photos.store(photo_upload())
    return actions.raise_need(actor(), city.area, category="light", text="Ba Sáu không có đèn", photo=photo)


def address(thing: Any) -> str:
    return reverse("evidence:hide", args=[thing._meta.label_lower, thing.pk])


def test_officer_hides_with_a_reason(signed_in: Callable[..., Client], client: Client, city: Any, need: Need) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    assert "Ba Sáu" in officer.get(address(need)).content.decode()
    sent = {"act_id": str(uuid4()), "reason": REASON}
    assert officer.post(address(need), sent).status_code == 302
    assert officer.post(address(need), sent).status_code == 302  # sent twice: done once
    need.refresh_from_db()
    assert not need.shown
    assert need.hidden_reason == REASON
    assert not need.photo.shown
    assert client.get(need.photo.url).status_code == 403
    entry = Entry.objects.get(verb="evidence.hidden")
    assert entry.place == city.area.slug
    assert REASON.encode() not in bytes(entry.facts)
    assert REASON.encode() in bytes(entry.private)
    assert not Need.objects.public().exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_needs_a_reason(signed_in: Callable[..., Client], city: Any, need: Need, reason: str) -> None:
    response = signed_in(Role.OFFICER, city.ward).post(address(need), {"act_id": str(uuid4()), "reason": reason})
    assert response.status_code == 200
    assert response.context["form"].errors["reason"]
    need.refresh_from_db()
    assert need.shown


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("own", [True, False])
def test_only_an_officer_of_the_place(signed_in: Callable[..., Client], city: Any, need: Need, role: Role, own: bool) -> None:
    client = signed_in(role, (city.ward if own else city.other_ward) if role else None)
    response = client.post(address(need), {"act_id": str(uuid4()), "reason": REASON})
    need.refresh_from_db()
    allowed = own and role is Role.OFFICER
    assert response.status_code == (302 if allowed else 403)
    assert need.shown is not allowed
    if not allowed:
        assert "Chỉ cán bộ" in response.content.decode()


def test_nameless_may_not(client: Client, need: Need) -> None:
    assert client.get(address(need)).status_code == 403
    assert client.post(address(need), {"act_id": str(uuid4()), "reason": REASON}).status_code == 403


def test_hidden_already(signed_in: Callable[..., Client], city: Any, need: Need) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    for status in (302, 403):
        assert officer.post(address(need), {"act_id": str(uuid4()), "reason": REASON}).status_code == status
    assert Entry.objects.filter(verb="evidence.hidden").count() == 1


def test_a_photo_alone(signed_in: Callable[..., Client], client: Client, city: Any, need: Need) -> None:
    response = signed_in(Role.OFFICER, city.ward).post(address(need.photo), {"act_id": str(uuid4()), "reason": REASON})
    assert response.status_code == 302
    assert client.get(need.photo.url).status_code == 403
    need.refresh_from_db()
    assert need.shown


@pytest.mark.parametrize("label", ["people.user", "openlog.entry", "nothing.here", "needs", "needs.backing"])
def test_only_what_can_be_hidden(signed_in: Callable[..., Client], city: Any, label: str) -> None:
    client = signed_in(Role.OFFICER, city.ward)
    assert client.get(f"/hide/{label}/1/").status_code == 404


def test_answer_lies_where_its_need_lies(actor: Callable[..., Any], city: Any, need: Need) -> None:
    answer = actions.answer_need(actor(Role.OFFICER, city.ward), need, text="Không làm", due_on=None, declined=True)
    assert place_of(answer) == city.area


# ── showing again ──


def again(thing: Any) -> str:
    return reverse("evidence:unhide", args=[thing._meta.label_lower, thing.pk])


@pytest.fixture
def hidden(signed_in: Callable[..., Client], city: Any, need: Need) -> Need:
    signed_in(Role.OFFICER, city.ward).post(address(need), {"act_id": str(uuid4()), "reason": REASON})
    need.refresh_from_db()
    return need


def test_officer_shows_it_again(signed_in: Callable[..., Client], client: Client, city: Any, hidden: Need) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    assert REASON in officer.get(again(hidden)).content.decode().replace("&#x27;", "'")
    sent = {"act_id": str(uuid4()), "reason": "The face is gone"}
    assert [officer.post(again(hidden), sent).status_code for _ in range(2)] == [302, 302]
    hidden.refresh_from_db()
    assert hidden.shown
    assert hidden.hidden_reason == ""
    assert hidden.photo.shown
    shown = client.get(hidden.photo.url)
    assert shown.status_code == 200
    b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    entry = Entry.objects.get(verb="evidence.unhidden")
    assert entry.place == city.area.slug
    assert b"face" not in bytes(entry.facts)
    assert b"The face is gone" in bytes(entry.private)


def test_a_photo_hidden_by_itself_stays_hidden(signed_in: Callable[..., Client], city: Any, need: Need) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    officer.post(address(need.photo), {"act_id": str(uuid4()), "reason": REASON})
    officer.post(address(need), {"act_id": str(uuid4()), "reason": "Names a neighbour"})
    officer.post(again(need), {"act_id": str(uuid4()), "reason": "No name in it"})
    need.refresh_from_db()
    assert need.shown
    assert not need.photo.shown
    assert need.photo.hidden_reason == REASON


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("own", [True, False])
def test_only_an_officer_of_the_place_shows_again(signed_in: Callable[..., Client], city: Any, hidden: Need, role: Role, own: bool) -> None:
    client = signed_in(role, (city.ward if own else city.other_ward) if role else None)
    response = client.post(again(hidden), {"act_id": str(uuid4()), "reason": "The face is gone"})
    allowed = own and role is Role.OFFICER
    assert response.status_code == (302 if allowed else 403)
    hidden.refresh_from_db()
    assert hidden.shown is allowed


def test_showing_again_needs_a_reason_and_something_hidden(signed_in: Callable[..., Client], city: Any, hidden: Need) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    response = officer.post(again(hidden), {"act_id": str(uuid4()), "reason": "    "})
    assert response.context["form"].errors["reason"]
    for status in (302, 403):
        assert officer.post(again(hidden), {"act_id": str(uuid4()), "reason": "The face is gone"}).status_code == status
