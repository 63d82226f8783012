"""An agreement from its first draft to its review, by the forms that people press."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from kheo.agreements import actions, papers
from kheo.agreements.models import Agreement, Comment, State, Version
from kheo.agreements.reminders import remind
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import Invalid, Refused
from kheo.meetings.law import workdays
from kheo.meetings.models import Decision, Meeting
from kheo.meetings.testing import choose, decide
from kheo.openlog import sequencer
from kheo.openlog.models import Entry
from kheo.people.models import User
from tests.acts import World

pytestmark = pytest.mark.django_db
SENTENCES = ["Nghe chuông thì đem rác ra đầu hẻm.", "Chuông rung lúc 18 giờ, 15 phút."]


@pytest.fixture
def world(city: Any, actor: Any, person: Any, photo_upload: Any) -> World:
    return World(city, actor, person, photo_upload)


def _send(client: Client, name: str, pk: int, **data: Any) -> Any:
    return client.post(reverse(f"agreements:{name}", args=[pk]), {"act_id": uuid4(), **data}, follow=True)


def test_from_draft_to_the_wall(world: World, signed_in: Any, settings: Any) -> None:
    head, officer, nobody = signed_in(Role.HEAD, world.city.area), signed_in(Role.OFFICER, world.city.ward), Client()
    address = f"{reverse('agreements:draft')}?place={world.city.area.slug}"
    assert SENTENCES[0] not in head.get(f"{address}&kit=alley-bell").text and "<textarea" in head.get(f"{address}&kit=alley-bell").text
    head.post(address, {"act_id": uuid4(), "title": "Chuông hẻm 47", "clauses": "\n".join(SENTENCES)})
    agreement = Agreement.objects.get()
    assert nobody.get(agreement.get_absolute_url()).status_code == 403  # still being written
    version = agreement.versions.get()
    _send(head, "post", version.pk)
    version.refresh_from_db()
    assert version.posted_until == clock.today() + timedelta(days=30)  # article 15(3): posted 30 days
    assert _send(head, "edit", version.pk, clauses="Khác").status_code == 403  # what is posted stays
    page = nobody.get(agreement.get_absolute_url()).text
    assert all(sentence in page for sentence in SENTENCES)

    _send(nobody, "comment", version.clauses.first().pk, text="Chuông rung sớm hơn được không?")
    comment = Comment.objects.get()
    assert "sớm hơn" not in nobody.get(agreement.get_absolute_url()).text
    _send(head, "release", comment.pk)
    _send(head, "answer", comment.pk, answer="Sẽ bàn ở cuộc họp.")
    assert "sớm hơn" in (page := nobody.get(agreement.get_absolute_url()).text) and "Sẽ bàn" in page

    assert _send(head, "adopt", version.pk, decision=1, review_on="2030-01-01").status_code == 403  # its days are not over
    Version.objects.update(posted_on=clock.today() - timedelta(days=40), posted_until=clock.today() - timedelta(days=10))
    review = clock.today() + timedelta(days=20)
    _send(head, "adopt", version.pk, decision=world.convention().pk, review_on=review.isoformat())
    assert agreement.title in officer.get("/desk/").text
    _send(officer, "recognise", version.pk)
    version.refresh_from_db()
    assert version.current and version in Version.objects.current() and version in Version.objects.to_review()
    assert SENTENCES[0] in nobody.get(world.city.area.get_absolute_url()).text
    assert agreement.title in head.get("/desk/").text  # its review day is near
    poster = nobody.get(reverse("agreements:poster", args=[version.pk]))
    assert poster["Content-Type"] == "application/pdf" and poster.content.startswith(b"%PDF-")
    assert papers.words(version)["clauses"] == SENTENCES
    sequencer.drain()
    assert Entry.objects.get(index=papers._index(version)).verb == "agreement.recognised"


def test_a_new_version_replaces_the_old_one_and_both_stand_side_by_side(world: World) -> None:
    old = world.agreement("in-force")
    new = actions.draft_version(world.head, old.agreement)
    with pytest.raises(Refused):
        actions.draft_version(world.head, old.agreement)
    actions.edit_draft(world.head, new, clauses=["Nghe chuông thì đem rác ra.", "Ai quên thì người bên cạnh nhắc."])
    compare = reverse("agreement_compare", args=[old.agreement_id])
    assert "nhắc" not in Client().get(compare).text  # drafts are for who writes them
    actions.post_draft(world.head, new)
    assert "<ins>Ai quên" in Client().get(compare).text
    assert (
        f'href="{old.get_absolute_url()}"' in Client().get(world.city.area.get_absolute_url()).text
    )  # what holds does not lead to the draft
    assert "Ai quên" not in Client().get(old.get_absolute_url()).text
    assert "Ai quên" in Client().get(old.agreement.get_absolute_url()).text
    Version.objects.filter(pk=new.pk).update(posted_until=clock.today() - timedelta(days=1))
    new.refresh_from_db()
    actions.adopt(world.head, new, decision=world.convention(), review_on=clock.today() + timedelta(days=90))
    assert old in Version.objects.current()
    actions.recognise(world.officer, new)
    old.refresh_from_db()
    assert old.state == State.REPLACED and list(Version.objects.current()) == [new]
    assert old.valid_from == old.valid_to == clock.today(), "recognised and replaced on one day"


def test_a_head_without_a_decision_is_led_to_the_meeting(world: World, signed_in: Any) -> None:
    version, head = world.agreement("over"), signed_in(Role.HEAD, world.city.area)
    call, adopt = f'href="{reverse("meetings:call")}?place={world.city.area.slug}&amp;', reverse("agreements:adopt", args=[version.pk])
    assert call in head.get(version.get_absolute_url()).text
    assert call not in Client().get(version.get_absolute_url()).text
    assert call in head.get(adopt).text
    world.convention()
    assert call not in head.get(adopt).text


def test_the_meeting_on_a_posted_draft_is_called_under_its_rule_after_its_days(world: World, signed_in: Any) -> None:
    version, head = world.agreement("posted"), signed_in(Role.HEAD, world.city.area)
    form = head.get(reverse("meetings:call"), version.meeting_wanted).context["form"]
    assert form["rule_1"].value() == "convention" and form["title_1"].value() == version.agreement.title
    assert form["starts_at"].value() == f"{version.lawful_from}T19:00"


def test_a_meeting_in_the_posted_days_is_warned_of_and_says_so_to_everybody(world: World, signed_in: Any) -> None:
    version, head, english = world.agreement("posted"), signed_in(Role.HEAD, world.city.area), {"accept-language": "en"}
    address, early = f"{reverse('meetings:call')}?place={world.city.area.slug}", clock.today() + timedelta(days=5)
    first = version.lawful_from.strftime("%-d %b %Y")
    assert f"from {first} on" in head.get(address, headers=english).text
    told = {"starts_at": f"{early}T19:00", "where": "Nhà văn hóa", "title_1": "Chuông hẻm", "rule_1": "convention"}
    warned = head.post(address, {"act_id": uuid4(), **told}, headers=english)
    assert f"from {first} on. Please choose" in warned.text and 'name="another"' in warned.text and not Meeting.objects.exists()
    other = head.post(address, {"act_id": uuid4(), **told, "rule_1": "contributions"})
    assert other.status_code == 302, "another kind of decision may be taken meanwhile"
    head.post(address, {"act_id": uuid4(), **told, "another": "on"})
    page = Client().get(Meeting.objects.get(matters__rule="convention").get_absolute_url(), headers=english).text
    assert f"Only a meeting from {first} on" in page and version.get_absolute_url() in page
    late = head.post(address, {"act_id": uuid4(), **told, "starts_at": f"{version.lawful_from}T19:00"}, headers=english)
    assert "Only a meeting from" not in Client().get(late["Location"], headers=english).text


def test_what_was_decided_leads_on_to_the_agreement(world: World, signed_in: Any) -> None:
    version, officer, english = world.agreement("over"), signed_in(Role.OFFICER, world.city.ward), {"accept-language": "en"}
    assert "let the households decide" in officer.get("/desk/", headers=english).text
    meeting = world.meeting(counted=True, rule="convention")
    assert version.agreement.title not in officer.get("/desk/", headers=english).text, "a meeting is called"
    decision = decide(world.head, choose(world.head, meeting).matters.get(), agree=170, against=10)
    adopt = f'href="{reverse("agreements:adopt", args=[version.pk])}?decision={decision.pk}"'
    for page in (meeting, decision):
        assert adopt in officer.get(page.get_absolute_url()).text and adopt not in Client().get(page.get_absolute_url()).text
    desk = officer.get("/desk/", headers=english).text
    assert adopt in desk and "let the households decide" not in desk
    assert officer.get(reverse("agreements:adopt", args=[version.pk])).context["form"]["decision"].value() == decision.pk
    actions.adopt(world.head, version, decision=decision, review_on=clock.today() + timedelta(days=90))
    for page in (meeting, decision):
        shown = officer.get(page.get_absolute_url()).text
        assert adopt not in shown and version.get_absolute_url() in Client().get(page.get_absolute_url()).text


@pytest.mark.parametrize("wrong", ["another rule", "not passed", "another area", "too early"])
def test_only_a_lawful_decision_adopts(wrong: str, world: World) -> None:
    version, decision = world.agreement("over"), world.convention()
    if wrong == "too early":
        Version.objects.filter(pk=version.pk).update(posted_until=decision.decided_on)
    elif wrong == "another area":
        decision.matter.meeting.place = world.city.area2
        decision.matter.meeting.save()
    else:
        Decision.objects.filter(pk=decision.pk).update(**({"rule": "spending"} if wrong == "another rule" else {"passed": False}))
    decision = Decision.objects.get(pk=decision.pk)
    with pytest.raises((Invalid, Refused)):
        actions.adopt(world.head, version, decision=decision, review_on=clock.today() + timedelta(days=90))
    version.refresh_from_db()
    assert version.state == State.POSTED


def test_one_household_says_it_once_and_leaves_no_trace(world: World) -> None:
    clause = world.agreement("posted").clauses.get()
    household = Actor("household:0123abcd", household=world.city.area.path or "")
    actions.comment_on_clause(household, clause, text="Rung lúc 18 giờ thôi.")
    with pytest.raises(Refused):
        actions.comment_on_clause(household, clause, text="Hoặc 19 giờ.")
    entry = Entry.objects.get(verb="agreement.commented")
    assert entry.place == world.city.ward.slug and entry.not_before is not None
    assert "0123abcd" not in str(entry.private) + str(entry.facts) + str(entry.leaf)


def test_a_month_before_its_review_day_head_and_ward_get_one_letter(world: World, person: Any) -> None:
    version = world.agreement("in-force")
    head, officer = person(Role.HEAD, world.city.area), person(Role.OFFICER, world.city.ward)
    person(Role.OFFICER, world.city.other_ward)
    for user in (head, officer):
        User.objects.filter(pk=user.pk).update(email=f"u{user.pk}@example.org")
    assert remind() == 0
    Version.objects.update(review_on=clock.today() + timedelta(days=30))
    assert remind() == 2 and remind() == 0
    letters = [task.args_kwargs["kwargs"] for task in DBTaskResult.objects.all()]
    assert {letter["to"] for letter in letters} == {f"u{head.pk}@example.org", f"u{officer.pk}@example.org"}
    assert all(version.agreement.title in letter["body"] and version.get_absolute_url() in letter["body"] for letter in letters)


def test_the_ward_answers_within_its_working_days(world: World, signed_in: Any) -> None:
    """Article 15(3): five working days from the day the file was sent; overdue counts as not done."""
    version, english = world.agreement("adopted"), {"accept-language": "en"}
    assert version.answer_by is None, "the file was not sent yet"
    for ago, late in ((0, False), (30, True)):
        sent = clock.today() - timedelta(days=ago)
        version.decision.duties.filter(kind="send").update(done_on=sent)
        assert version.answer_by == workdays.after(sent, 5) and version.late == late
        page = Client().get(version.get_absolute_url(), headers=english).text
        assert "It answers by" in page and ("overdue: counts as not done" in page) == late
    assert "tag-late" in signed_in(Role.OFFICER, world.city.ward).get("/desk/").text


def test_everybody_reads_that_its_review_day_has_gone_by(world: World) -> None:
    version, english = world.agreement("in-force"), {"accept-language": "en"}
    assert "gone by" not in Client().get(version.get_absolute_url(), headers=english).text
    Version.objects.update(review_on=clock.today() - timedelta(days=1))
    for page in (version.get_absolute_url(), world.city.area.get_absolute_url()):
        assert "that day has gone by" in Client().get(page, headers=english).text


def test_what_nobody_read_is_told_when_the_days_are_over(world: World) -> None:
    """How many, never which: a head can't keep silent about what neighbours said. While it is posted the number would name a moment."""
    version, english = world.agreement("posted"), {"accept-language": "en"}
    actions.comment_on_clause(Actor("device:one"), version.clauses.get(), text="Rung lúc 18 giờ thôi.")
    assert "have not been read" not in Client().get(version.get_absolute_url(), headers=english).text
    Version.objects.update(posted_until=clock.today() - timedelta(days=1))
    page = Client().get(version.get_absolute_url(), headers=english).text
    assert "1 remark has not been read" in page and "18 giờ" not in page
    actions.release_comment(world.head, Comment.objects.get())
    assert "not been read" not in Client().get(version.get_absolute_url(), headers=english).text


@pytest.mark.django_db(transaction=True)
def test_one_household_on_two_phones_at_once_says_it_once(world: World) -> None:
    clause, ready, said = world.agreement("posted").clauses.get(), threading.Barrier(2), []
    household = Actor("household:0123abcd", household=world.city.area.path or "")

    def comment(text: str) -> None:
        try:
            ready.wait()
            actions.comment_on_clause(household, clause, text=text)
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    phones = [threading.Thread(target=comment, args=(text,)) for text in ("Rung lúc 18 giờ thôi.", "Rung sớm hơn đi.")]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert sorted(said) == ["done", "refused"] and Comment.objects.count() == 1
