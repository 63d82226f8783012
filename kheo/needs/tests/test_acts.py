"""Releasing, backing, answering, joining: through the forms, with every refusal."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import Invalid, Refused
from kheo.evidence import photos
from kheo.evidence.actions import hide
from kheo.needs import actions, rules
from kheo.needs.models import Answer, Backing, Need, State
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
As = Callable[..., Client]
By = Callable[..., Actor]


def send(client: Client, act: str, need: Need, **values: Any) -> Any:
    return client.post(reverse(f"needs:{act}", args=[need.code]), {"act_id": str(uuid4()), **values})


def soon(days: int = 30) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def verbs() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))


# ── release ──


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
def test_release_makes_it_public_with_its_day(signed_in: As, nameless: By, city: Any, photo_upload: Any, role: Role) -> None:
    photo = photos.store(photo_upload())
    need = actions.raise_need(nameless("a"), city.area, category="road", text="Cầu ván mục", photo=photo)
    client = signed_in(role, city.area if role is Role.HEAD else city.ward)
    assert "Cầu ván mục" in client.get(reverse("needs:queue")).content.decode()
    assert "Cầu ván mục" in client.get(reverse("needs:release", args=[need.code])).content.decode()
    act_id = str(uuid4())
    for _n in range(2):
        assert send(client, "release", need, act_id=act_id).status_code == 302
    need.refresh_from_db()
    assert need.state == State.OPEN
    assert need.released_at is not None
    assert need.photo.public
    assert verbs() == ["need.received", "need.raised"]
    entry = Entry.objects.get(verb="need.raised")
    assert entry.place == city.area.slug
    for told in (need.code, "road", need.raised_on.isoformat()):
        assert told.encode() in bytes(entry.facts)
    assert "Cầu ván mục" not in client.get(reverse("needs:queue")).content.decode() or role is Role.OFFICER  # now waits for the answer
    assert send(client, "release", need).status_code == 403


def test_hidden_is_not_released(actor: By, city: Any, held: Need) -> None:
    officer = actor(Role.OFFICER, city.ward)
    hide(officer, held, reason="Names a neighbour")
    with pytest.raises(Refused):
        actions.release_need(officer, held)


# ── me too ──


def test_me_too_once_per_device(client: Client, signed_in: As, opened: Need) -> None:
    assert client.get(reverse("needs:back", args=[opened.code])).status_code == 200
    assert send(client, "back", opened).status_code == 302
    again = send(client, "back", opened)
    assert again.status_code == 200
    assert "rồi" in str(again.context["form"].non_field_errors())
    assert send(Client(), "back", opened).status_code == 302
    assert send(signed_in(), "back", opened).status_code == 302
    opened.refresh_from_db()
    assert opened.backers == opened.backings.count() == 3
    assert verbs().count("need.backed") == 3


def test_me_too_sent_twice_counts_once(client: Client, opened: Need) -> None:
    act_id = str(uuid4())
    for _n in range(3):
        assert send(client, "back", opened, act_id=act_id).status_code == 302
    opened.refresh_from_db()
    assert opened.backers == 1


def test_backings_of_two_needs_do_not_link(client: Client, actor: By, city: Any, opened: Need) -> None:
    other = actions.raise_need(actor(), city.area, category="waste", text="Rác ven kênh")
    send(client, "back", opened)
    send(client, "back", other)
    first, second = Backing.objects.order_by("id")
    assert first.key != second.key
    device = client.cookies["kheo_device"].value.split(":")[0]
    for entry in Entry.objects.filter(verb="need.backed"):
        assert device.encode() not in bytes(entry.private)


def test_refused_repeat_uses_up_nothing(client: Client, opened: Need) -> None:
    send(client, "back", opened)
    for _n in range(45):  # the limit is 40
        assert send(client, "back", opened).status_code == 200


def test_no_me_too_for_held_hidden_joined_done(client: Client, actor: By, city: Any, held: Need) -> None:
    assert send(client, "back", held).status_code == 403
    officer = actor(Role.OFFICER, city.ward)
    need = actions.release_need(officer, held)
    other = actions.raise_need(actor(), city.area, category="light", text="Cũng tối")
    actions.merge_need(officer, need, other)
    assert "gộp" in send(client, "back", need).content.decode()
    actions.set_state(officer, other, State.DONE)
    assert send(client, "back", other).status_code == 403
    hide(officer, other, reason="Names a neighbour")
    assert send(client, "back", other).status_code == 403
    assert not Backing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_from_one_phone(opened: Need) -> None:
    """The same device taps on two pages at once: one counts, the other is told so."""
    found: list[str] = []
    start = threading.Barrier(2)

    def tap() -> None:
        start.wait()
        try:
            actions.back_need(Actor("device:one"), opened, act_id=uuid4())
            found.append("backed")
        except Refused:
            found.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["backed", "refused"]
    opened.refresh_from_db()
    assert opened.backers == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_release_at_once(actor: By, city: Any, held: Need) -> None:
    officers = [actor(Role.OFFICER, city.ward), actor(Role.HEAD, city.area)]
    found: list[str] = []
    start = threading.Barrier(2)

    def release(who: Actor) -> None:
        start.wait()
        try:
            actions.release_need(who, held, act_id=uuid4())
            found.append("released")
        except Refused:
            found.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=release, args=[who]) for who in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["refused", "released"]
    assert verbs().count("need.raised") == 1


# ── answer ──


def test_answer_with_a_day(signed_in: As, client: Client, city: Any, opened: Need) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    assert officer.get(reverse("needs:answer", args=[opened.code])).status_code == 200
    act_id = str(uuid4())
    for _n in range(2):
        assert send(officer, "answer", opened, act_id=act_id, text="Tháng sau lắp 4 đèn", due_on=soon()).status_code == 302
    opened.refresh_from_db()
    assert opened.state == State.ANSWERED
    answer = Answer.objects.get()
    assert answer.due_on.isoformat() == soon()
    entry = Entry.objects.get(verb="need.answered")
    assert soon().encode() in bytes(entry.facts)
    assert "đèn".encode() not in bytes(entry.facts)
    assert "Tháng sau lắp 4 đèn" in client.get(reverse("needs:stub", args=[opened.code])).content.decode()
    send(officer, "answer", opened, text="Dời sang quý sau", due_on=soon(90))
    assert opened.answers.count() == 2


def test_decline_with_the_reason(signed_in: As, city: Any, opened: Need) -> None:
    send(signed_in(Role.OFFICER, city.ward), "answer", opened, text="Đường này sắp mở rộng, chờ năm sau", declined="on")
    opened.refresh_from_db()
    assert opened.state == State.DECLINED
    assert verbs()[-1] == "need.declined"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "", "due_on": "2099-01-01"}, "text"),
        ({"text": "  x ", "due_on": ""}, "text"),
        ({"text": "Sẽ làm"}, "due_on"),
        ({"text": "Sẽ làm", "due_on": "2020-01-01"}, "due_on"),
        ({"text": "Sẽ làm", "due_on": "2999-01-01"}, "due_on"),
        ({"text": "Sẽ làm", "due_on": "tomorrow"}, "due_on"),
        ({"text": "x" * 1001, "due_on": "2099-01-01"}, "text"),
    ],
)
def test_wrong_answers(signed_in: As, city: Any, opened: Need, values: dict[str, str], field: str) -> None:
    response = send(signed_in(Role.OFFICER, city.ward), "answer", opened, **values)
    assert field in response.context["form"].errors
    assert not Answer.objects.exists()
    opened.refresh_from_db()
    assert opened.state == State.OPEN


def test_not_answered_when_held_done_or_taken_up_and_declined(actor: By, city: Any, held: Need) -> None:
    officer = actor(Role.OFFICER, city.ward)
    with pytest.raises(Refused):
        actions.answer_need(officer, held, text="Sẽ làm", due_on=clock.today())
    need = actions.release_need(officer, held)
    actions.set_state(officer, need, State.PLANNED)
    with pytest.raises(Invalid, match="việc chung"):
        actions.answer_need(officer, need, text="Không làm", due_on=None, declined=True)
    actions.answer_need(officer, need, text="Xong tháng này", due_on=clock.today())
    need.refresh_from_db()
    assert need.state == State.PLANNED
    actions.set_state(officer, need, State.DONE)
    with pytest.raises(Refused):
        actions.answer_need(officer, need, text="Sẽ làm", due_on=clock.today())


# ── join ──


def test_joined_voices_count_together(signed_in: As, actor: By, nameless: By, city: Any, opened: Need) -> None:
    other = actions.raise_need(actor(), city.area2, category="light", text="Đầu hẻm 47 tối")
    for word in "ab":
        actions.back_need(nameless(word), opened)
    actions.back_need(nameless("c"), other)
    officer = signed_in(Role.OFFICER, city.ward)
    page = officer.get(reverse("needs:merge", args=[opened.code])).content.decode()
    assert "Đầu hẻm 47 tối" in page
    act_id = str(uuid4())
    for _n in range(2):
        assert send(officer, "merge", opened, act_id=act_id, into=other.pk).status_code == 302
    opened.refresh_from_db()
    other.refresh_from_db()
    assert opened.same_as == other
    assert other.backers == 1 + 1 + 2  # its own, who raised the joined one, and that one's two
    assert list(Need.objects.listed()) == [other]
    assert opened.code.encode() in bytes(Entry.objects.get(verb="need.merged").facts)


def test_joining_a_held_one_names_only_the_one_that_stays(actor: By, city: Any, held: Need) -> None:
    other = actions.raise_need(actor(), city.area, category="light", text="Hẻm 47 tối")
    actions.merge_need(actor(Role.HEAD, city.area), held, other)
    assert held.code.encode() not in bytes(Entry.objects.get(verb="need.merged").facts)
    assert not Need.objects.held_for(actor(Role.HEAD, city.area)).exists()


def test_chains_are_flattened(actor: By, city: Any) -> None:
    officer = actor(Role.OFFICER, city.ward)
    one, two, three = (actions.raise_need(actor(), city.area, category="light", text=f"Tối {n}") for n in "123")
    actions.merge_need(officer, one, two)
    actions.merge_need(officer, two, three)
    one.refresh_from_db()
    three.refresh_from_db()
    assert one.same_as == three
    assert three.backers == 2


def test_what_can_not_be_joined(actor: By, city: Any, held: Need) -> None:
    officer = actor(Role.OFFICER, city.city)
    one, two = (actions.raise_need(actor(), city.area, category="light", text=f"Tối {n}") for n in "12")
    far = actions.raise_need(actor(), city.other_area, category="light", text="Tối xa")
    for need, into in ((one, one), (one, held), (one, far)):
        with pytest.raises(Refused):
            actions.merge_need(officer, need, into)
    actions.merge_need(officer, one, two)
    for need, into in ((two, one), (one, two)):
        with pytest.raises(Refused):
            actions.merge_need(officer, need, into)


# ── what became of it ──


def test_taken_up_and_done(actor: By, city: Any, opened: Need) -> None:
    officer = actor(Role.OFFICER, city.ward)
    for state in (State.PLANNED, State.PLANNED, State.DONE):  # a second work may take it up too
        assert actions.set_state(officer, opened, state).state == state
    for state in (State.PLANNED, State.OPEN, State.HELD, State.ANSWERED):
        with pytest.raises(Refused):
            actions.set_state(officer, opened, state)
    assert verbs()[-3:] == ["need.planned", "need.planned", "need.done"]


# ── hidden words are shown nowhere ──


def test_hidden_words_are_shown_nowhere(signed_in: As, client: Client, actor: By, city: Any, opened: Need) -> None:
    officer = actor(Role.OFFICER, city.ward)
    answer = actions.answer_need(officer, opened, text="Trả lời cho ông Bảy", due_on=clock.today())
    hide(officer, answer, reason="Names a neighbour")
    hide(officer, opened, reason="Names a neighbour too")
    opened.refresh_from_db()
    answer.refresh_from_db()
    assert (opened.public_text, answer.public_text) == ("", "")
    addresses = [
        reverse("needs:stub", args=[opened.code]),
        reverse("needs:near") + f"?place={city.area.slug}",
        reverse("needs:raise") + f"?place={city.area.slug}",
        reverse("needs:back", args=[opened.code]),
    ]
    for who in (client, signed_in(), signed_in(Role.HEAD, city.area)):
        for address in addresses:
            text = who.get(address).content.decode()
            assert "Hẻm 47 tối quá" not in text
            assert "ông Bảy" not in text
    assert "Names a neighbour too" in client.get(addresses[0]).content.decode()
    for entry in Entry.objects.all():
        public = bytes(entry.leaf) + bytes(entry.facts or b"")
        assert "Hẻm 47 tối quá".encode() not in public
        assert "ông Bảy".encode() not in public


# ── role × act × own or other place, through HTTP ──

WHERE = {None: "area", Role.OFFICER: "ward", Role.CITY_BOARD: "ward", Role.OPERATOR: "ward"}
ACTS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "release": (rules.may_release_need, {}),
    "back": (rules.may_back_need, {}),
    "answer": (rules.may_answer_need, {"text": "Sẽ làm", "declined": "on"}),
    "merge": (rules.may_merge_need, {}),
}
EXPECTED = {"release": {Role.OFFICER, Role.HEAD}, "back": {None, *Role}, "answer": {Role.OFFICER}, "merge": {Role.OFFICER, Role.HEAD}}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("role", [None, *Role])
def test_role_by_act_by_place(signed_in: As, actor: By, nameless: By, city: Any, act: str, own: bool, role: Role | None) -> None:
    need = actions.raise_need(nameless("a"), city.area, category="light", text="Hẻm tối")
    if act != "release":
        need = actions.release_need(actor(Role.OFFICER, city.ward, "releaser"), need)
    other = actions.raise_need(actor(), city.area, category="light", text="Cũng tối")
    place = getattr(city, ("" if own else "other_") + WHERE.get(role, "area")) if role else None
    rule, values = ACTS[act]
    allowed = role in EXPECTED[act] and (own or act == "back")
    assert bool(rule(actor(role, place), need)) is allowed
    before = Entry.objects.count()
    response = send(signed_in(role, place), act, need, **values, **({"into": other.pk} if act == "merge" else {}))
    assert response.status_code == (302 if allowed else 403)
    assert Entry.objects.count() == before + allowed
    if not allowed:
        reason = rule(actor(role, place), need).reason
        assert str(reason)


@pytest.mark.parametrize("act", ["release", "answer", "merge", "hide"])
def test_nameless_do_none_of_the_offices_acts(client: Client, opened: Need, act: str) -> None:
    response = client.post(reverse(f"needs:{act}", args=[opened.code]), {"act_id": str(uuid4())}, follow=True)
    assert response.status_code == 403


def test_queue_is_for_heads_and_officers(client: Client, signed_in: As, city: Any, held: Need) -> None:
    assert client.get(reverse("needs:queue")).status_code == 403
    assert signed_in().get(reverse("needs:queue")).status_code == 403
    assert signed_in(Role.CHECKER, city.ward).get(reverse("needs:queue")).status_code == 403
    assert "Hẻm 47" in signed_in(Role.HEAD, city.area).get(reverse("needs:queue")).content.decode()
    assert "Hẻm 47" not in signed_in(Role.HEAD, city.area2).get(reverse("needs:queue")).content.decode()
    assert "Hẻm 47" not in signed_in(Role.OFFICER, city.other_ward).get(reverse("needs:queue")).content.decode()


@pytest.mark.parametrize("act", ["stub", "back", "release", "answer", "merge", "hide"])
def test_unknown_codes(client: Client, act: str) -> None:
    assert client.get(reverse(f"needs:{act}", args=["NOTHERE"])).status_code == 404
