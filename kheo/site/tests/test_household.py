"""A household with its card, from the printed sheet to the answer it gets; and that nothing anywhere can be asked by card."""

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import translation

from kheo.checks import actions as checks
from kheo.checks import rules as check_rules
from kheo.checks.models import Dispute
from kheo.core.actor import Actor, Role
from kheo.core.rules import Refused
from kheo.evidence.rules import may_see_photo
from kheo.ledger.models import Pledge
from kheo.needs import actions as needs
from kheo.needs.models import Backing, Need
from kheo.openlog.models import Entry
from kheo.people import actions, household_door
from kheo.people.actor import actor_of
from kheo.people.households import CardBatch, HouseholdCard
from kheo.results.models import Result
from kheo.results.testing import at_once

PIN = "204060"


@pytest.fixture
def codes(city: Any, actor: Any) -> dict[int, str]:
    city.area.households = 4
    city.area.save()
    return dict(actions.print_cards(actor(Role.OFFICER, city.ward), city.area).codes)


def sign_in(code: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.post(f"/h/{code}/", {"pin": PIN, "again": PIN}).status_code == 302
    return client


def act(client: Client, url: str, **values: Any) -> Any:
    return client.post(url, {"act_id": str(uuid4()), **values})


@pytest.mark.django_db
def test_from_the_card_to_the_answer(city: Any, told: Any, codes: dict[int, str], signed_in: Any, person: Any, photo_upload: Any) -> None:
    home = sign_in(codes[1])
    page = home.get("/mine/").content.decode()
    assert city.area.full_name in page and f"/places/{city.area.slug}/" in page
    assert "/mine/" in home.get("/").content.decode()

    need = needs.raise_need(Actor("device:n"), city.area, category="water", text="Mương nghẹt")
    needs.release_need(_officer(city, person), need)
    assert act(home, f"/needs/{need.code}/back/").status_code == 302
    again = act(sign_in_again(codes[1]), f"/needs/{need.code}/back/")  # the household's second phone
    assert "You said so already" in again.content.decode()
    assert Need.objects.get(pk=need.pk).backers == 1

    assert act(home, f"/initiatives/{told.work.slug}/pledge/", unit="VND", amount="50000").status_code == 302
    assert Pledge.objects.count() == 1

    result = Result.objects.filter(initiative=told.work).order_by("quantity").first()
    assert result is not None
    url = f"/results/{result.pk}/otherwise/"
    work_page = f"/initiatives/{told.work.slug}/"
    assert url in home.get(work_page).content.decode() and url not in Client().get(work_page).content.decode()
    assert act(home, url, text="Chỉ có sáu đèn sáng", photo=photo_upload()).status_code == 302
    assert "Chỉ có sáu đèn sáng" in home.get(url).content.decode()
    assert act(home, url, text="Lần nữa").status_code == 200 and Dispute.objects.count() == 1
    assert Client().get(url).status_code == 403

    said = Dispute.objects.get()
    photo, answer = said.photo, f"/otherwise/{said.pk}/"
    assert photo is not None
    for role, place, may in ((Role.HEAD, city.area, 403), (Role.OFFICER, city.ward, 403), (Role.CITY_BOARD, city.city, 200)):
        client = signed_in(role, place)
        assert client.get(answer).status_code == may
        assert bool(may_see_photo(actor_of(person(role, place)), photo)) is (may == 200)
        for shown in ("/desk/", work_page, f"/results/{result.pk}/ask/"):
            assert "sáu đèn sáng" not in client.get(shown).content.decode()
    board = signed_in(Role.CITY_BOARD, city.city)
    assert answer in board.get("/desk/").content.decode()
    assert act(board, answer, outcome="counted", answer="Tuần sau có người đi đếm.").status_code == 302
    assert "Tuần sau có người đi đếm." in home.get(url).content.decode()
    assert answer in board.get("/desk/").content.decode()  # among those to which somebody goes
    assert "Tuần sau có người đi đếm." in board.get(answer).content.decode()


def sign_in_again(code: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.post(f"/h/{code}/", {"pin": PIN}).status_code == 302
    return client


def _officer(city: Any, person: Any) -> Actor:
    return actor_of(person(Role.OFFICER, city.ward))


def household(code: str) -> Actor:
    card = HouseholdCard.objects.select_related("place").get(code_hash=household_door.code_hash(code))
    return Actor(f"household:{card.slot}", household=card.place.path or "")


# ── once ──


@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_household_at_once_count_once(city: Any, told: Any, codes: dict[int, str]) -> None:
    home, need = household(codes[1]), told.need
    before = need.backers
    Need.objects.filter(pk=need.pk).update(state="open")
    found = at_once(lambda: needs.back_need(home, need), lambda: needs.back_need(home, need))
    assert sorted(type(f).__name__ for f in found) == ["Backing", "Refused"]
    assert Need.objects.get(pk=need.pk).backers == before + 1
    result = Result.objects.filter(initiative=told.work).latest("pk")
    found = at_once(lambda: checks.dispute(home, result, text="Thiếu hai"), lambda: checks.dispute(home, result, text="Thiếu ba"))
    assert sorted(type(f).__name__ for f in found) == ["Dispute", "Refused"]


@pytest.mark.django_db
def test_a_replaced_card_still_counts_once_and_another_household_counts_too(
    city: Any, told: Any, codes: dict[int, str], actor: Any
) -> None:
    need, first, other = told.need, household(codes[1]), household(codes[2])
    needs.back_need(first, need)
    new = actions.replace_card(actor(Role.OFFICER, city.ward), city.area, number=1).codes[0][1]
    with pytest.raises(Refused):
        needs.back_need(household(new), need)
    needs.back_need(other, need)
    assert Backing.objects.count() == 2


@pytest.mark.django_db
def test_no_card_says_otherwise_of_what_is_not_public(city: Any, told: Any, codes: dict[int, str], actor: Any) -> None:
    home, result = household(codes[1]), Result.objects.filter(initiative=told.work).latest("pk")
    assert check_rules.may_dispute(home, result)
    assert not check_rules.may_dispute(Actor("device:x"), result)
    assert not check_rules.may_dispute(actor(Role.HEAD, city.area), result)
    result.indicator = "house.houses" if "house.houses" in _private_indicators() else next(iter(_private_indicators()))
    assert not check_rules.may_dispute(home, result)


def _private_indicators() -> set[str]:
    from kheo.catalogue import kits

    return {key for kit in kits().values() if kit.private_site for key in kit.indicators}


@pytest.mark.django_db
def test_reviewers_list_is_the_rule(city: Any, told: Any, codes: dict[int, str], actor: Any, person: Any) -> None:
    result = Result.objects.filter(initiative=told.work).latest("pk")
    said = checks.dispute(household(codes[1]), result, text="Thiếu hai đèn")
    board = actor(Role.CITY_BOARD, city.city)
    leads = Actor(f"user:{told.work.organiser_id}", told.work.organiser_id, grants=board.grants)
    officer_too = Actor("user:0", 0, grants=(*board.grants, *actor(Role.OFFICER, city.ward).grants))
    elsewhere = Actor("user:0", 0, grants=(*board.grants, *actor(Role.OFFICER, city.other_ward).grants))
    for who in (board, leads, officer_too, elsewhere, actor(Role.OFFICER, city.ward), actor(Role.HEAD, city.area)):
        assert (said in Dispute.objects.waiting_for(who)) is bool(check_rules.may_review_dispute(who, said)), who
    assert check_rules.may_review_dispute(elsewhere, said) and not check_rules.may_review_dispute(officer_too, said)


# ── nothing by card ──


def test_no_other_table_names_a_card() -> None:
    for model in apps.get_models(include_auto_created=True):
        if model in (HouseholdCard, CardBatch):
            continue
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            assert field.related_model not in (HouseholdCard, CardBatch), f"{model}.{field.name}"
            if model._meta.app_label != "people":
                assert field.name not in ("slot", "card", "household_card", "code_hash", "attendance_number"), f"{model}.{field.name}"


@pytest.mark.django_db
def test_no_row_and_no_entry_holds_slot_or_code(city: Any, told: Any, codes: dict[int, str]) -> None:
    home = sign_in(codes[1])
    card = HouseholdCard.objects.get(code_hash=household_door.code_hash(codes[1]))
    Need.objects.filter(pk=told.need.pk).update(state="open")
    result = Result.objects.filter(initiative=told.work).latest("pk")
    assert act(home, f"/needs/{told.need.code}/back/").status_code == 302
    assert act(home, f"/initiatives/{told.work.slug}/pledge/", unit="VND", amount="50000").status_code == 302
    assert act(home, f"/results/{result.pk}/otherwise/", text="Thiếu hai đèn").status_code == 302
    assert act(home, f"/needs/new/?place={city.area.slug}", category="light", text="Đèn tắt").status_code == 302
    secrets = [card.slot, card.code_hash, codes[1], codes[1].lower(), f"household:{card.slot}"]
    looked = 0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == HouseholdCard._meta.db_table:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                looked += 1
                text = " ".join(bytes(v).decode(errors="replace") if isinstance(v, bytes | memoryview) else str(v) for v in row)
                assert not any(s in text for s in secrets), table
    assert looked > 50
    entry = Entry.objects.get(verb="check.disputed")
    assert entry.not_before is not None and entry.place == city.ward.slug
    assert f'"result":{result.pk}' not in bytes(entry.leaf).decode() + bytes(entry.facts or b"").decode()


# ── following ──


@pytest.mark.django_db
def test_what_a_phone_follows_lives_on_the_phone(city: Any, told: Any) -> None:
    client = Client(headers={"accept-language": "en"})
    assert client.post(f"/places/{city.road.slug}/follow/").status_code == 302
    assert client.post(f"/places/{city.area.slug}/follow/").status_code == 302
    page = client.get("/mine/").content.decode()
    assert city.road.full_name in page and city.area.full_name in page and told.work.title in page
    with translation.override("en"):
        assert "/mine/" in client.get("/needs/").content.decode()
    client.post(f"/places/{city.road.slug}/follow/", {"stop": "mine"})
    client.post(f"/places/{city.area.slug}/follow/", {"stop": "here"})
    assert client.cookies["kheo_follow"].value == "" and told.work.title not in client.get("/mine/").content.decode()


@pytest.mark.django_db
def test_news_are_new_once(city: Any, told: Any, actor: Any) -> None:
    client = Client(headers={"accept-language": "en"})
    client.post(f"/places/{city.area.slug}/follow/")
    client.get("/mine/")
    assert "since you last looked" not in client.get("/mine/").content.decode()
    another = needs.raise_need(actor(), city.area, category="light", text="Đèn tắt rồi", nameless=False)
    raised = client.get("/mine/").content.decode()
    assert "Neighbours raised a need" in raised and "Đèn tắt rồi" in raised
    needs.answer_need(actor(Role.OFFICER, city.ward), another, text="Không làm kịp", due_on=None, declined=True)
    page = client.get("/mine/").content.decode()
    assert "1 thing is new since you last looked" in page and "Đèn tắt rồi" in page
    assert "since you last looked" not in client.get("/mine/").content.decode()
