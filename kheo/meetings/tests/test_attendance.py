"""Numbers tapped or read out, counted, kept until nobody can object, then deleted; and never shown to anybody else."""

import json
import time
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.evidence import photos
from kheo.meetings import actions, numbers
from kheo.meetings.models import Attendance, Meeting, State
from kheo.meetings.tests.conftest import post
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


@given(st.sets(st.integers(1, 99_999), max_size=60))
def test_what_is_read_out_is_understood(found):
    assert numbers.parse(numbers.spoken(found)) == sorted(found)


@pytest.mark.parametrize(
    ("said", "found"),
    [("1-3, 5", [1, 2, 3, 5]), ("7 đến 9; 12", [7, 8, 9, 12]), ("4\n4 – 6", [4, 5, 6]), ("", []), ("240", [240]), ("1,2.3", [1, 2, 3])],
)
def test_ways_to_say_numbers(said, found):
    assert numbers.parse(said) == found


def test_a_range_said_again_and_again_is_no_more_work():
    """Anybody can send the form: half a thousand times the same range took ten seconds of a processor."""
    start = time.process_time()
    assert len(numbers.parse(",".join(["1-99999"] * 499))) == 99_999
    assert time.process_time() - start < 2


@pytest.mark.parametrize("said", ["0", "3-1", "x", "1-", "-5", "1-2-3", "12345678"])
def test_what_is_no_number(said):
    with pytest.raises(ValueError, match=r".+"):
        numbers.parse(said)


def test_taps_are_kept_at_once_and_say_how_many(signed_in, city, call):
    meeting, client = call(), signed_in(Role.HEAD, city.area)
    address = f"/meetings/{meeting.pk}/count/"
    answer = client.post(address, {"act_id": uuid.uuid4(), "numbers": [1, 2, 57]}, headers={"accept-language": "en", "hx-request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.text
    words = " ".join(answer.text.split())
    assert "3 <small>of 240 households, 120 needed" in words
    page = client.get(address, headers={"accept-language": "en"}).text
    assert page.count("checked>") == 3 and 'value="57" checked' in page and 'value="240"' in page and 'value="241"' not in page
    assert not Entry.objects.filter(verb="meeting.counted").exists() and Meeting.objects.get().state == State.CALLED
    client.post(address, {"act_id": uuid.uuid4(), "numbers": [2]}, headers={"hx-request": "true"})  # tapped again: gone
    assert list(Attendance.objects.values_list("number", flat=True)) == [2]


def test_without_javascript_numbers_read_out_are_ticked_then_counted(signed_in, city, call, photo_upload):
    meeting, client = call(), signed_in(Role.HEAD, city.area)
    kept = post(client, "meetings:count", [meeting.pk], {"act_id": uuid.uuid4(), "keep": "1", "read_out": "1-170", "numbers": ["200"]})
    assert kept.status_code == 302
    page = client.get(f"/meetings/{meeting.pk}/count/").text
    assert page.count("checked>") == 171
    data = {"act_id": uuid.uuid4(), "numbers": [str(n) for n in range(1, 171)] + ["200"], "sheet": photo_upload()}
    assert post(client, "meetings:count", [meeting.pk], data).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.present, meeting.state, meeting.attendance.count()) == (171, State.COUNTED, 171)
    assert meeting.objection_until == clock.today() + timedelta(days=30)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"read_out": "1-241"}, "from 1 to 240"),
        ({"read_out": "1-40, x7"}, "“x7” is no number"),
        ({"read_out": "1-40", "present": 41}, "40 numbers are ticked, but you wrote 41"),
        ({"numbers": ["241"]}, "Select a valid choice"),
    ],
)
def test_numbers_that_cannot_be(signed_in, city, call, photo_upload, data, words):
    meeting = call()
    response = post(
        signed_in(Role.HEAD, city.area), "meetings:count", [meeting.pk], {"act_id": uuid.uuid4(), "sheet": photo_upload(), **data}
    )
    assert response.status_code == 200 and words in response.text
    assert Meeting.objects.get().state == State.CALLED and not Attendance.objects.exists()


def test_only_who_may_count_keeps_numbers(signed_in, city, call, actor, nameless):
    meeting = call()
    for client in (signed_in(Role.HEAD, city.area2), signed_in(), Client()):
        answer = client.post(f"/meetings/{meeting.pk}/count/", {"act_id": uuid.uuid4(), "numbers": [1]}, headers={"hx-request": "true"})
        assert answer.status_code == 403
    with pytest.raises(Refused):
        actions.keep_numbers(nameless(), meeting, [1])
    with pytest.raises(Invalid):
        actions.keep_numbers(actor(Role.HEAD, city.area), meeting, [0])
    assert not Attendance.objects.exists()


