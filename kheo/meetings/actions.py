"""Every write of the room: call, count, decide, cancel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.meetings import law, rules
from kheo.meetings.models import Decision, Matter, Meeting, State
from kheo.meetings.verbs import MeetingVerb
from kheo.needs.models import Need
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Place

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

MATTERS = 12  # more than an evening holds
AHEAD = timedelta(days=366)


@writes
def call_meeting(
    actor: Actor,
    area: Place,
    *,
    starts_at: datetime,
    where: str,
    matters: Sequence[tuple[str, str, Sequence[Need]]],
    act_id: UUID | None = None,
) -> Meeting:
    """Call the households of an area together. ``matters``: (title, key of a law rule, needs it takes up), in order.

    Raises Invalid on "starts_at" (not today or later, aware), "where", "matters" (none, too many, unknown rule, another place's need).
    """
    area = lock(area)
    require(rules.may_call_meeting(actor, area))
    starts_at = _moment(starts_at)
    where = _text("where", where, 160, _("Please say where the meeting is."))
    agenda = [_matter(area, starts_at, *m) for m in matters]
    if not agenda:
        raise Invalid("matters", _("Please write at least one matter to talk about."))
    if len(agenda) > MATTERS:
        raise Invalid("matters", _("That is too much for one meeting. Please leave some matters for the next one."))
    meeting = Meeting.objects.create(
        place=area, starts_at=starts_at, where=where, called_by_id=cast("int", actor.user_id), called_at=clock.now()
    )
    for position, (title, rule, needs) in enumerate(agenda, 1):
        Matter.objects.create(meeting=meeting, position=position, title=title, rule=rule).needs.set(needs)
    return act(
        MeetingVerb.CALLED,
        actor,
        meeting,
        place=area.slug,
        facts={
            "meeting": meeting.pk,
            "starts": timezone.localtime(starts_at).strftime("%Y-%m-%dT%H:%M"),
            "rules": [rule for _title, rule, _needs in agenda],
            "needs": sorted({need.code for *_rest, needs in agenda for need in needs}),
        },
        private={"where": where, "matters": [title for title, *_rest in agenda]},
    )


@writes
def count_households(actor: Actor, meeting: Meeting, *, present: int, sheet: Photo, act_id: UUID | None = None) -> Meeting:
    """Record how many households are represented, with a photo of the sheet (which stays private).

    ``present``: households, 0 ≤ present ≤ the area's recorded number. Raises Invalid on "present" and "sheet".
    """
    meeting = lock(meeting)
    area = lock(meeting.place)
    meeting.place = area
    require(rules.may_count_households(actor, meeting))
    households = area.households or 0
    _whole("present", present)
    if present > households:
        raise Invalid(
            "present",
            _("This area has %(households)s households; %(present)s cannot be present.") % {"households": households, "present": present},
        )
    _sheet("sheet", sheet)
    photos.keep(sheet, area)
    meeting.households, meeting.present, meeting.sheet, meeting.state = households, present, sheet, State.COUNTED
    meeting.save(update_fields=["households", "present", "sheet", "state"])
    return act(
        MeetingVerb.COUNTED,
        actor,
        meeting,
        place=area.slug,
        clear={"meeting": meeting.pk, "households": households, "present": present},
        private=sheet.private_facts(),
    )


@writes
def record_decision(
    actor: Actor, matter: Matter, *, agree: int, against: int, other: int = 0, sheet: Photo | None = None, act_id: UUID | None = None
) -> Decision:
    """Record the tallies on a matter and judge them by the law rule of the meeting's day, whose values are copied.

    Counts are households; agree + against + other ≤ present. Raises Invalid on "agree", "against", "other".
    """
    meeting = lock(matter.meeting)
    matter = lock(matter)
    matter.meeting = meeting
    require(rules.may_record_decision(actor, matter))
    for name, count in (("agree", agree), ("against", against), ("other", other)):
        _whole(name, count)
    present, households = meeting.present or 0, meeting.households or 0
    if agree + against + other > present:
        raise Invalid(
            "agree",
            _("%(sum)s votes, but only %(present)s households are present. Please count again.")
            % {"sum": agree + against + other, "present": present},
        )
    day = timezone.localdate(meeting.starts_at)
    rule = law.rule_on(matter.rule, day)
    outcome = rule.evaluate(agree, present=present, households=households)
    if sheet is not None:
        _sheet("sheet", sheet)
        photos.keep(sheet, meeting.place)
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
        recorded_by_id=cast("int", actor.user_id),
        sheet=sheet,
    )
    if not meeting.matters.filter(decision__isnull=True).exists():
        meeting.state = State.CLOSED
        meeting.save(update_fields=["state"])
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
        },
        private=sheet.private_facts() if sheet else {},
    )


@writes
def cancel_meeting(actor: Actor, meeting: Meeting, *, reason: str, act_id: UUID | None = None) -> Meeting:
    """Call a meeting off, with the reason the neighbours will read. Raises Invalid on "reason"."""
    meeting = lock(meeting)
    require(rules.may_cancel_meeting(actor, meeting))
    meeting.reason = _text("reason", reason, 300, _("Please tell the neighbours why."))
    meeting.state = State.CANCELLED
    meeting.save(update_fields=["reason", "state"])
    return act(
        MeetingVerb.CANCELLED, actor, meeting, place=meeting.place.slug, facts={"meeting": meeting.pk}, private={"reason": meeting.reason}
    )


def _moment(starts_at: datetime) -> datetime:
    if timezone.is_naive(starts_at):
        raise ValueError("starts_at is aware")
    if timezone.localdate(starts_at) < clock.today():
        raise Invalid("starts_at", _("Please choose today or a day to come."))
    if starts_at > clock.now() + AHEAD:
        raise Invalid("starts_at", _("Please choose a day within one year."))
    return starts_at


def _matter(area: Place, starts_at: datetime, title: str, rule: str, needs: Sequence[Need]) -> tuple[str, str, Sequence[Need]]:
    title = _text("matters", title, 200, _("Please write what each matter is about."))
    try:
        law.rule_on(rule, timezone.localdate(starts_at))
    except law.NoRule:
        raise Invalid("matters", _("Please choose what kind of decision each matter is.")) from None
    for need in needs:
        near = str(need.place.path).startswith(str(area.path)) or str(area.path).startswith(str(need.place.path))
        if not near or not Need.objects.public().filter(pk=need.pk).exists():
            raise Invalid("matters", _("One of the needs is not from this area."))
    return title, rule, needs


def _text(field: str, text: str, most: int, missing: "_StrOrPromise") -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid(field, missing)
    if len(text) > most:
        raise Invalid(field, _("Please keep it under %(most)s characters.") % {"most": most})
    return text


def _whole(field: str, count: int) -> None:
    if type(count) is not int or not 0 <= count <= 1_000_000:
        raise Invalid(field, _("Please give a whole number of households, 0 or more."))


def _sheet(field: str, sheet: Photo | None) -> None:
    if sheet is None:
        raise Invalid(field, _("Please take a photo of the sheet."))
    if sheet.public:
        raise Invalid(field, _("This photo is public already. A sheet bears names; please take its own photo."))
