"""Mandate, submission, advice, registration, steps, giving up."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kheo import catalogue
from kheo.catalogue import keys
from kheo.core import clock
from kheo.core.actor import Actor, Grant, Role
from kheo.core.rules import Invalid, Refused
from kheo.initiatives import actions, rules
from kheo.initiatives.models import ADVICE_FIELDS, Initiative, State
from kheo.meetings.law import rules as law_rules
from kheo.needs import actions as needs
from kheo.needs.models import Category
from kheo.openlog.models import Entry


def _url(name, work, *more) -> str:
    return reverse(f"initiatives:{name}", args=[work.slug, *more])


def _act(**values) -> dict:
    return {"act_id": str(uuid4()), **values}


def test_the_catalogue_knows_the_rooms_above() -> None:
    assert set(keys.NEEDS) == set(Category.values)
    assert set(keys.RULES) == {rule.key for rule in law_rules()}


# --- mandate ---


def test_a_decision_carries_the_work(city, signed_in, work, decision) -> None:
    made, passed = work(), decision()
    client = signed_in(Role.HEAD, city.area)
    assert "Gắn đèn hẻm 47" in client.get(_url("mandate", made)).content.decode()
    assert client.post(_url("mandate", made), _act(kind="decision", decision=passed.pk)).status_code == 302
    made.refresh_from_db()
    assert (made.mandate, made.decision) == ("decision", passed)


@pytest.mark.parametrize("wrong", ["missing", "failed", "elsewhere", "convention"])
def test_decisions_that_do_not_carry_it(city, actor, signed_in, work, decision, wrong) -> None:
    made = work()
    chosen = {
        "missing": lambda: None,
        "failed": lambda: decision(passed=False),
        "elsewhere": lambda: decision(city.area2),
        "convention": lambda: decision(rule="convention"),
    }[wrong]()
    with pytest.raises(Invalid) as caught:
        actions.give_mandate(actor(Role.HEAD, city.area), made, kind="decision", decision=chosen)
    assert caught.value.field == "decision"
    answer = signed_in(Role.HEAD, city.area).post(_url("mandate", made), _act(kind="decision", decision=chosen.pk if chosen else ""))
    assert answer.status_code == 200 and "decision" in answer.context["form"].errors
    made.refresh_from_db()
    assert made.mandate == ""


def test_a_reason_replaces_a_decision(city, signed_in, work, decision) -> None:
    made = work("mandated")
    answer = signed_in(Role.HEAD, city.area).post(
        _url("mandate", made), _act(kind="gifts", decision=made.decision_id, note="Mạnh thường quân")
    )
    made.refresh_from_db()
    assert answer.status_code == 302 and (made.mandate, made.decision, made.mandate_note) == ("gifts", None, "Mạnh thường quân")


def test_a_reason_that_is_none(city, signed_in, work) -> None:
    assert signed_in(Role.HEAD, city.area).post(_url("mandate", work()), _act(kind="because")).status_code == 200


# --- submission and return ---


def test_without_a_mandate_nothing_is_submitted(city, signed_in, work) -> None:
    made = work()
    answer = signed_in(Role.HEAD, city.area).post(_url("submit", made), _act())
    assert answer.status_code == 403
    made.refresh_from_db()
    assert made.state == State.DRAFT


def test_submitted_twice_by_the_same_press_is_submitted_once(city, signed_in, work) -> None:
    made, form = work("mandated"), _act()
    client = signed_in(Role.HEAD, city.area)
    assert [client.post(_url("submit", made), form).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.filter(verb="initiative.submitted").count() == 1
    assert client.post(_url("submit", made), _act()).status_code == 403


def test_advice_stands_beside_its_field_and_is_settled_when_sent_again(city, signed_in, work) -> None:
    made = work("submitted")
    officer, head = signed_in(Role.OFFICER, city.ward), signed_in(Role.HEAD, city.area)
    page = officer.get(_url("return", made))
    assert {f.name for f, _written in page.context["rows"]} == set(ADVICE_FIELDS)
    assert officer.post(_url("return", made), _act(title="Ghi tên hẻm", mandate="Thiếu biên bản", other=" ")).status_code == 302
    made.refresh_from_db()
    assert made.state == State.RETURNED and made.open_advice().count() == 2
    page = head.get(_url("edit", made))
    beside = {field.name: advice for field, advice in page.context["form"].rows()}
    assert beside["title"] == ["Ghi tên hẻm"] and beside["summary"] == []
    assert "Thiếu biên bản" in page.content.decode()
    assert head.post(_url("submit", made), _act()).status_code == 302
    assert made.open_advice().count() == 0 and made.advice.count() == 2
    leaf = Entry.objects.get(verb="initiative.returned")
    assert "Thiếu".encode() not in bytes(leaf.leaf) + bytes(leaf.facts)


def test_a_return_without_a_word_is_no_return(city, signed_in, work) -> None:
    made = work("submitted")
    answer = signed_in(Role.OFFICER, city.ward).post(_url("return", made), _act(), headers={"accept-language": "en"})
    assert answer.status_code == 200 and "at least one box" in answer.content.decode()
    made.refresh_from_db()
    assert made.state == State.SUBMITTED


def test_advice_on_a_field_that_is_none(city, actor, work) -> None:
    with pytest.raises(Invalid):
        actions.return_initiative(actor(Role.OFFICER, city.ward), work("submitted"), advice={"colour": "Xanh"})


# --- registration ---


def test_registering_logs_kit_hash_targets_and_mandate_in_clear(city, actor, signed_in, work) -> None:
    need = needs.raise_need(actor(), city.area, category=Category.LIGHT, text="Hẻm 47 tối quá", nameless=False)
    made = work("submitted", needs=[need])
    assert signed_in(Role.OFFICER, city.ward).post(_url("register", made), _act()).status_code == 302
    made.refresh_from_db()
    need.refresh_from_db()
    assert made.state == State.REGISTERED and made.registered_at and need.state == "planned"
    leaf = json.loads(bytes(Entry.objects.get(verb="initiative.registered").leaf))
    assert leaf["clear"] == {
        "kit": "rural-lighting",
        "kit_sha256": catalogue.kit("rural-lighting").hash,
        "mandate": "decision",
        "decision": made.decision_id,
        "targets": {"rural-lighting.lamps": 30, "rural-lighting.lit-m": 310},
    }


def test_a_household_kit_shows_no_small_target_in_the_log(city, actor, work, decision) -> None:
    head = actor(Role.HEAD, city.area)
    made = work(kit="poor-house", title="Nhà", site=None, targets={"poor-house.houses": 1})
    actions.give_mandate(head, made, kind="decision", decision=decision())
    actions.submit_initiative(head, made)
    actions.register_initiative(actor(Role.OFFICER, city.ward), made)
    entry = Entry.objects.get(verb="initiative.registered")
    assert json.loads(bytes(entry.leaf))["place"] == city.ward.slug
    assert b"poor-house.houses" not in bytes(entry.leaf) + bytes(entry.facts)


def test_an_officer_does_not_register_her_own(city, actor, signed_in, work) -> None:
    officer = actor(Role.OFFICER, city.ward)
    made = work(by=officer)
    actions.give_mandate(officer, made, kind="own-act")
    actions.submit_initiative(officer, made)
    client = signed_in(Role.OFFICER, city.ward)
    for name, form in (("register", _act()), ("return", _act(title="Thiếu"))):
        assert client.post(_url(name, made), form).status_code == 403
    assert signed_in(Role.OFFICER, city.ward, "bà Ba").post(_url("register", made), _act()).status_code == 302


def test_the_second_officer_is_told_that_it_is_done(city, signed_in, work) -> None:
    made = work("submitted")
    one, two = signed_in(Role.OFFICER, city.ward, "cô Tư"), signed_in(Role.OFFICER, city.ward, "chú Năm")
    assert two.get(_url("return", made)).status_code == 200  # both look at it
    assert one.post(_url("register", made), _act()).status_code == 302
    late = two.post(_url("return", made), _act(title="Thiếu"), headers={"accept-language": "en"})
    assert late.status_code == 403 and "registered already" in late.content.decode()
    assert Entry.objects.filter(verb__in=("initiative.registered", "initiative.returned")).count() == 1


def test_a_stale_copy_does_not_register_twice(city, actor, work) -> None:
    made = work("submitted")
    stale = Initiative.objects.get(pk=made.pk)
    actions.register_initiative(actor(Role.OFFICER, city.ward, "cô Tư"), made)
    with pytest.raises(Refused, match=r"rồi|already"):
        actions.register_initiative(actor(Role.OFFICER, city.ward, "chú Năm"), stale)


@pytest.mark.parametrize("who", ["nobody", "resident", "head", "other officer", "city board"])
@pytest.mark.parametrize("name", ["register", "return"])
def test_others_do_not_register_or_return(city, signed_in, client, work, who, name) -> None:
    made = work("submitted")
    client = {
        "nobody": lambda: client,
        "resident": lambda: signed_in(),
        "head": lambda: signed_in(Role.HEAD, city.area),
        "other officer": lambda: signed_in(Role.OFFICER, city.other_ward),
        "city board": lambda: signed_in(Role.CITY_BOARD, city.city),
    }[who]()
    assert client.get(_url(name, made)).status_code == 403
    assert client.post(_url(name, made), _act(title="Thiếu")).status_code == 403
    made.refresh_from_db()
    assert made.state == State.SUBMITTED


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_the_officers_list_is_the_rule(city, work, person, data) -> None:
    if not Initiative.objects.exists():
        for state in ("draft", "mandated", "submitted", "returned", "registered"):
            work(state)
        work("submitted", title="Hẻm khác")
    places = [city.city, city.ward, city.area, city.area2, city.other_ward]
    grants = data.draw(st.lists(st.builds(Grant, st.sampled_from(list(Role)), st.sampled_from([p.path for p in places])), max_size=3))
    user_id = data.draw(st.sampled_from([None, person(Role.HEAD, city.area).pk, person(Role.OFFICER, city.ward).pk]))
    who = Actor(key="x", user_id=user_id, grants=tuple(grants))
    listed = set(Initiative.objects.waiting_for(who))
    assert listed == {i for i in Initiative.objects.all() if rules.may_register(who, i)}


# --- steps ---


def test_steps_are_added_and_finished(city, signed_in, work) -> None:
    made = work("registered")
    client = signed_in(Role.HEAD, city.area)
    due = (clock.today() + timedelta(days=9)).isoformat()
    assert client.post(_url("tasks", made), _act(title="Mua dây", who="tổ 3", due_on=due)).status_code == 302
    task = made.tasks.get(title="Mua dây")
    assert task.position == 11 and "Mua dây" in client.get(_url("tasks", made)).content.decode()
    form = _act()
    assert [client.post(_url("finish", made, task.pk), form).status_code for _ in range(2)] == [302, 302]
    task.refresh_from_db()
    assert task.done_on == clock.today()
    assert client.post(_url("finish", made, task.pk), _act()).status_code == 403
    assert client.get(_url("finish", made, task.pk)).status_code == 405


def test_no_step_is_done_before_registration(city, signed_in, work) -> None:
    made = work()
    assert signed_in(Role.HEAD, city.area).post(_url("finish", made, made.tasks.first().pk), _act()).status_code == 403


def test_a_step_of_another_work_is_not_found(city, signed_in, work) -> None:
    one, two = work("registered"), work("registered")
    assert signed_in(Role.HEAD, city.area).post(_url("finish", one, two.tasks.first().pk), _act()).status_code == 404


def test_others_do_not_touch_the_steps(city, signed_in, work) -> None:
    made = work("registered")
    for client in (signed_in(), signed_in(Role.HEAD, city.area2), signed_in(Role.OFFICER, city.ward)):
        assert client.post(_url("tasks", made), _act(title="Việc lạ")).status_code == 403
        assert client.post(_url("finish", made, made.tasks.first().pk), _act()).status_code == 403
    assert not made.tasks.filter(title="Việc lạ").exists()


# --- giving up ---


def test_it_is_given_up_with_its_reason(city, signed_in, work) -> None:
    made = work("registered")
    officer = signed_in(Role.OFFICER, city.ward)
    assert officer.post(_url("close", made), _act(reason=" ")).status_code == 200
    assert officer.post(_url("close", made), _act(reason="Đường sắp mở rộng.")).status_code == 302
    made.refresh_from_db()
    assert made.state == State.CLOSED and made.closed_reason == "Đường sắp mở rộng."
    assert officer.post(_url("close", made), _act(reason="Lần nữa")).status_code == 403


def test_an_officer_does_not_give_up_somebodys_draft(city, signed_in, work) -> None:
    assert signed_in(Role.OFFICER, city.ward).post(_url("close", work()), _act(reason="Thôi")).status_code == 403


def test_drafts_are_seen_by_their_organiser_only(city, actor, nameless, work) -> None:
    draft, sent, open_ = work(), work("submitted"), work("registered")
    head, officer, other = actor(Role.HEAD, city.area), actor(Role.OFFICER, city.ward), actor(Role.OFFICER, city.other_ward)
    assert [bool(rules.may_see(head, w)) for w in (draft, sent, open_)] == [True, True, True]
    assert [bool(rules.may_see(officer, w)) for w in (draft, sent, open_)] == [False, True, True]
    assert [bool(rules.may_see(a, w)) for a in (other, nameless()) for w in (draft, sent, open_)] == [False, False, True] * 2


def test_a_need_whose_work_is_given_up_waits_for_an_answer_again(work, actor, city) -> None:
    need = needs.raise_need(actor(), city.area, category="light", text="Hẻm tối", nameless=False)
    made = work("registered", needs=[need])
    need.refresh_from_db()
    assert need.state == "planned"
    actions.close_initiative(actor(Role.HEAD, city.area), made, reason="Không đủ tiền.")
    need.refresh_from_db()
    assert need.state == "open"
    assert need.answer_by > clock.today()
