"""Matters without a vote: what was explained, which opinions there were, and the published answers."""

from typing import cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.core.values import line
from kheo.meetings import duties, rules
from kheo.meetings.actions import values
from kheo.meetings.actions.tallies import decided
from kheo.meetings.models import Decision, Matter, Opinion
from kheo.meetings.verbs import MeetingVerb
from kheo.openlog.door import act, lock, writes


@writes
def record_opinion(actor: Actor, matter: Matter, *, text: str, households: int = 1, act_id: UUID | None = None) -> Opinion:
    """Write down one opinion and how many households share it; never whose. Raises Invalid on "text" and "households"."""
    meeting = lock(matter.meeting, "place")
    matter = lock(matter)
    matter.meeting = meeting
    require(rules.may_record_opinion(actor, matter))
    text = line("text", text, 1000, _("Please write down what was said."))
    if not 1 <= values.whole("households", households) <= (meeting.present or 0):
        raise Invalid("households", _("%(n)s households are here; one to all of them can share an opinion.") % {"n": meeting.present or 0})
    opinion = Opinion.objects.create(matter=matter, text=text, households=households, at=clock.now())
    facts = {"meeting": meeting.pk, "matter": matter.position, "households": households}
    return act(MeetingVerb.OPINION, actor, opinion, place=meeting.place.slug, facts=facts, private={"text": text})


@writes
def close_talk(actor: Actor, matter: Matter, *, act_id: UUID | None = None) -> Decision:
    """End the talk on a matter that is not voted on. From now the answers to its opinions are owed."""
    meeting = lock(matter.meeting, "place")
    matter = lock(matter)
    matter.meeting = meeting
    require(rules.may_close_talk(actor, matter))
    return decided(actor, matter, agree=0, against=0, other=0, by=actor.user_id)


@writes
def answer_opinion(actor: Actor, opinion: Opinion, *, text: str, act_id: UUID | None = None) -> Opinion:
    """Publish the answer to an opinion; once every opinion of the matter has one, the duty to answer is done. Raises Invalid on "text"."""
    opinion = lock(opinion, "matter__meeting__place")
    require(rules.may_answer_opinion(actor, opinion))
    opinion.answer = line("text", text, 2000, _("Please write what the answer is."))
    opinion.answered_by_id, opinion.answered_at = cast("int", actor.user_id), clock.now()
    opinion.save(update_fields=["answer", "answered_by", "answered_at"])
    matter = opinion.matter
    facts = {"meeting": matter.meeting_id, "matter": matter.position, "opinion": opinion.pk}
    act(MeetingVerb.ANSWERED, actor, opinion, place=opinion.place.slug, facts=facts, private={"text": opinion.answer})
    if not matter.opinions.filter(answered_at=None).exists():
        duties.answered(matter)
    return opinion
