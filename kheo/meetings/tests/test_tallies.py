"""Two counters, two phones: blind, compared, counted again where they differ, decided where they agree."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import photos
from kheo.meetings import actions
from kheo.meetings.models import Decision, Meeting, State, Tally
from kheo.meetings.testing import CODE, SECOND, choose, decide
from kheo.meetings.tests.conftest import post, shown, together
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(counted, actor):
    """A counted meeting whose officers are chosen and whose second seat is open."""

    def make(**kwargs):
        meeting = counted(**kwargs)
        head = actor(Role.HEAD, meeting.place)
        return actions.open_second_count(head, choose(head, meeting), code=CODE)

    return make


def votes(agree, against=0, other=0):
    return {"act_id": uuid.uuid4(), "agree": agree, "against": against, "other": other}


def english(client, address, **kwargs):
    return client.get(address, headers={"accept-language": "en"}, **kwargs)


def test_two_phones_count_blind_and_a_mismatch_asks_for_another_count(signed_in, city, counted, actor, settings):
    settings.KHEO_URL = "https://kheo.example"
    head, phone = signed_in(Role.HEAD, city.area), Client()
    meeting = choose(actor(Role.HEAD, city.area), counted())
    matter = meeting.matters.get()
    page = post(head, "meetings:second", [meeting.pk], {"act_id": uuid.uuid4()})
    code = re.search(r'href="/count/([0-9A-Z]{8})/"', page.text)[1]
    assert "<strong>https://kheo.example/count/</strong>" in page.text
    assert code not in str(Meeting.objects.values().get(pk=meeting.pk))  # only a hash is kept

    first = post(head, "meetings:tally", [matter.pk], votes(163, 5, 3))
    assert first.status_code == 302
    seat = english(phone, f"/count/{code}/")
    form = english(phone, f"/count/{code}/{matter.pk}/")
    for page in (seat, form, english(head, meeting.get_absolute_url()), english(Client(), meeting.get_absolute_url())):
        assert page.status_code == 200 and "163" not in shown(page)
    entry = Entry.objects.get(verb="meeting.tallied")
    assert not json.loads(bytes(entry.leaf)).get("clear")
    assert json.loads(bytes(entry.facts)) == {"meeting": meeting.pk, "matter": 1, "count": 1, "seat": 1}

    second = phone.post(f"/count/{code}/{matter.pk}/", votes(162, 6, 3), headers={"accept-language": "en"}, follow=True)
    assert "not equal" in second.text and "163" not in shown(second) and "162" not in shown(second)
    again = english(head, meeting.get_absolute_url())
    assert "162" not in shown(again) and "163" not in shown(again) and "count again" in again.text
    assert not Decision.objects.exists() and Entry.objects.filter(verb="meeting.recount").count() == 1

    phone.post(f"/count/{code}/{matter.pk}/", votes(163, 5, 3))
    assert "163" not in shown(english(head, meeting.get_absolute_url()))
    done = head.post(reverse("meetings:tally", args=[matter.pk]), votes(163, 5, 3), headers={"accept-language": "en"}, follow=True)
    assert "We decided: 163 of 240" in done.text
    decision = Decision.objects.get()
    assert (decision.passed, decision.agree, decision.recorded_by.name) == (True, 163, actor(Role.HEAD, city.area).name)
    assert sorted(Tally.objects.values_list("count", "seat")) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    meeting.refresh_from_db()
    assert meeting.state == State.CLOSED
    ended = english(phone, f"/count/{code}/")
    assert "this code is at its end" in ended.text and f"/count/{code}/" not in ended.text.split("<main")[1]  # nothing to enter or await
    late = phone.post(f"/count/{code}/{matter.pk}/", votes(1), headers={"accept-language": "en"})
    assert "decided already" in late.text
    assert Tally.objects.count() == 4


def test_the_second_counter_enters_first_and_nobody_sees_it(signed_in, city, ready):
    meeting, head = ready(), signed_in(Role.HEAD, city.area)
    matter = meeting.matters.get()
    Client().post(f"/count/{CODE}/{matter.pk}/", votes(167, 1, 2))
    for page in (english(head, meeting.get_absolute_url()), english(head, reverse("meetings:tally", args=[matter.pk]))):
        assert page.status_code == 200 and "167" not in shown(page)
    data = json.loads(bytes(Entry.objects.get(verb="meeting.tallied").private).decode())
    assert data["actor"] == "nameless" and data["agree"] == 167  # committed to, never served


def test_nobody_counts_twice_nor_without_the_code(signed_in, city, ready):
    meeting, head, phone = ready(), signed_in(Role.HEAD, city.area), Client()
    matter = meeting.matters.get()
    assert post(head, "meetings:tally", [matter.pk], votes(160)).status_code == 302
    twice = post(head, "meetings:tally", [matter.pk], votes(161))
    assert twice.status_code == 403 and "wait until the other counter" in twice.text
    assert phone.post(f"/count/ACDEFGHX/{matter.pk}/", votes(160)).status_code == 404
    assert phone.post(f"/count/nonsense/{matter.pk}/", votes(160)).status_code == 404
    assert post(phone, "meetings:tally", [matter.pk], votes(160)).status_code == 403
    assert Tally.objects.count() == 1 and not Decision.objects.exists()


def test_guessing_codes_is_limited(ready, settings):
    from kheo.people import limits

    ready()
    phone = Client()
    answers = [phone.get(f"/count/ACDEFG{a}{b}/").status_code for a in "3467" for b in "34679ACDEFGHKMNPQRTWXY"]
    assert set(answers[: limits.MISSES]) == {404} and set(answers[limits.MISSES :]) == {429}


def test_a_new_code_ends_the_old_one_and_the_same_press_shows_the_same(signed_in, city, ready):
    meeting, head, act = ready(), signed_in(Role.HEAD, city.area), uuid.uuid4()
    pages = [post(head, "meetings:second", [meeting.pk], {"act_id": act}).text for _ in range(2)]
    codes = [re.search(r'href="/count/([0-9A-Z]{8})/"', page)[1] for page in pages]
    assert codes[0] == codes[1] != CODE
    assert Client().get(f"/count/{CODE}/").status_code == 404
    assert Client().get(f"/count/{codes[0]}/").status_code == 200
    typed = Client().get("/count/", {"code": f"{codes[0][:4].lower()} {codes[0][4:]}"})
    assert typed.url == f"/count/{codes[0]}/"
    assert "eight letters" in english(Client(), "/count/?code=12").text


def test_a_code_of_one_meeting_counts_no_other(ready, counted, actor, city):
    ready()
    other = choose(actor(Role.HEAD, city.area), counted()).matters.get()
    assert Client().post(f"/count/{CODE}/{other.pk}/", votes(160)).status_code == 404


@pytest.mark.parametrize(
    ("tallies", "words"),
    [
        ((160, 10, 2), "172 votes, but only 171 households"),
        ((172, 0, 0), "172 votes"),
        ((-1, 0, 0), "greater than or equal"),
        (("x", 0, 0), "whole number"),
        ((10**12, 0, 0), "less than or equal"),
    ],
)
def test_tallies_that_cannot_be_are_refused_for_both(signed_in, city, ready, tallies, words):
    matter = ready().matters.get()
    first = post(signed_in(Role.HEAD, city.area), "meetings:tally", [matter.pk], votes(*tallies))
    second = post(Client(), "meetings:tally-second", [CODE, matter.pk], votes(*tallies))
    for response in (first, second):
        assert response.status_code == 200 and words in response.text
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    ("rule", "present", "tallies", "passed", "words"),
    [
        ("contributions", 171, (160, 5, 6), True, "We decided: 160 of 240 agree (66.7 %), 160 needed. Article 15(1), Law 10/2022/QH15."),
        ("contributions", 171, (159, 12, 0), False, "Not decided: 159 of 240 agree"),
        ("convention", 125, (121, 4, 0), True, "We decided: 121 of 240"),
        ("convention", 125, (120, 4, 1), False, "Not decided: 120 of 240"),
    ],
)
def test_a_decision_is_judged_by_the_law(signed_in, city, ready, rule, present, tallies, passed, words):
    meeting = ready(present=present, rules=(rule,))
    matter = meeting.matters.get()
    Client().post(f"/count/{CODE}/{matter.pk}/", votes(*tallies))
    address = reverse("meetings:tally", args=[matter.pk])
    response = signed_in(Role.HEAD, city.area).post(address, votes(*tallies), headers={"accept-language": "en"}, follow=True)
    assert words in response.text
    assert Decision.objects.get().passed == passed
    clear = json.loads(bytes(Entry.objects.get(verb="meeting.decided").leaf))["clear"]
    assert (clear["agree"], clear["against"], clear["other"], clear["passed"]) == (*tallies, passed)


def test_nothing_is_counted_before_the_households_and_the_officers(signed_in, city, call, counted):
    client = signed_in(Role.HEAD, city.area)
    early = post(client, "meetings:tally", [call().matters.get().pk], votes(160))
    assert early.status_code == 403 and "Count the households first" in early.text
    unchosen = post(client, "meetings:tally", [counted().matters.get().pk], votes(160))
    assert unchosen.status_code == 403 and "who writes, who counts" in unchosen.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"counters": "Anh Ba\nChị Tư"}, "3 to 5 people"),
        ({"counters": "A\nB\nC\nD\nE\nF"}, "3 to 5 people"),
        ({"counters": "Anh Ba\nAnh Ba\nChị Tư"}, "stands there twice"),
        ({"officers_for": 85}, "at least 86"),
        ({"officers_for": 172}, "at least 86"),
        ({"method": "slips"}, "valid choice"),
        ({"secretary": " "}, "fill this in"),
    ],
)
def test_officers_that_cannot_be_are_refused(signed_in, city, counted, change, words):
    data = {"act_id": uuid.uuid4(), "secretary": "Cô Bảy", "counters": "Anh Ba\nChị Tư\nChú Năm", "method": "hands", "officers_for": 86}
    client, meeting = signed_in(Role.HEAD, city.area), counted()
    refused = post(client, "meetings:officers", [meeting.pk], data | change)
    assert refused.status_code == 200 and words in refused.text
    assert post(client, "meetings:officers", [meeting.pk], data).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.method, meeting.officers_for, meeting.counters) == ("hands", 86, "Anh Ba\nChị Tư\nChú Năm")
    page = english(Client(), meeting.get_absolute_url()).text
    entry = Entry.objects.get(verb="meeting.officers-chosen")
    for name in ("Cô Bảy", "Chú Năm"):  # on the minutes only
        assert name not in page and name.encode() not in bytes(entry.leaf) + bytes(entry.facts or b"")


@pytest.mark.parametrize(
    ("handed_over", "words"), [(True, "on one phone that was handed over"), (False, "Counted by two people, each alone")]
)
def test_two_counts_on_one_signed_in_phone_are_told_as_such(signed_in, city, ready, handed_over, words):
    head, votes = signed_in(Role.HEAD, city.area), {"agree": 160, "against": 0, "other": 0}
    matter = ready().matters.get()
    post(head, "meetings:tally", [matter.pk], {"act_id": uuid.uuid4(), **votes})
    post(head if handed_over else Client(), "meetings:tally-second", [CODE, matter.pk], {"act_id": uuid.uuid4(), **votes})
    assert words in english(Client(), Decision.objects.get().matter.meeting.get_absolute_url()).text


def test_the_photo_of_the_first_count_is_the_decisions(actor, city, counted, photo_upload):
    sheet = photos.store(photo_upload())
    decision = decide(actor(Role.HEAD, city.area), counted().matters.get(), agree=160, against=0, sheet=sheet)
    assert decision.sheet_id == sheet.pk and not decision.sheet.public
    assert json.loads(bytes(Entry.objects.get(verb="meeting.decided").private))["photo"] == sheet.original_sha256


@pytest.mark.django_db(transaction=True)
def test_two_tallies_at_once_make_one_decision(actor, city, ready):
    head, matter = actor(Role.HEAD, city.area), ready().matters.get()
    by = [(head, ""), (SECOND, CODE)]
    assert together(lambda i: actions.enter_tally(by[i][0], matter, agree=160, against=0, code=by[i][1])) == ["done", "done"]
    assert Decision.objects.get().agree == 160
    assert Entry.objects.filter(verb="meeting.decided").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_seat_takes_one_of_two_at_once(ready):
    matter = ready().matters.get()
    phones = [Actor("device:a"), Actor("device:b")]
    assert sorted(together(lambda i: actions.enter_tally(phones[i], matter, agree=150 + i, against=0, code=CODE))) == ["done", "refused"]
    assert Tally.objects.count() == 1


def test_a_secret_vote_is_recorded_with_both_tallies(actor, city, counted):
    from kheo.meetings.testing import choose

    head = actor(Role.HEAD, city.area)
    matter = choose(head, counted(), method="hands").matters.get()
    voted = clock.today() + timedelta(days=20)
    decision = actions.decide_by_ballot(head, matter, agree=165, against=4, other=1, by=head.user_id, on=voted)
    assert (decision.passed, decision.method) == (True, "secret"), "as it was voted, whatever was chosen for the other matters"
    assert decision.decided_on == voted and decision.duties.get(key="post").due_on > voted, "nothing is owed before it is decided"
    assert list(matter.tallies.values_list("seat", "agree")) == [(1, 165), (2, 165)]
