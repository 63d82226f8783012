"""Accounts, roles, organisations and cards: who may, what is written, and that the log never names anybody."""

import json
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.openlog.models import Entry
from kheo.people import actions
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, Organisation, SignInCard, User, steward_of

OFFICERS = [
    (Role.OPERATOR, "city", True), (Role.OFFICER, "ward", True), (Role.OFFICER, "other_ward", False), (Role.HEAD, "area", False),
    (Role.CITY_BOARD, "city", False), (Role.ORGANISER, "ward", False), (Role.CHECKER, "ward", False), (Role.STEWARD, "road", False),
    (None, None, False),
]  # fmt: skip


def _served(entry: Entry) -> str:
    return bytes(entry.leaf).decode() + bytes(entry.facts or b"").decode()


def of_ward(user: User, ward: Any) -> User:
    """The account as if this ward's officer had opened it."""
    user.opened_at = ward
    user.save(update_fields=["opened_at"])
    return user


@pytest.mark.parametrize(("role", "where", "allowed"), OFFICERS)
def test_who_sees_and_adds_people(city: Any, signed_in: Any, person: Any, role: Role | None, where: str | None, allowed: bool) -> None:
    head = person(Role.HEAD, city.area, "bà Bảy")
    client = signed_in(role, getattr(city, where)) if role else signed_in()
    ways = [
        f"/places/{city.ward.slug}/people/", f"/places/{city.area.slug}/people/new/", f"/places/{city.ward.slug}/organisations/new/",
        f"/people/{head.username}/role/{city.area.slug}/", f"/people/{head.username}/card/",
    ]  # fmt: skip
    for way in ways:
        assert client.get(way).status_code == (200 if allowed else 403), way
    data = {"act_id": uuid.uuid4(), "name": "ông Tám", "role": "head", "language": "vi", "email": "", "until": ""}
    assert client.post(f"/places/{city.area.slug}/people/new/", data).status_code == (302 if allowed else 403)
    assert User.objects.filter(name="ông Tám").exists() == allowed


def test_nobody_signed_out_sees_the_list(city: Any, client: Any) -> None:
    assert client.get(f"/places/{city.ward.slug}/people/").status_code == 403
    assert client.get("/people/").status_code == 403


def test_the_officers_list_opens_from_its_short_address(city: Any, signed_in: Any, person: Any) -> None:
    person(Role.HEAD, city.area, "bà Bảy")
    person(Role.HEAD, city.other_area, "ông Xa")
    page = signed_in(Role.OFFICER, city.ward).get("/people/", follow=True)
    assert page.redirect_chain == [(f"/places/{city.ward.slug}/people/", 302)]
    assert "bà Bảy" in page.content.decode()
    assert "ông Xa" not in page.content.decode()


def test_an_account_and_its_first_role_are_one_act(city: Any, actor: Any) -> None:
    act_id = uuid.uuid4()
    officer = actor(Role.OFFICER, city.ward)
    user = actions.add_person(officer, city.area, " ông  Sáu ", Role.HEAD, email="Sau@Example.org", act_id=act_id)
    assert actions.add_person(officer, city.area, "ông Sáu", Role.HEAD, email="sau@example.org", act_id=act_id) == user
    assert (user.name, user.email, user.has_usable_password()) == ("ông Sáu", "sau@example.org", False)
    assert actor_of(user).has(Role.HEAD, at=city.area)
    assert not actor_of(user).has(Role.HEAD, at=city.area2)
    assert [e.verb for e in Entry.objects.order_by("id")] == ["people.account-added", "people.role-assigned"]
    for entry in Entry.objects.all():
        assert entry.place == city.area.slug
        assert "Sáu" not in _served(entry) and "example" not in _served(entry) and user.username not in _served(entry)


def test_a_failed_role_leaves_no_account(city: Any, actor: Any) -> None:
    with pytest.raises(Refused):
        actions.add_person(actor(Role.OFFICER, city.ward), city.ward, "ông Sáu", Role.OFFICER)
    assert not User.objects.filter(name="ông Sáu").exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"name": "a\u202eb"}, "name"), ({"email": "no"}, "email"),
        ({"email": "TAKEN@example.org"}, "email"), ({"language": "xx"}, "language"),
    ],
)  # fmt: skip
def test_bad_accounts_are_refused(city: Any, actor: Any, more: dict[str, str], field: str) -> None:
    officer = actor(Role.OFFICER, city.ward)
    actions.add_account(officer, city.ward, "A", email="taken@example.org")
    with pytest.raises(Invalid) as e:
        actions.add_account(officer, city.ward, **{"name": "B", **more})
    assert e.value.field == field
    with pytest.raises(Refused):
        actions.add_account(officer, city.road, "B")