def test_numbers_are_deleted_when_nobody_can_object_any_more(actor, city, call, photo_upload):
    head = actor(Role.HEAD, city.area)
    meeting = actions.count_households(head, call(), numbers=range(1, 172), sheet=photos.store(photo_upload()))
    assert actions.forget_attendance() == 0 and Attendance.objects.count() == 171
    Meeting.objects.update(objection_until=clock.today())
    assert actions.forget_attendance() == 0  # the last day still counts
    Meeting.objects.update(objection_until=clock.today() - timedelta(days=1))
    assert actions.forget_attendance() == 171 and not Attendance.objects.exists()
    assert actions.forget_attendance() == 0
    entry = Entry.objects.get(verb="meeting.attendance-forgotten")
    assert json.loads(bytes(entry.facts or b"")) == {"meeting": meeting.pk, "numbers": 171}
    assert Meeting.objects.get().present == 171  # how many they were stays


def test_numbers_of_a_meeting_that_was_never_counted_go_too(actor, city, call):
    head = actor(Role.HEAD, city.area)
    left, called_off = call(), call()
    for meeting in (left, called_off):
        actions.keep_numbers(head, meeting, [1, 2])
    actions.cancel_meeting(head, called_off, reason="Rain")
    assert Attendance.objects.count() == 2
    Meeting.objects.filter(pk=left.pk).update(starts_at=clock.now() - timedelta(days=31))
    assert actions.forget_attendance() == 2


def test_no_page_paper_or_entry_tells_a_number(signed_in, actor, city, call, photo_upload):
    here = [7, 93, 211]
    meeting = actions.count_households(actor(Role.HEAD, city.area), call(), numbers=here, sheet=photos.store(photo_upload()))
    for client in (Client(), signed_in(Role.HEAD, city.area), signed_in(Role.CHECKER, city.ward)):
        for address in (meeting.get_absolute_url(), city.area.get_absolute_url()):
            page = client.get(address).text
            assert not any(f">{n}<" in page for n in (93, 211))
    entry = Entry.objects.get(verb="meeting.counted")
    assert json.loads(bytes(entry.leaf))["clear"].keys() == {"meeting", "households", "present"}
    assert entry.facts is None and json.loads(bytes(entry.private)).keys() == {"actor", "photo"}
    closed = signed_in(Role.HEAD, city.area).get(f"/meetings/{meeting.pk}/count/")
    assert closed.status_code == 403  # nobody reads them again


def test_a_part_of_the_area_decides_for_itself(signed_in, actor, city, photo_upload):
    client = signed_in(Role.HEAD, city.area)
    starts = (clock.now() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    data = {"act_id": uuid.uuid4(), "starts_at": starts, "where": "Đầu hẻm", "title_1": "Đèn", "rule_1": "contributions"}
    post(client, "meetings:call", [], {**data, "part": "Hẻm 47", "part_households": 30}, f"?place={city.area.slug}")
    meeting = Meeting.objects.get()
    Meeting.objects.update(starts_at=clock.now() - timedelta(hours=1))
    assert "Hẻm 47" in Client().get(meeting.get_absolute_url()).text
    count = {"act_id": uuid.uuid4(), "read_out": "101-125", "sheet": photo_upload()}  # numbers of the whole area's cards
    assert post(client, "meetings:count", [meeting.pk], count).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.present, meeting.households) == (25, 30)


def test_a_convention_is_for_the_whole_area(signed_in, city):
    starts = (clock.now() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    data = {"act_id": uuid.uuid4(), "starts_at": starts, "where": "Đầu hẻm", "title_1": "Quy ước", "rule_1": "convention"}
    data |= {"part": "Hẻm 47", "part_households": 30}
    refused = post(signed_in(Role.HEAD, city.area), "meetings:call", [], data, f"?place={city.area.slug}")
    assert refused.status_code == 200 and "decided by the whole area" in refused.text


def test_the_agenda_of_a_kit_is_filled_in(signed_in, city):
    client = signed_in(Role.HEAD, city.area)
    page = client.get(f"/meetings/new/?place={city.area.slug}&kit=rural-lighting", headers={"accept-language": "en"}).text
    assert "Shall we light this road" in page and '<option value="spending" selected>' in page
    assert client.get(f"/meetings/new/?place={city.area.slug}&kit=nothing").status_code == 404
