"""Laying down duties, and doing them."""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.catalogue.shapes import Kit
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.meetings import law
from kheo.meetings.duties.rules import may_fulfil_duty
from kheo.meetings.law import workdays
from kheo.meetings.law.shapes import PASSED
from kheo.meetings.models import Decision, Duty, DutyKind, Matter
from kheo.meetings.verbs import MeetingVerb
from kheo.openlog.door import act, lock, writes

BACK = timedelta(days=7)  # how long after it was done somebody may say so: a phone without a network, not a memory


def create_for(decision: Decision) -> list[Duty]:
    """Inside the act that decides: lay down what the law asks for after it. Words, article and source are copied.

    A vote with too few households decided nothing, so nothing follows; without opinions there is nothing to answer. What is published on
    the decision's own page is done with this act.
    """
    if decision.voted and not decision.quorate:
        return []
    matter = decision.matter
    made = []
    # By the law of the day on which they came together, as the vote is judged: slips may be counted when another law holds.
    for duty in law.duties_of(matter.law, timezone.localdate(matter.meeting.starts_at)):
        if duty.after == PASSED and not decision.passed:
            continue
        if duty.kind == DutyKind.ANSWER and not decision.matter.opinions.exists():
            continue
        done = clock.today() if duty.kind == DutyKind.PUBLISH else None
        made.append(
            Duty.objects.create(
                decision=decision,
                key=duty.key,
                kind=duty.kind,
                article=duty.citation,
                due_on=duty.due(decision.decided_on),
                days=duty.days,
                words=dict(duty.names),
                mark=duty.mark,
                source=duty.source,
                done_on=done,
                told_on=done,
            )
        )
    return made


def add_kit_duties(decision: Decision, kit: Kit) -> list[Duty]:
    """Inside the act that registers a work under this decision: what its kit promises to tell everybody, reckoned from today.

    Two works of one kit under one decision owe it once.
    """
    made = []
    for number, told in enumerate(kit.disclosure, 1):
        duty, new = Duty.objects.get_or_create(
            decision=decision,
            key=f"kit:{kit.key}:{number}",
            defaults={
                "kind": DutyKind.POST,
                "due_on": workdays.after(clock.today(), told.days),
                "words": dict(told.what.words),
            },
        )
        if new:
            made.append(duty)
    return made


def answered(matter: Matter) -> None:
    """Inside the act that answers the last opinion on a matter: the answers are no longer owed."""
    today = clock.today()
    Duty.objects.filter(decision__matter=matter, kind=DutyKind.ANSWER, done_on=None).update(done_on=today, told_on=today)


@writes
def fulfil_duty(actor: Actor, duty: Duty, *, done_on: date | None = None, proof: Photo | None = None, act_id: UUID | None = None) -> Duty:
    """Say that a duty was done, on ``done_on`` (today when left out; at most a week ago, not before the decision).

    ``proof``: needed for what is posted, where it becomes public (the notice board); of the rest it stays with head and ward.
    Raises Invalid on "done_on" and "proof".
    """
    duty = lock(duty, "decision__matter__meeting__place")
    require(may_fulfil_duty(actor, duty))
    meeting, today = duty.decision.matter.meeting, clock.today()
    done_on = done_on or today
    if done_on > today:
        raise Invalid("done_on", _("This day is still to come. Please say so when it is done."))
    if done_on < duty.decision.decided_on:
        raise Invalid("done_on", _("That is before the decision. Please look at the day again."))
    if done_on < today - BACK:
        raise Invalid("done_on", _("Please say so within a week. Older days can't be taken."))
    if duty.kind == DutyKind.POST and proof is None:
        raise Invalid("proof", _("Please take a photo of the notice board, so that everybody can see it hangs there."))
    if proof is not None:
        (photos.publish if duty.kind == DutyKind.POST else photos.keep)(proof, meeting.place)
    duty.done_on, duty.told_on, duty.done_by_id, duty.proof = done_on, today, actor.user_id, proof
    duty.save(update_fields=["done_on", "told_on", "done_by", "proof"])
    return act(
        MeetingVerb.DUTY_DONE,
        actor,
        duty,
        place=meeting.place.slug,
        clear={
            "decision": duty.decision_id,
            "duty": duty.key,
            "due": duty.due_on.isoformat(),
            "done": done_on.isoformat(),
            "in_time": duty.kept,
        },
        private=proof.private_facts() if proof else {},
    )
