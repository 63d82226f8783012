"""Two counters, each without seeing the other's numbers: equal tallies make the decision, unequal ones a recount."""

from datetime import date
from hashlib import sha256
from typing import cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.core.values import line
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.meetings import duties, rules
from kheo.meetings.actions import values
from kheo.meetings.codes import code_hash
from kheo.meetings.judged import copy_of
from kheo.meetings.models import Decision, Matter, Meeting, Method, Seat, State, Tally
from kheo.meetings.verbs import MeetingVerb
from kheo.openlog.door import act, lock, writes


@writes
def open_second_count(actor: Actor, meeting: Meeting, *, code: str, act_id: UUID | None = None) -> Meeting:
    """Let a second counter join with this code, on a phone without an account. An earlier code ends; only a hash is kept."""
    meeting = lock(meeting, "place")
    require(rules.may_open_second_count(actor, meeting))
    meeting.counter_hash = code_hash(code)
    meeting.save(update_fields=["counter_hash"])
    return act(MeetingVerb.SECOND, actor, meeting, place=meeting.place.slug, facts={"meeting": meeting.pk})


@writes
def enter_tally(
    actor: Actor,
    matter: Matter,
    *,
    agree: int,
    against: int,
    other: int = 0,
    code: str = "",
    sheet: Photo | None = None,
    act_id: UUID | None = None,
) -> Tally:
    """Enter what one counter counted: the head's seat, or with ``code`` the second seat. Numbers are committed to, not served.

    When both seats are in for the same count: equal tallies record the decision in this act; unequal ones ask for another count.
    Counts are households; agree + against + other ≤ present. ``sheet`` (first seat): photo of the counted votes.
    Raises Invalid on "agree", "against", "other", "sheet".
    """
    meeting = lock(matter.meeting, "place")
    matter = lock(matter)
    matter.meeting = meeting
    require(rules.may_enter_tally(actor, matter, code))
    seat = Seat.SECOND if code else Seat.FIRST
    votes = _votes(meeting, agree, against, other)
    count, _filled = matter.count_now()
    if sheet is not None:
        values.sheet("sheet", sheet)
        photos.keep(sheet, meeting.place)
    tally = Tally.objects.create(matter=matter, count=count, seat=seat, **votes, at=clock.now(), by_id=actor.user_id, sheet=sheet)
    at = {"meeting": meeting.pk, "matter": matter.position, "count": count}
    act(
        MeetingVerb.TALLIED,
        actor,
        tally,
        place=meeting.place.slug,
        facts={**at, "seat": int(seat)},
        private={**votes, **(sheet.private_facts() if sheet else {})},
    )
    both = {t.seat: t for t in matter.tallies.filter(count=count)}
    if len(both) == len(Seat):
        first, second = both[Seat.FIRST], both[Seat.SECOND]
        if (first.agree, first.against, first.other) == (second.agree, second.against, second.other):
            decided(actor, matter, agree=first.agree, against=first.against, other=first.other, by=first.by_id, sheet=first.sheet)
        else:
            act(MeetingVerb.RECOUNT, actor, matter, place=meeting.place.slug, facts=at)
    return tally


@writes
def decide_by_ballot(
    actor: Actor,
    matter: Matter,
    *,
    agree: int,
    against: int,
    other: int = 0,
    by: int,
    on: date,
    sheet: Photo | None = None,
    act_id: UUID | None = None,
) -> Decision:
    """Record what a secret ballot on the matter came to. Only for kheo.ballots, where two people entered the same slips blind.

    ``by``: primary key of the account that answers for the count; ``on``: the ballot's last day, from which what follows is reckoned
    when it is later than the meeting. Both tallies are kept as those of a meeting.
    """
    meeting = lock(matter.meeting, "place")
    matter = lock(matter)
    matter.meeting = meeting
    require(rules.may_be_counted(matter))
    votes = _votes(meeting, agree, against, other)
    count, _filled = matter.count_now()
    for seat in Seat:
        Tally.objects.filter(matter=matter, count=count, seat=seat).delete()
        Tally.objects.create(matter=matter, count=count, seat=seat, **votes, at=clock.now(), by_id=by if seat == Seat.FIRST else None)
    method = Method.SECRET if matter.law.allows(Method.SECRET) and not meeting.slips else Method.SLIPS
    return decided(actor, matter, agree=agree, against=against, other=other, by=by, sheet=sheet, method=method, voted_on=on)


