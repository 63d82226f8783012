"""One meeting: how many households came, what was decided, by which article, and what follows."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from kheo.agreements.models import Version
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.meetings import posted, rules
from kheo.meetings.models import Matter, Meeting, Seat, State
from kheo.meetings.numbers import Enough, enough
from kheo.openlog.subjects import receipts_for
from kheo.site.pages import acts, chains, decisions


def meeting(request: Request, pk: int) -> HttpResponse:
    """GET /meetings/<id>/"""
    thing = get_object_or_404(Meeting.objects.select_related("place__parent", "called_by", "follows", "followed_by"), pk=pk)
    if not thing.shown and not request.actor.has(Role.OFFICER, at=thing.place):
        raise Http404
    matters = list(
        thing.matters.filter(hidden_at=None)
        .select_related("decision")
        .prefetch_related("needs", "decision__initiatives", "tallies", "ballots", "opinions__answered_by")
    )
    asked = {e.matter.pk: e for e in enough(thing, thing.present or 0)}
    undecided = thing.state != State.CANCELLED and any(not hasattr(matter, "decision") for matter in matters)
    board = posted.on_board(thing.place) if undecided else []
    items = [_item(request, thing, matter, asked[matter.pk], board) for matter in matters]
    owed = decisions.duties(request.actor, [i["decision"] for i in items if i["decision"]])
    for item in items:
        item["duties"] = owed.get(item["decision"].pk, []) if item["decision"] else []
    opinions = [o["opinion"] for i in items for o in i["opinions"]]
    return render(
        request,
        "pages/meeting.html",
        {
            "meeting": thing,
            "items": items,
            "quorum": max((e.quorum for e in asked.values()), default=0),
            "enough": all(e.quorate for e in asked.values()),
            "begun": (thing.ends_at or thing.starts_at) <= clock.now(),  # from then on the households come first, then the paper
            "waiting": any((i["seats"] or thing.counter_hash) and not i["decision"] for i in items),  # the other phone may be quicker
            "sheets": bool(rules.may_see_sheets(request.actor, thing)),
            "acts": acts.of_meeting(request.actor, thing),
            "receipts": receipts_for(
                [thing, *opinions, *(getattr(m, "decision", None) for m in matters), *(o.duty for rows in owed.values() for o in rows)]
            ),
        },
    )


def _item(request: Request, thing: Meeting, matter: Matter, asks: Enough, board: list[posted.Posted]) -> dict[str, Any]:
    """One matter as its card shows it. Of a count under way only which seats are in, never a number."""
    matter.meeting = thing
    decision = getattr(matter, "decision", None)
    count, filled = matter.count_now()
    return {
        "matter": matter,
        "decision": decision,
        "law": matter.law,
        "asks": asks,
        "vote": chains.vote(decision) if decision else "",
        "count": count,
        "seats": [Seat.FIRST in filled, Seat.SECOND in filled] if not decision and (filled or count > 1) else [],
        "opinions": [{"opinion": o, "acts": acts.of_opinion(request.actor, o)} for o in matter.opinions.all()],
        "needs": [n for n in matter.needs.all() if n.public_text],
        "ballots": [b for b in matter.ballots.all() if b.shown],
        "works": [w for w in decision.initiatives.all() if w.registered_at and w.shown] if decision else [],
        "waits": [] if decision else posted.not_before(board, matter.rule, timezone.localdate(thing.ends_at or thing.starts_at)),
        "agreements": list(Version.objects.of_decision(decision).select_related("agreement")) if decision else [],
        "acts": acts.of_matter(request.actor, matter),
    }
