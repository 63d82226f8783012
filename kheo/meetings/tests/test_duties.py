"""What must follow a decision: laid down with it, done by people in time or late, and overdue counts as not done."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from kheo.catalogue import kit
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.evidence import photos
from kheo.meetings import actions, duties
from kheo.meetings.law import workdays
from kheo.meetings.models import Decision, Duty
from kheo.meetings.testing import decide
from kheo.meetings.tests.conftest import post
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def decided(counted, actor, city):
    def make(agree=171, present=171, rule="contributions"):
        matter = counted(present=present, rules=(rule,)).matters.get()
        return decide(actor(Role.HEAD, city.area), matter, agree=agree, against=present - agree)

    return make


def owed(decision: Decision, key: str) -> Duty:
    return decision.duties.get(key=key)


def overdue(duty: Duty, days: int = 1) -> Duty:
    """As if the decision had been taken so long ago that the last day was ``days`` ago."""
    by = clock.today() - timedelta(days=days)
    Decision.objects.filter(pk=duty.decision_id).update(decided_on=by - timedelta(days=7))
    Duty.objects.filter(pk=duty.pk).update(due_on=by)
    return Duty.objects.get(pk=duty.pk)


# --- which there are ---


def test_a_passed_decision_is_posted_announced_and_published_within_five_working_days(decided):
    decision = decided()
    by = workdays.after(decision.decided_on, 5)
    assert {(d.key, d.due_on) for d in decision.duties.all()} == {("post", by), ("announce", by), ("publish", by)}
    assert owed(decision, "post").days == 20 and owed(decision, "announce").days == 3


def test_publishing_is_done_by_the_act_itself_and_the_rest_waits(decided):
    decision = decided()
    assert owed(decision, "publish").kept and owed(decision, "publish").done_by is None
    assert {d.key for d in Duty.objects.waiting()} == {"post", "announce"}


def test_the_file_of_a_convention_goes_to_the_ward(decided):
    assert owed(decided(rule="convention"), "send").due_on > clock.today()


def test_nothing_has_to_be_posted_of_what_did_not_pass(decided):
    assert {d.key for d in decided(agree=100).duties.all()} == {"publish"}


def test_nothing_follows_where_too_few_households_came(counted):
    decision = counted(present=80).matters.get().decision
    assert not decision.quorate and not decision.duties.exists()


def test_the_decision_s_entry_says_what_is_owed_and_by_when(decided):
    decision = decided()
    entry = Entry.objects.get(verb="meeting.decided")
    assert json.loads(bytes(entry.leaf))["clear"]["duties"]["post"] == owed(decision, "post").due_on.isoformat()


def test_answers_are_owed_only_where_there_are_opinions_and_done_with_the_last_answer(counted, actor, city):
    head, officer = actor(Role.HEAD, city.area), actor(Role.OFFICER, city.ward)
    quiet, asked = counted(rules=("opinion", "opinion")).matters.all()
    opinion = actions.record_opinion(head, asked, text="Đèn ở đầu hẻm trước", households=3)
    actions.close_talk(head, quiet)
    actions.close_talk(head, asked)
    assert not Duty.objects.filter(decision__matter=quiet, key="answer").exists()
    duty = Duty.objects.get(decision__matter=asked, key="answer")
    assert duty.done_on is None and not duties.may_fulfil_duty(head, duty)
    actions.answer_opinion(officer, opinion, text="Tháng sau gắn.")
    duty.refresh_from_db()
    assert duty.kept


def test_a_kit_adds_what_it_promises_to_tell_once(decided):
    decision, lighting = decided(), kit("rural-lighting")
    assert len(duties.add_kit_duties(decision, lighting)) == len(lighting.disclosure)
    assert duties.add_kit_duties(decision, lighting) == []
    duty = decision.duties.get(key="kit:rural-lighting:1")
    assert duty.wording == lighting.disclosure[0].what("en") and duty.mark == ""


# --- doing them ---


def test_the_photo_of_the_notice_board_becomes_public_and_the_act_says_when(decided, signed_in, city, photo_upload):
    duty = owed(decided(), "post")
    data = {"act_id": "7c1c7d5e-6f4b-4c39-9a52-0c3b4a6f1a01", "done_on": clock.today().isoformat(), "proof": photo_upload()}
    answer = post(signed_in(Role.HEAD, city.area), "meetings:duty", [duty.pk], data)
    duty.refresh_from_db()
    assert answer.headers["Location"] == reverse("decision", args=[duty.decision_id])
    assert duty.kept and duty.proof.public and duty.posted_until == clock.today() + timedelta(days=20)
    clear = json.loads(bytes(Entry.objects.get(verb="meeting.duty-done").leaf))["clear"]
    assert clear["in_time"] is True and clear["duty"] == "post"


def test_what_is_posted_needs_its_photo(decided, actor, city):
    with pytest.raises(Invalid, match="photo of the notice board"):
        duties.fulfil_duty(actor(Role.HEAD, city.area), owed(decided(), "post"))


def test_a_photo_of_an_announcement_stays_with_head_and_ward(decided, actor, city, photo_upload):
    done = duties.fulfil_duty(actor(Role.OFFICER, city.ward), owed(decided(), "announce"), proof=photos.store(photo_upload()))
    assert done.kept and not done.proof.public


@pytest.mark.parametrize(("days", "words"), [(1, "still to come"), (-1, "before the decision")])
def test_the_day_lies_between_the_decision_and_today(decided, actor, city, days, words):
    duty = owed(decided(), "announce")
    with pytest.raises(Invalid, match=words):
        duties.fulfil_duty(actor(Role.HEAD, city.area), duty, done_on=clock.today() + timedelta(days=days))


def test_nobody_says_weeks_later_that_it_was_in_time(decided, actor, city):
    duty = overdue(owed(decided(), "announce"), days=8)
    with pytest.raises(Invalid, match="within a week"):
        duties.fulfil_duty(actor(Role.HEAD, city.area), duty, done_on=duty.due_on)


def test_said_a_few_days_after_a_day_without_network_shows_both_days(decided, actor, city, client):
    duty = overdue(owed(decided(), "announce"), days=2)
    done = duties.fulfil_duty(actor(Role.HEAD, city.area), duty, done_on=duty.due_on)
    assert done.kept and done.told_on == clock.today()
    assert "said so on" in client.get(done.decision.get_absolute_url(), headers=EN).content.decode()


def test_overdue_counts_as_not_done_also_when_it_is_done_later(decided, actor, city, client):
    duty = overdue(owed(decided(), "announce"))
    assert duty.late and not duty.kept and duty in Duty.objects.late()
    page = duty.decision.get_absolute_url()
    assert "late: counts as not done" in client.get(page, headers=EN).content.decode()
    done = duties.fulfil_duty(actor(Role.HEAD, city.area), duty)
    assert done.late and not done.kept and done in Duty.objects.late()
    assert "done late: counts as not done" in client.get(page, headers=EN).content.decode()
    assert json.loads(bytes(Entry.objects.get(verb="meeting.duty-done").leaf))["clear"]["in_time"] is False


def test_the_last_day_itself_is_in_time(decided):
    duty = overdue(owed(decided(), "announce"), days=0)
    assert not duty.late and duty not in Duty.objects.late()


@pytest.mark.parametrize(("due", "done"), [(d, n) for d in (-3, 0, 3) for n in (None, -4, -3, 0)])
def test_the_list_of_late_ones_is_the_rule_s_twin(decided, due, done):
    today = clock.today()
    duty = owed(decided(), "announce")
    Duty.objects.exclude(pk=duty.pk).delete()
    Duty.objects.filter(pk=duty.pk).update(
        due_on=today + timedelta(days=due), done_on=None if done is None else today + timedelta(days=done)
    )
    duty.refresh_from_db()
    assert Duty.objects.late().exists() == duty.late


def test_only_head_and_ward_say_so_and_only_once(decided, actor, city):
    duty = owed(decided(), "announce")
    for somebody in (actor(), actor(Role.HEAD, city.other_area), actor(Role.ORGANISER, city.area)):
        with pytest.raises(Refused, match="head of this area"):
            duties.fulfil_duty(somebody, duty)
    duties.fulfil_duty(actor(Role.HEAD, city.area), duty)
    with pytest.raises(Refused, match="done already"):
        duties.fulfil_duty(actor(Role.HEAD, city.area), duty)


# --- working days ---


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),  # a Monday: the Monday after
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # Tết 14 to 22 February 2026
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # Hùng Kings' day on a Sunday: Monday in lieu
        (date(2023, 4, 28), 1, date(2023, 5, 4)),  # two holidays on a weekend, 1 May, and two days in lieu
        (date(2025, 12, 31), 1, date(2026, 1, 5)),  # New Year, a day exchanged, the weekend
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_working_days_leave_out_weekends_holidays_and_days_in_lieu(day, n, due):
    assert workdays.after(day, n) == due


def test_every_year_has_its_lunar_new_year_until_2030():
    tet = [(2023, 1, 22), (2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 2)]
    for year, month, day in tet:
        new_year = date(year, month, day)
        assert not workdays.is_working(new_year)
        assert not any(workdays.is_working(new_year + timedelta(days=n)) for n in range(4))
