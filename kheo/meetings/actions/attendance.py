"""Who is here: numbers ticked or read out, counted against the quorum, and forgotten when nobody can object any more."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import SYSTEM, Actor
from kheo.core.rules import Invalid, require
from kheo.core.values import line
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.meetings import law, rules
from kheo.meetings.actions import values
from kheo.meetings.actions.tallies import decided
from kheo.meetings.models import Attendance, Meeting, Method, State
from kheo.meetings.verbs import MeetingVerb
from kheo.openlog.door import act, lock, writes

UNCOUNTED = timedelta(days=30)  # numbers noted for a meeting that was never counted stay no longer than this


def keep_numbers(actor: Actor, meeting: Meeting, numbers: Collection[int]) -> int:
    """Keep which numbers are ticked so far; returns how many. A draft, no act: nothing is said until the households are counted.

    Raises Refused, and Invalid("numbers") for a number that no household has.
    """
    with transaction.atomic():
        meeting = lock(meeting, "place")
        require(rules.may_count_households(actor, meeting))
        _replace(meeting, _checked(meeting, numbers))
    return len(set(numbers))


@writes
def count_households(
    actor: Actor,
    meeting: Meeting,
    *,
    sheet: Photo,
    present: int | None = None,
    numbers: Collection[int] = (),
    act_id: UUID | None = None,
) -> Meeting:
    """Record how many households are represented (of slips: how many came back), with a photo of the sheet (which stays private).

    ``numbers``: the attendance numbers that are here; ``present`` alone where nobody noted numbers. What needs a quorum that is not
    there is settled at once: not decided, too few households. Raises Invalid on "present", "numbers" and "sheet".
    """
    meeting = lock(meeting)
    area = lock(meeting.place)
    meeting.place = area
    require(rules.may_count_households(actor, meeting))
    households, found = meeting.invited, _checked(meeting, numbers)
    if found and present is not None and present != len(found):
        raise Invalid(
            "present",
            _("%(ticked)s numbers are ticked, but you wrote %(present)s. Please leave one of the two out, or look again.")
            % {"ticked": len(found), "present": present},
        )
    present = values.whole("present", len(found) if found else present)
    if present > households:
        raise Invalid(
            "present",
            _("This area has %(households)s households; %(present)s cannot be present.") % {"households": households, "present": present},
        )
    values.sheet("sheet", sheet)
    photos.keep(sheet, area)
    _replace(meeting, found)
    day = timezone.localdate(meeting.starts_at)
    meeting.households, meeting.present, meeting.sheet, meeting.state = households, present, sheet, State.COUNTED
    meeting.objection_until = max(day, clock.today()) + timedelta(days=law.objection_days(day))
    meeting.save(update_fields=["households", "present", "sheet", "state", "objection_until"])
    act(
        MeetingVerb.COUNTED,
        actor,
        meeting,
        place=area.slug,
        clear={"meeting": meeting.pk, "households": households, "present": present},
        private=sheet.private_facts(),
    )
    for matter in meeting.matters.all():
        matter.meeting = meeting
        if matter.law.votes and not matter.law.quorate(present, households):
            decided(actor, matter, agree=0, against=0, other=0, by=actor.user_id)
    return meeting


@writes
def choose_officers(
    actor: Actor,
    meeting: Meeting,
    *,
    secretary: str,
    counters: Sequence[str],
    method: str,
    officers_for: int,
    act_id: UUID | None = None,
) -> Meeting:
    """Record whom those attending chose to write and to count, and how they vote.

    ``counters``: three to five names. ``officers_for``: households that agreed, more than half of those attending.
    Names stand on the minutes only. Raises Invalid on "secretary", "counters", "method", "officers_for".
    """
    meeting = lock(meeting, "place")
    require(rules.may_choose_officers(actor, meeting))
    meeting.secretary = line("secretary", secretary, 80, _("Please say who writes the minutes."))
    team = [line("counters", name, 80, _("Please write the names of those who count.")) for name in counters if name.strip()]
    day, present = timezone.localdate(meeting.starts_at), meeting.present or 0
    least, most = law.counting_team(day)
    if not least <= len(team) <= most:
        words = _("The counting team has %(least)s to %(most)s people. Please write one name on each line.")
        raise Invalid("counters", words % {"least": least, "most": most})
    if len({name.casefold() for name in team}) < len(team):
        raise Invalid("counters", _("One name stands there twice."))
    if method not in (Method.HANDS, Method.SECRET):
        raise Invalid("method", _("Please choose a show of hands or a secret vote."))
    for matter in meeting.matters.all():
        matter.meeting = meeting
        if not (answer := rules.may_use_method(matter, method)):
            raise Invalid("method", answer.reason)
    needed = law.officers_needed(day, present)
    if not needed <= values.whole("officers_for", officers_for) <= present:
        raise Invalid(
            "officers_for",
            _("More than half of the %(present)s households here must agree: at least %(least)s.") % {"present": present, "least": needed},
        )
    meeting.counters, meeting.method, meeting.officers_for = "\n".join(team), method, officers_for
    meeting.save(update_fields=["secretary", "counters", "method", "officers_for"])
    return act(
        MeetingVerb.OFFICERS,
        actor,
        meeting,
        place=meeting.place.slug,
        clear={"meeting": meeting.pk, "method": str(method), "for": officers_for, "present": present, "team": len(team)},
        private={"secretary": meeting.secretary, "counters": team},
    )


def forget_attendance() -> int:
    """Delete the attendance numbers of every meeting whose objection period is over; returns how many numbers went. For the worker."""
    over = Q(objection_until__lt=clock.today()) | Q(objection_until=None, starts_at__lt=clock.now() - UNCOUNTED)
    due = Meeting.objects.filter(over, pk__in=Attendance.objects.values("meeting"))
    gone = 0
    for meeting in due.order_by("pk"):
        gone += meeting.attendance.count()
        _forget(SYSTEM, meeting)
    return gone


@writes
def _forget(actor: Actor, meeting: Meeting) -> Meeting:
    meeting = lock(meeting, "place")
    gone, _by_model = meeting.attendance.all().delete()
    facts = {"meeting": meeting.pk, "numbers": gone}
    return act(MeetingVerb.FORGOTTEN, actor, meeting, place=meeting.place.slug, facts=facts)


def _checked(meeting: Meeting, numbers: Collection[int]) -> list[int]:
    """The numbers, each once, in order. Slips bear none."""
    found = sorted(set(numbers))
    if found and meeting.slips:
        raise Invalid("numbers", _("Slips have no number. Please count how many came back."))
    if any(type(n) is not int for n in numbers) or (found and not 1 <= found[0] <= found[-1] <= meeting.numbers):
        raise Invalid("numbers", _("Numbers here go from 1 to %(n)s.") % {"n": meeting.numbers})
    return found


def _replace(meeting: Meeting, numbers: Sequence[int]) -> None:
    """Make the kept numbers exactly these."""
    kept = set(meeting.attendance.values_list("number", flat=True))
    meeting.attendance.exclude(number__in=numbers).delete()
    Attendance.objects.bulk_create([Attendance(meeting=meeting, number=n) for n in numbers if n not in kept])