@writes
def word_decision(actor: Actor, decision: Decision, *, text: str, act_id: UUID | None = None) -> Decision:
    """Write down what the households decided: how much, who keeps it. Once; nobody changes it afterwards. Raises Invalid on "text"."""
    matter = lock(decision.matter, "meeting__place")
    decision.matter = matter
    require(rules.may_word_decision(actor, decision))
    matter.outcome = line("text", text, 600, _("Please write what was decided."))
    matter.save(update_fields=["outcome"])
    return act(
        MeetingVerb.WORDED,
        actor,
        decision,
        place=matter.meeting.place.slug,
        clear={"meeting": matter.meeting_id, "matter": matter.position, "text_sha256": sha256(matter.outcome.encode()).hexdigest()},
        private={"text": matter.outcome},
    )


def decided(
    actor: Actor,
    matter: Matter,
    *,
    agree: int,
    against: int,
    other: int,
    by: int | None,
    sheet: Photo | None = None,
    method: str = "",
    voted_on: date | None = None,
) -> Decision:
    """Judge tallies by the law rule of the meeting's day, whose values are copied, and log it. Part of an act, never one by itself.

    ``method`` and ``voted_on``: how and until when it was voted, where that was not at the meeting itself.
    """
    meeting = matter.meeting
    present, households = meeting.present or 0, meeting.households or 0
    day = timezone.localdate((meeting.ends_at if meeting.slips else None) or meeting.starts_at)
    day = max(day, voted_on or day)
    rule = matter.law
    outcome = rule.evaluate(agree, present=present, households=households)
    decision = Decision.objects.create(
        matter=matter,
        decided_on=day,
        agree=agree,
        against=against,
        other=other,
        base=outcome.base,
        needed=outcome.needed,
        threshold_num=rule.threshold.num if rule.threshold else 0,
        threshold_den=rule.threshold.den if rule.threshold else 1,
        strict=rule.strict,
        rule=rule.key,
        article=rule.citation,
        passed=outcome.passed,
        quorate=outcome.quorate,
        method=method or meeting.method,
        judged=copy_of(rule, meeting, present=present, households=households),
        recorded_by_id=cast("int", by),
        sheet=sheet,
    )
    if not meeting.matters.filter(decision__isnull=True).exists():
        meeting.state = State.CLOSED  # from now the second counter's code opens nothing but the page that says so
        meeting.save(update_fields=["state"])
    owed = duties.create_for(decision)
    return act(
        MeetingVerb.DECIDED,
        actor,
        decision,
        place=meeting.place.slug,
        clear={
            "meeting": meeting.pk,
            "matter": matter.position,
            "day": day.isoformat(),
            "agree": agree,
            "against": against,
            "other": other,
            "present": present,
            "base": outcome.base,
            "needed": outcome.needed,
            "rule": rule.key,
            "article": rule.citation,
            "quorate": outcome.quorate,
            "passed": outcome.passed,
            "duties": {duty.key: duty.due_on.isoformat() for duty in owed},
        },
        private=sheet.private_facts() if sheet else {},
    )


def _votes(meeting: Meeting, agree: int, against: int, other: int) -> dict[str, int]:
    votes = {name: values.whole(name, n) for name, n in (("agree", agree), ("against", against), ("other", other))}
    total, present = sum(votes.values()), meeting.present or 0
    if total > present:
        raise Invalid(
            "agree",
            _("%(sum)s votes, but only %(present)s households are present. Please count again.") % {"sum": total, "present": present},
        )
    return votes
