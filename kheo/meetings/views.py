"""Call, count, decide, cancel. The page of a meeting itself is kheo.site's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kheo.core.actor import Actor, Role
from kheo.core.numbers import percent
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import photos
from kheo.meetings import actions, rules
from kheo.meetings.forms import CallForm, CancelForm, CountForm, DecideForm
from kheo.meetings.models import Decision, Matter, Meeting
from kheo.places.models import Place


def call(request: Request) -> HttpResponse:
    """Call a meeting of an area (``?place=slug``; without it: choose one of one's own)."""
    if not (slug := request.GET.get("place", "")):
        return render(request, "meetings/choose.html", {"areas": _areas_of(request.actor)})
    area = get_object_or_404(Place, slug=slug)
    form = CallForm(request.POST or None, place=area)
    if (
        request.method == "POST"
        and form.is_valid()
        and (meeting := form.perform(actions.call_meeting, request.actor, area, **form.values()))
    ):
        messages.success(request, _("The meeting is called. Now tell the neighbours."))
        return redirect(meeting)
    require(rules.may_call_meeting(request.actor, area))
    return render(request, "meetings/call.html", {"form": form, "place": area, "back": area.get_absolute_url()})


def count(request: Request, pk: int) -> HttpResponse:
    """Count the households that are represented."""
    meeting = get_object_or_404(Meeting.objects.select_related("place"), pk=pk)
    form, answer = CountForm(request.POST or None, request.FILES or None), rules.may_count_households(request.actor, meeting)

    def act(actor: Actor, meeting: Meeting, *, present: int, sheet: Any, act_id: UUID) -> Meeting:
        # Stored before the transaction, and only for who may count; the action refuses the others before it looks at the sheet.
        photo = photos.store(sheet, field="sheet") if answer else None
        return actions.count_households(actor, meeting, present=present, sheet=photo, act_id=act_id)  # type: ignore[arg-type]

    if request.method == "POST" and form.is_valid() and (done := form.perform(act, request.actor, meeting, **form.values())):
        messages.success(
            request,
            _("%(present)s of %(households)s households are here.") % {"present": done.present, "households": done.households},
        )
        return redirect(done)
    require(answer)
    return render(request, "meetings/count.html", {"form": form, "meeting": meeting, "back": meeting.get_absolute_url()})


def decide(request: Request, pk: int) -> HttpResponse:
    """Record what was decided on one matter."""
    matter = get_object_or_404(Matter.objects.select_related("meeting__place"), pk=pk)
    meeting, rule = matter.meeting, matter.law
    form, answer = DecideForm(request.POST or None, request.FILES or None), rules.may_record_decision(request.actor, matter)

    def act(actor: Actor, matter: Matter, *, sheet: Any, act_id: UUID, **tallies: int) -> Decision:
        photo = photos.store(sheet, field="sheet") if sheet and answer else None
        return actions.record_decision(actor, matter, sheet=photo, act_id=act_id, **tallies)

    if request.method == "POST" and form.is_valid() and (decision := form.perform(act, request.actor, matter, **form.values())):
        _tell(request, decision)
        return redirect(meeting)
    require(answer)
    base = meeting.present if rule.base == "attending" else meeting.households
    context = {"form": form, "matter": matter, "meeting": meeting, "rule": rule, "needed": rule.needed(base or 0), "base": base}
    return render(request, "meetings/decide.html", {**context, "back": meeting.get_absolute_url()})


def cancel(request: Request, pk: int) -> HttpResponse:
    """Call a meeting off, with the reason."""
    meeting = get_object_or_404(Meeting.objects.select_related("place"), pk=pk)
    form = CancelForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.cancel_meeting, request.actor, meeting, **form.values()) is not None
    ):
        messages.success(request, _("The meeting is cancelled. Its page tells why."))
        return redirect(meeting)
    require(rules.may_cancel_meeting(request.actor, meeting))
    return render(request, "meetings/cancel.html", {"form": form, "meeting": meeting, "back": meeting.get_absolute_url()})


def _areas_of(actor: Actor) -> list[Place]:
    """The areas whose households the actor may call; ordered by name."""
    under = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in (Role.HEAD, Role.OFFICER):
            under |= Q(path__startswith=grant.path)
    return list(Place.objects.areas().filter(under).order_by("sort")[:300])


def _tell(request: Request, decision: Decision) -> None:
    values = {
        "agree": decision.agree,
        "base": decision.base,
        "needed": decision.needed,
        "percent": percent(decision.agree, decision.base),
        "article": decision.citation,
    }
    if not decision.voted:
        messages.info(request, _("The opinions are recorded. Nothing was voted on (%(article)s).") % values)
    elif not decision.quorate:
        messages.warning(request, _("Too few households: recorded, but not decided (%(article)s).") % values)
    elif decision.passed:
        messages.success(request, _("We decided: %(agree)s of %(base)s agree (%(percent)s), %(needed)s needed. %(article)s.") % values)
    else:
        messages.warning(request, _("Not decided: %(agree)s of %(base)s agree (%(percent)s), %(needed)s needed. %(article)s.") % values)
