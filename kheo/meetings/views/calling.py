"""Call a meeting, send slips as the second way, call off."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kheo.catalogue import Kit, kits, offered
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.meetings import actions, law, rules
from kheo.meetings.forms import CallForm, CancelForm, SecondWayForm
from kheo.meetings.models import Meeting
from kheo.places.models import Place


def call(request: Request) -> HttpResponse:
    """Call a meeting of an area (``?place=slug``; without it: choose one of one's own), with the agenda of ``?kit=key``.

    A page that wants one matter decided names it: ``?title_1=…&rule_1=…&starts_at=…`` stand in the form, to be changed.
    """
    if not (slug := request.GET.get("place", "")):
        return render(request, "meetings/choose.html", {"areas": _areas_of(request.actor)})
    area = get_object_or_404(Place, slug=slug)
    kit = _kit(request.GET.get("kit", ""))
    form = CallForm(request.POST or None, place=area, kit=kit, initial=_wanted(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and (meeting := form.perform(actions.call_meeting, request.actor, area, **form.values()))
    ):
        messages.success(request, _("The meeting is called. Print the invitation, and tell the neighbours."))
        return redirect(meeting)
    require(rules.may_call_meeting(request.actor, area))
    context = {"form": form, "place": area, "back": area.get_absolute_url(), "kit": kit, "kits": offered()}
    return render(request, "meetings/call.html", {**context, "notice": law.notice_days(clock.today())})


def second_way(request: Request, pk: int) -> HttpResponse:
    """Send a slip to every household, where too few came."""
    meeting = get_object_or_404(Meeting.objects.select_related("place"), pk=pk)
    form = SecondWayForm(request.POST or None, initial={"where": meeting.where})
    if (
        request.method == "POST"
        and form.is_valid()
        and (slips := form.perform(actions.call_second_way, request.actor, meeting, **form.values()))
    ):
        messages.success(request, _("Now print the slips and bring one to every household."))
        return redirect(slips)
    require(rules.may_call_second_way(request.actor, meeting))
    context = {"form": form, "meeting": meeting, "matters": rules.for_second_way(meeting), "back": meeting.get_absolute_url()}
    return render(request, "meetings/second_way.html", context)


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


def _wanted(request: Request) -> dict[str, str]:
    """What the address already says of the meeting, for the form to begin with; the form judges it like anything typed."""
    return {name: request.GET[name][:200] for name in ("title_1", "rule_1", "starts_at") if name in request.GET}


def _kit(key: str) -> Kit | None:
    if key and key not in kits():
        raise Http404
    return kits().get(key)


def _areas_of(actor: Actor) -> list[Place]:
    """The areas whose households the actor may call; ordered by name."""
    under = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in (Role.HEAD, Role.OFFICER):
            under |= Q(path__startswith=grant.path)
    return list(Place.objects.areas().filter(under).order_by("sort")[:300])