@pytest.mark.parametrize(
    ("giver", "role", "where", "allowed"),
    [
        (Role.OPERATOR, Role.OFFICER, "ward", True), (Role.OPERATOR, Role.CITY_BOARD, "city", True),
        (Role.OPERATOR, Role.OPERATOR, "city", True),
        (Role.OFFICER, Role.HEAD, "area", True), (Role.OFFICER, Role.STEWARD, "road", True), (Role.OFFICER, Role.CHECKER, "ward", True),
        (Role.OFFICER, Role.ORGANISER, "ward", True),
        (Role.OFFICER, Role.OFFICER, "ward", False), (Role.OFFICER, Role.OPERATOR, "city", False),
        (Role.OFFICER, Role.HEAD, "other_area", False), (Role.OFFICER, Role.HEAD, "ward", False),
        (Role.OPERATOR, Role.STEWARD, "area", False),
        (Role.HEAD, Role.STEWARD, "road", False), (Role.CITY_BOARD, Role.CHECKER, "ward", False),
    ],
)  # fmt: skip
def test_who_gives_which_role(city: Any, actor: Any, person: Any, giver: Role, role: Role, where: str, allowed: bool) -> None:
    at = {Role.OPERATOR: city.city, Role.CITY_BOARD: city.city, Role.OFFICER: city.ward, Role.HEAD: city.area}[giver]
    user = of_ward(person(name="cô Ba"), city.ward)
    if not allowed:
        with pytest.raises(Refused):
            actions.assign_role(actor(giver, at), user, role, getattr(city, where))
        return
    made = actions.assign_role(actor(giver, at), user, role, getattr(city, where))
    assert made.until == clock.today() + timedelta(days=5 * 365)
    assert actor_of(user).has(role, at=getattr(city, where))


def test_nobody_gives_a_role_to_themselves(city: Any, actor: Any, person: Any) -> None:
    with translation.override("en"), pytest.raises(Refused, match="themselves"):
        actions.assign_role(actor(Role.OPERATOR, city.city), person(Role.OPERATOR, city.city), Role.CITY_BOARD, city.city)


def test_a_role_holds_for_its_term_only(city: Any, actor: Any, person: Any) -> None:
    officer, user, today = actor(Role.OFFICER, city.ward), of_ward(person(name="cô Ba"), city.ward), clock.today()
    actions.assign_role(officer, user, Role.HEAD, city.area, since=today + timedelta(days=1))
    assert not actor_of(user).holds(Role.HEAD)
    with pytest.raises(Invalid) as e:
        actions.assign_role(officer, user, Role.HEAD, city.area, since=today, until=today + timedelta(days=30))
    assert e.value.field == "role"
    with pytest.raises(Invalid) as e:
        actions.assign_role(officer, user, Role.HEAD, city.area2, since=today, until=today - timedelta(days=1))
    assert e.value.field == "until"
    last = actions.assign_role(officer, user, Role.HEAD, city.area2, since=date(2020, 1, 1), until=today)
    assert actor_of(user).has(Role.HEAD, at=city.area2) and last.is_current
    assert set(Assignment.objects.current().filter(user=user)) == {a for a in Assignment.objects.filter(user=user) if a.is_current}


def test_ending_a_role_takes_it_at_once(city: Any, signed_in: Any, person: Any) -> None:
    head = person(Role.HEAD, city.area, "bà Bảy")
    role = head.assignments.get()
    assert signed_in(Role.OFFICER, city.other_ward).get(f"/people/roles/{role.pk}/end/").status_code == 403
    client = signed_in(Role.OFFICER, city.ward)
    assert client.post(f"/people/roles/{role.pk}/end/", {"act_id": uuid.uuid4()}).status_code == 302
    assert actor_of(head).grants == ()
    assert client.post(f"/people/roles/{role.pk}/end/", {"act_id": uuid.uuid4()}).status_code == 403
    assert "bà Bảy" not in _served(Entry.objects.get(verb="people.role-ended"))


def test_one_lays_down_ones_own_role(city: Any, actor: Any, person: Any) -> None:
    role = person(Role.HEAD, city.area).assignments.get()
    actions.end_role(actor(Role.HEAD, city.area), role)
    assert not Assignment.objects.current().filter(pk=role.pk).exists()


def test_a_closed_account_may_nothing(city: Any, person: Any) -> None:
    user = person(Role.OFFICER, city.ward)
    user.is_active = False
    assert actor_of(user).grants == ()


def test_an_actor_costs_one_query(city: Any, person: Any, django_assert_num_queries: Any) -> None:
    user = person(Role.OFFICER, city.ward)
    with django_assert_num_queries(1):
        assert actor_of(user).has(Role.OFFICER, at=city.area)


