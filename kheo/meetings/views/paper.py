"""The papers of a meeting as PDFs. Invitation and resolution are everybody's; what bears names is the head's and the officers'."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from kheo.core import pdf
from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.meetings import papers, rules
from kheo.meetings.models import Matter, Meeting


def invitation(request: Request, pk: int) -> HttpResponse:
    """GET: the invitation, without a name on it."""
    meeting = _meeting(request, pk)
    return pdf.answer(papers.invitation(meeting), f"invitation-{meeting.pk}")


def attendance(request: Request, pk: int) -> HttpResponse:
    """GET: the sheet 1…N to sign."""
    meeting = _meeting(request, pk)
    require(rules.may_see_sheets(request.actor, meeting))
    return pdf.answer(papers.attendance(meeting), f"attendance-{meeting.pk}")


def minutes(request: Request, pk: int) -> HttpResponse:
    """GET: the minutes, with the names of those who wrote and counted."""
    meeting = _meeting(request, pk)
    require(rules.may_see_sheets(request.actor, meeting))
    return pdf.answer(papers.minutes(meeting), f"minutes-{meeting.pk}")


def slips(request: Request, pk: int) -> HttpResponse:
    """GET: a slip for every household, where slips are the second way."""
    meeting = _meeting(request, pk)
    require(rules.may_see_sheets(request.actor, meeting))
    if not meeting.slips:
        raise Http404
    return pdf.answer(papers.slips(meeting), f"slips-{meeting.pk}")


def resolution(request: Request, pk: int) -> HttpResponse:
    """GET: the decision of the households in the layout of Template 03; only where one was taken."""
    matter = get_object_or_404(Matter.objects.select_related("meeting__place__parent__parent", "decision"), pk=pk, hidden_at=None)
    if not matter.meeting.shown or not matter.decided or not matter.decision.passed:
        raise Http404
    return pdf.answer(papers.resolution(matter.decision), f"resolution-{matter.pk}")


def _meeting(request: Request, pk: int) -> Meeting:
    meeting = get_object_or_404(Meeting.objects.select_related("place__parent__parent"), pk=pk)
    if not meeting.shown and not request.actor.has(Role.OFFICER, at=meeting.place):
        raise Http404
    return meeting
