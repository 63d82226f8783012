"""One meeting: how many households came, what was decided, by which article, and what follows."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.meetings.models import Meeting
from kheo.openlog.subjects import receipts_for
from kheo.site.pages import acts, chains


def meeting(request: Request, pk: int) -> HttpResponse:
    """GET /meetings/<id>/"""
    thing = get_object_or_404(Meeting.objects.select_related("place__parent", "called_by"), pk=pk)
    if not thing.shown and not request.actor.has(Role.OFFICER, at=thing.place):
        raise Http404
    matters = list(thing.matters.filter(hidden_at=None).select_related("decision").prefetch_related("needs", "decision__initiatives"))
    items = []
    for matter in matters:
        matter.meeting = thing
        decision = getattr(matter, "decision", None)
        items.append(
            {
                "matter": matter,
                "decision": decision,
                "vote": chains.vote(decision) if decision else "",
                "needs": [n for n in matter.needs.all() if n.public_text],
                "works": [w for w in decision.initiatives.all() if w.registered_at and w.shown] if decision else [],
                "acts": acts.of_matter(request.actor, matter),
            }
        )
    return render(
        request,
        "pages/meeting.html",
        {
            "meeting": thing,
            "items": items,
            "acts": acts.of_meeting(request.actor, thing),
            "receipts": receipts_for([thing, *(getattr(m, "decision", None) for m in matters)]),
        },
    )