def test_organisations_are_added_once_by_name(city: Any, signed_in: Any) -> None:
    client = signed_in(Role.OFFICER, city.ward)
    data = {"act_id": uuid.uuid4(), "name": "Hội Phụ nữ", "kind": "union"}
    assert client.post(f"/places/{city.ward.slug}/organisations/new/", data).status_code == 302
    made = Organisation.objects.get()
    assert made.slug == "hoi-phu-nu-ninh-kieu"
    assert json.loads(bytes(Entry.objects.get().facts or b""))["organisation"] == made.slug
    again = client.post(f"/places/{city.ward.slug}/organisations/new/", {**data, "act_id": uuid.uuid4()})
    assert again.status_code == 200 and Organisation.objects.count() == 1


def test_an_unknown_kind_of_organisation_is_refused(city: Any, actor: Any) -> None:
    with pytest.raises(Invalid) as e:
        actions.add_organisation(actor(Role.OFFICER, city.ward), city.ward, "X", "sect")
    assert e.value.field == "kind"


def test_a_steward_answers_for_a_site(city: Any, actor: Any, person: Any) -> None:
    assert steward_of(city.road) is None
    actions.assign_role(actor(Role.OFFICER, city.ward), of_ward(person(name="chú Tư"), city.ward), Role.STEWARD, city.road)
    found = steward_of(city.road)
    assert found is not None and found.user.name == "chú Tư"
    assert steward_of(city.canal) is None
    assert Entry.objects.get().place == city.area.slug


def test_an_officer_cannot_get_in_as_somebody_mightier(city: Any, actor: Any, person: Any) -> None:
    officer = actor(Role.OFFICER, city.ward)
    both = person(Role.HEAD, city.area, "bà Bảy")
    Assignment.objects.create(user=both, role=Role.CITY_BOARD, place=city.city, since=clock.today())
    for user in (both, person(Role.OPERATOR, city.city), person(Role.HEAD, city.other_area), person(name="không vai")):
        with pytest.raises(Refused):
            actions.hand_over_card(officer, user)
    assert not SignInCard.objects.exists()


def test_an_officer_reaches_no_account_from_elsewhere(city: Any, actor: Any, person: Any) -> None:
    ours, theirs = actor(Role.OFFICER, city.ward), actor(Role.OFFICER, city.other_ward)
    head = person(Role.HEAD, city.other_area, "ông Xa")
    for stranger in (head, person(name="người lạ"), of_ward(person(name="cô Ba"), city.other_ward)):
        with pytest.raises(Refused):  # with a role here she could hand herself a card to the account
            actions.assign_role(ours, stranger, Role.CHECKER, city.ward)
    opened = actions.add_person(ours, city.area, "bà Tám", Role.HEAD)
    actions.assign_role(ours, opened, Role.CHECKER, city.ward)
    actions.assign_role(actor(Role.OPERATOR, city.city), head, Role.CHECKER, city.ward)
    actions.assign_role(ours, head, Role.ORGANISER, city.ward)  # holds a role here now
    for officer in (ours, theirs):
        with pytest.raises(Refused):  # a card would open the roles in both wards
            actions.hand_over_card(officer, head)


def test_only_who_could_hand_over_a_card_now_shuts_it(city: Any, actor: Any, person: Any) -> None:
    ours, theirs, operator = actor(Role.OFFICER, city.ward), actor(Role.OFFICER, city.other_ward), actor(Role.OPERATOR, city.city)
    head = person(Role.HEAD, city.area, "bà Bảy")
    Assignment.objects.create(user=head, role=Role.HEAD, place=city.other_area, since=date(2020, 1, 1), until=date(2021, 1, 1))
    card = actions.hand_over_card(ours, head)
    with pytest.raises(Refused):  # head there once
        actions.revoke_card(theirs, card)
    actions.revoke_card(ours, card)
    actions.revoke_card(operator, actions.hand_over_card(ours, head))
    assert not SignInCard.objects.usable().exists()


def test_the_card_is_shown_once(city: Any, signed_in: Any, person: Any) -> None:
    head, client = person(Role.HEAD, city.area, "bà Bảy"), signed_in(Role.OFFICER, city.ward)
    data = {"act_id": str(uuid.uuid4())}
    page = client.post(f"/people/{head.username}/card/", data)
    made = page.context["card"]
    assert "no-store" in page["Cache-Control"]
    assert made.pin in page.content.decode() and "<svg" in page.content.decode() and "style=" not in page.content.decode()
    kept = SignInCard.objects.get()
    assert made.token not in str(kept.__dict__) and made.pin not in (kept.token_hash, kept.pin_hash)
    again = client.post(f"/people/{head.username}/card/", data).content.decode()
    assert made.pin not in again and SignInCard.objects.count() == 1
    entry = Entry.objects.get()
    assert entry.place == city.area.slug and "Bảy" not in _served(entry)
