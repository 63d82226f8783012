"""Calling the households together, sending slips where too few came, and calling off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.core.values import line
from kheo.meetings import law, rules
from kheo.meetings.actions import values
from kheo.meetings.law import shapes
from kheo.meetings.models import Form, Matter, Meeting, Method, State
from kheo.meetings.verbs import MeetingVerb
from kheo.needs.models import Need
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Place

MATTERS = 12  # more than an evening holds
LONGEST_ROUND = timedelta(days=60)  # of slips: what was said on the first day still holds on the last


@writes
def call_meeting(
    actor: Actor,
    area: Place,
    *,
    starts_at: datetime,
    where: str,
    matters: Sequence[tuple[str, str, Sequence[Need]]],
    part: str = "",
    part_households: int | None = None,
    act_id: UUID | None = None,
) -> Meeting:
    """Call the households of an area together. ``matters``: (title, key of a law rule, needs it takes up), in order.

    ``part``: one alley or group of the area, with its own number of households, where only these decide.
    Raises Invalid on "starts_at" (not within the law's notice and a year, aware), "where", "part", "part_households",
    "matters" (none, too many, unknown rule, another place's need).
    """
    area = lock(area)
    require(rules.may_call_meeting(actor, area))
    starts_at = _in_time(values.moment("starts_at", starts_at))
    where = line("where", where, 160, _("Please say where the meeting is."))
    part, part_households = _part(area, part, part_households)
    agenda = [_matter(area, starts_at, shapes.PART if part else shapes.AREA, *m) for m in matters]
    if not agenda:
        raise Invalid("matters", _("Please write at least one matter to talk about."))
    if len(agenda) > MATTERS:
        raise Invalid("matters", _("That is too much for one meeting. Please leave some matters for the next one."))
    meeting = Meeting.objects.create(
        place=area,
        starts_at=starts_at,
        where=where,
        part=part,
        part_households=part_households,
        called_by_id=cast("int", actor.user_id),
        called_at=clock.now(),
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
            "starts": _stamp(starts_at),
            "rules": [rule for _title, rule, _needs in agenda],
            "needs": sorted({need.code for *_rest, needs in agenda for need in needs}),
            **({"part_households": part_households} if part_households else {}),
        },
        private={"where": where, "matters": [title for title, *_rest in agenda], **({"part": part} if part else {})},
    )


@writes
def call_second_way(actor: Actor, meeting: Meeting, *, ends_at: datetime, where: str, act_id: UUID | None = None) -> Meeting:
    """Where too few households came: a slip to every household, on the same matters, collected until ``ends_at``.

    ``where``: where slips are handed in. Raises Invalid on "ends_at" and "where".
    """
    meeting = lock(meeting, "place")
    require(rules.may_call_second_way(actor, meeting))
    ends_at = values.moment("ends_at", ends_at)
    matters = rules.for_second_way(meeting)
    least = max(matter.law.second_way.days for matter in matters if matter.law.second_way)
    if timezone.localdate(ends_at) < clock.today() + timedelta(days=least):
        raise Invalid(
            "ends_at",
            ngettext_lazy(
                "Please leave every household at least %(n)s day to answer.",
                "Please leave every household at least %(n)s days to answer.",
                least,
            )
            % {"n": least},
        )
    if ends_at > clock.now() + LONGEST_ROUND:
        raise Invalid("ends_at", _("Please choose a day within two months."))
    where = line("where", where, 160, _("Please say where the slips are handed in."))
    slips = Meeting.objects.create(
        place=meeting.place,
        form=Form.SLIPS,
        method=Method.SLIPS,
        follows=meeting,
        starts_at=clock.now(),
        ends_at=ends_at,
        where=where,
        part=meeting.part,
        part_households=meeting.part_households,
        called_by_id=cast("int", actor.user_id),
        called_at=clock.now(),
    )
    for position, matter in enumerate(matters, 1):
        Matter.objects.create(meeting=slips, position=position, title=matter.title, rule=matter.rule).needs.set(matter.needs.all())
    facts = {"meeting": slips.pk, "follows": meeting.pk, "ends": _stamp(ends_at), "rules": [matter.rule for matter in matters]}
    private = {"where": where, "matters": [matter.title for matter in matters]}
    return act(MeetingVerb.SLIPS, actor, slips, place=meeting.place.slug, facts=facts, private=private)


@writes
def cancel_meeting(actor: Actor, meeting: Meeting, *, reason: str, act_id: UUID | None = None) -> Meeting:
    """Call a meeting off, with the reason the neighbours will read. Numbers noted so far go. Raises Invalid on "reason"."""
    meeting = lock(meeting)
    require(rules.may_cancel_meeting(actor, meeting))
    meeting.reason = line("reason", reason, 300, _("Please tell the neighbours why."))
    meeting.state = State.CANCELLED
    meeting.save(update_fields=["reason", "state"])
    meeting.attendance.all().delete()
    return act(
        MeetingVerb.CANCELLED, actor, meeting, place=meeting.place.slug, facts={"meeting": meeting.pk}, private={"reason": meeting.reason}
    )


def _stamp(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _in_time(starts_at: datetime) -> datetime:
    """Every household hears of it as many days before as the law of that day asks for."""
    day = timezone.localdate(starts_at)
    notice = law.notice_days(day)
    if day < clock.today() + timedelta(days=notice):
        words = ngettext_lazy(
            "Households must hear of a meeting at least %(n)s day before. Please choose %(first)s or later.",
            "Households must hear of a meeting at least %(n)s days before. Please choose %(first)s or later.",
            notice,
        )
        first = clock.today() + timedelta(days=notice)
        raise Invalid("starts_at", words % {"n": notice, "first": f"{first.day}/{first.month}/{first.year}"})
    return starts_at


def _part(area: Place, part: str, households: int | None) -> tuple[str, int | None]:
    part = " ".join(part.split())
    if not part and households is None:
        return "", None
    part = line("part", part, 80, _("Please say which part of the area this is, for example Alley 47."))
    if not households:
        raise Invalid("part_households", _("Please say how many households this part has."))
    values.whole("part_households", households)
    if area.households and households > area.households:
        raise Invalid("part_households", _("The whole area has only %(n)s households.") % {"n": area.households})
    return part, households


def _matter(area: Place, starts_at: datetime, scope: str, title: str, rule: str, needs: Sequence[Need]) -> tuple[str, str, Sequence[Need]]:
    title = line("matters", title, 200, _("Please write what each matter is about."))
    try:
        found = law.rule_on(rule, timezone.localdate(starts_at))
    except law.NoRule:
        raise Invalid("matters", _("Please choose what kind of decision each matter is.")) from None
    if scope not in found.scopes:
        raise Invalid("matters", _("“%(rule)s” is decided by the whole area, not by a part of it.") % {"rule": found.name})
    for need in needs:
        near = str(need.place.path).startswith(str(area.path)) or str(area.path).startswith(str(need.place.path))
        if not near or not Need.objects.public().filter(pk=need.pk).exists():
            raise Invalid("matters", _("One of the needs is not from this area."))
    return title, rule, needs
