"""Calling, counting, deciding and cancelling, through the forms a head uses."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid
from kheo.evidence import photos
from kheo.meetings import actions, law
from kheo.meetings.models import Meeting, State
from kheo.meetings.testing import choose, decide
from kheo.meetings.tests.conftest import post, together
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


def when(**ahead):
    return timezone.localtime(clock.now() + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def agenda(**more):
    return {
        "act_id": uuid.uuid4(),
        "starts_at": when(days=4),
        "where": "Nhà văn hóa",
        "title_1": "Lamps",
        "rule_1": "contributions",
        **more,
    }


def test_a_head_calls_a_meeting_and_it_is_logged_without_its_words(signed_in, city):
    response = post(
        signed_in(Role.HEAD, city.area), "meetings:call", [], agenda(title_2="A bell", rule_2="convention"), f"?place={city.area.slug}"
    )
    meeting = Meeting.objects.get()
    assert response.url == f"/meetings/{meeting.pk}/"
    assert [(m.position, m.title, m.rule) for m in meeting.matters.all()] == [(1, "Lamps", "contributions"), (2, "A bell", "convention")]
    entry = Entry.objects.get(verb="meeting.called")
    facts = json.loads(bytes(entry.facts))
    assert entry.place == city.area.slug and facts["rules"] == ["contributions", "convention"]
    assert b"Lamps" not in bytes(entry.leaf) + bytes(entry.facts) and b"Lamps" in bytes(entry.private)


def test_the_same_call_sent_twice_is_one_meeting(signed_in, city):
    client, data = signed_in(Role.HEAD, city.area), agenda()
    first, second = (post(client, "meetings:call", [], data, f"?place={city.area.slug}") for _ in range(2))
    assert first.url == second.url
    assert Meeting.objects.count() == Entry.objects.filter(verb="meeting.called").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts_at": "2020-01-01T19:00"}, "today or a day to come"),
        ({"starts_at": when(days=400)}, "within one year"),
        ({"starts_at": "soon"}, "valid date"),
        ({"starts_at": when(days=2)}, "at least 3 days before"),
        ({"part": "Alley 47"}, "how many households this part has"),
        ({"part_households": "30"}, "which part of the area"),
        ({"part": "Alley 47", "part_households": "241"}, "only 240 households"),
        ({"where": "   "}, "fill this in"),
        ({"title_1": ""}, "fill this in"),
        ({"rule_1": "free-for-all"}, "valid choice"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_and_keeps_what_was_typed(signed_in, city, change, words):
    response = post(
        signed_in(Role.HEAD, city.area),
        "meetings:call",
        [],
        agenda(title_3="Kept words", rule_3="other", **change),
        f"?place={city.area.slug}",
    )
    assert response.status_code == 200
    assert words in response.text and "Kept words" in response.text
    assert not Meeting.objects.exists()


def test_only_an_area_can_be_called_together(signed_in, city):
    response = post(signed_in(Role.OFFICER, city.ward), "meetings:call", [], agenda(), f"?place={city.ward.slug}")
    assert response.status_code == 403 and "called for one area" in response.text


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.HEAD, "area", 302),
        (Role.OFFICER, "ward", 302),
        (Role.HEAD, "area2", 403),
        (Role.OFFICER, "other_ward", 403),
        (Role.CHECKER, "area", 403),
        (Role.ORGANISER, "area", 403),
        (Role.STEWARD, "area", 403),
        (Role.OPERATOR, "city", 403),
        (Role.CITY_BOARD, "city", 403),
        (None, None, 403),
    ],
)
def test_who_may_act(signed_in, actor, city, call, counted, photo_upload, role, at, status):
    client = signed_in(role, getattr(city, at) if at else None)
    assert post(client, "meetings:call", [], agenda(), f"?place={city.area.slug}").status_code == status
    meeting = call()
    count = {"act_id": uuid.uuid4(), "present": 171, "sheet": photo_upload()}
    assert post(client, "meetings:count", [meeting.pk], count).status_code == status
    cancel = {"act_id": uuid.uuid4(), "reason": "Rain"}
    assert post(client, "meetings:cancel", [call().pk], cancel).status_code == status
    matter = choose(actor(Role.HEAD, city.area), counted()).matters.get()
    tallies = {"act_id": uuid.uuid4(), "agree": 160, "against": 5, "other": 6}
    assert post(client, "meetings:tally", [matter.pk], tallies).status_code == status


def test_who_may_not_count_cannot_even_store_a_photo(signed_in, city, call, photo_upload):
    from kheo.evidence.models import Photo

    data = {"act_id": uuid.uuid4(), "present": 171, "sheet": photo_upload()}
    assert post(signed_in(), "meetings:count", [call().pk], data).status_code == 403
    assert not Photo.objects.exists()


def test_the_form_shows_the_recorded_number_and_counts_against_it(signed_in, city, call, photo_upload):
    client, meeting = signed_in(Role.HEAD, city.area), call()
    page = client.get(reverse("meetings:count", args=[meeting.pk]), headers={"accept-language": "en"})
    assert "240" in page.text
    data = {"act_id": uuid.uuid4(), "present": 171, "sheet": photo_upload()}
    assert post(client, "meetings:count", [meeting.pk], data).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.present, meeting.households, meeting.state) == (171, 240, State.COUNTED)
    assert not meeting.sheet.public and meeting.sheet.place == city.area
    shown = client.get(meeting.sheet.url)
    assert shown.status_code == 200 and shown.getvalue()
    assert signed_in().get(meeting.sheet.url).status_code == 403
    clear = json.loads(bytes(Entry.objects.get(verb="meeting.counted").leaf))["clear"]
    assert clear == {"meeting": meeting.pk, "households": 240, "present": 171}


@pytest.mark.parametrize(
    ("present", "words"),
    [
        (241, "241 cannot be present"),
        (-1, "greater than or equal to 0"),
        ("171.5", "whole number"),
        ("1e2", "whole number"),
        ("", "tap or write the numbers"),
    ],
)
def test_a_count_that_cannot_be_is_refused(signed_in, city, call, photo_upload, present, words):
    meeting = call()
    data = {"act_id": uuid.uuid4(), "present": present, "sheet": photo_upload()}
    response = post(signed_in(Role.HEAD, city.area), "meetings:count", [meeting.pk], data)
    assert response.status_code == 200 and words in response.text
    assert Meeting.objects.get().state == State.CALLED


def test_a_count_needs_a_readable_sheet(signed_in, city, call):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, meeting = signed_in(Role.HEAD, city.area), call()
    for sheet, words in ((None, "photo is needed"), (SimpleUploadedFile("s.jpg", b"no picture"), "can&#x27;t be opened")):
        data = {"act_id": uuid.uuid4(), "present": 171} | ({"sheet": sheet} if sheet else {})
        response = post(client, "meetings:count", [meeting.pk], data)
        assert response.status_code == 200 and words in response.text and 'value="171"' in response.text


def test_nobody_counts_before_the_meeting_begins(signed_in, city, call, photo_upload):
    meeting = call(began=timedelta(minutes=5))
    response = post(
        signed_in(Role.HEAD, city.area), "meetings:count", [meeting.pk], {"act_id": uuid.uuid4(), "present": 1, "sheet": photo_upload()}
    )
    assert response.status_code == 403 and "not before" in response.text


def test_an_area_without_a_recorded_number_says_who_can_set_it(signed_in, city, call):
    meeting = call()
    type(city.area).objects.filter(pk=city.area.pk).update(households=None)
    response = signed_in(Role.HEAD, city.area).get(reverse("meetings:count", args=[meeting.pk]), headers={"accept-language": "en"})
    assert response.status_code == 403 and "officer of the ward can set it" in response.text


def test_households_are_counted_once_and_a_repeat_shows_the_first(signed_in, city, call, photo_upload):
    client, meeting, act = signed_in(Role.HEAD, city.area), call(), uuid.uuid4()
    send = [{"act_id": act, "present": 171, "sheet": photo_upload()}, {"act_id": act, "present": 171, "sheet": photo_upload()}]
    assert [post(client, "meetings:count", [meeting.pk], data).status_code for data in send] == [302, 302]
    again = post(client, "meetings:count", [meeting.pk], {"act_id": uuid.uuid4(), "present": 180, "sheet": photo_upload()})
    assert again.status_code == 403 and "counted already" in again.text
    assert Meeting.objects.get().present == 171
    assert Entry.objects.filter(verb="meeting.counted").count() == 1


def test_a_change_of_law_never_changes_a_past_decision(monkeypatch, actor, city, counted):
    from dataclasses import replace

    matter = counted().matters.get()
    decision = decide(actor(Role.HEAD, city.area), matter, agree=160, against=0)
    harder = tuple(replace(r, threshold=law.Share(9, 10), article="99") if r.votes else r for r in law.rules())
    monkeypatch.setattr(law, "rules", lambda: harder)
    decision.refresh_from_db()
    assert (decision.passed, decision.needed, decision.threshold_num, decision.threshold_den) == (True, 160, 2, 3)
    assert decision.article == "10/2022/QH15 15(1)" and decision.base == 240
    later = counted().matters.get()
    assert not decide(actor(Role.HEAD, city.area), later, agree=160, against=0).passed


def test_the_recorded_number_of_the_day_is_kept(actor, city, counted):
    meeting = counted()
    type(city.area).objects.filter(pk=city.area.pk).update(households=300)
    assert decide(actor(Role.HEAD, city.area), meeting.matters.get(), agree=160, against=0).base == 240


def test_a_meeting_closes_when_every_matter_is_decided(actor, city, counted):
    head, meeting = actor(Role.HEAD, city.area), counted(rules=("contributions", "other"))
    first, second = meeting.matters.all()
    decide(head, first, agree=1, against=0)
    assert Meeting.objects.get().state == State.COUNTED
    decide(head, second, agree=1, against=0)
    assert Meeting.objects.get().state == State.CLOSED


def test_a_meeting_is_cancelled_with_a_reason_and_never_after_it_was_held(signed_in, city, call, counted):
    client, meeting = signed_in(Role.HEAD, city.area), call()
    silent = post(client, "meetings:cancel", [meeting.pk], {"act_id": uuid.uuid4(), "reason": " "})
    assert silent.status_code == 200 and "required" in silent.text
    post(client, "meetings:cancel", [meeting.pk], {"act_id": uuid.uuid4(), "reason": "Rain"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason) == (State.CANCELLED, "Rain")
    assert post(client, "meetings:count", [meeting.pk], {"act_id": uuid.uuid4(), "present": 1}).status_code == 403
    held = post(client, "meetings:cancel", [counted().pk], {"act_id": uuid.uuid4(), "reason": "Rain"})
    assert held.status_code == 403 and "has been held" in held.text


def test_a_need_of_another_place_cannot_be_put_on_the_agenda(actor, city):
    from kheo.needs import actions as needs

    there = needs.raise_need(actor(Role.HEAD, city.other_area), city.other_area, category="light", text="It is dark here at night")
    here = needs.raise_need(actor(Role.HEAD, city.area), city.area, category="light", text="It is dark here at night")
    head, starts = actor(Role.HEAD, city.area), clock.now() + timedelta(days=3)
    with pytest.raises(Invalid) as wrong:
        actions.call_meeting(head, city.area, starts_at=starts, where="x", matters=[("Lamps", "contributions", [there])])
    assert wrong.value.field == "matters"
    meeting = actions.call_meeting(head, city.area, starts_at=starts, where="x", matters=[("Lamps", "contributions", [here])])
    assert list(meeting.matters.get().needs.all()) == [here]


def test_actions_take_whole_numbers_only(actor, city, call, photo_upload):
    head, meeting = actor(Role.HEAD, city.area), call()
    for present in (True, 1.0, "171", None):
        with pytest.raises(Invalid):
            actions.count_households(head, meeting, present=present, sheet=photos.store(photo_upload()))
    with pytest.raises(Invalid):
        actions.count_households(head, meeting, present=171, sheet=None)


def test_without_a_place_one_chooses_among_ones_own(signed_in, city, client):
    page = signed_in(Role.OFFICER, city.ward).get(reverse("meetings:call"), headers={"accept-language": "en"})
    assert city.area.slug in page.text and city.area2.slug in page.text and city.other_area.slug not in page.text
    assert "sign in" in client.get(reverse("meetings:call"), headers={"accept-language": "en"}).text


@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_leave_one(actor, city, call, photo_upload):
    head, meeting = actor(Role.HEAD, city.area), call()
    sheets = [photos.store(photo_upload()) for _ in range(2)]
    count = together(lambda i: actions.count_households(head, meeting, present=170 + i, sheet=sheets[i]))
    assert sorted(count) == ["done", "refused"]
    assert Entry.objects.filter(verb="meeting.counted").count() == 1
