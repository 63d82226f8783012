"""One secret vote: before, what is asked and how it is counted; after, the result, every code with its choice, and how to recount."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from kheo.ballots import published
from kheo.ballots.models import Ballot, Method, Option, Seat, State
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.openlog.subjects import receipts_for
from kheo.site.pages import acts

WHOLE = 1_200  # votes that fit on one page; more are shown in blocks by their first letter


def ballot(request: Request, pk: int) -> HttpResponse:
    """GET /ballots/<id>/ (``?block=A``: only codes that begin so, where there are very many)."""
    thing = get_object_or_404(Ballot.objects.select_related("place__parent", "matter__meeting__place", "called_by"), pk=pk)
    if not thing.shown and not request.actor.has(Role.OFFICER, at=thing.place):
        raise Http404
    options = list(thing.options.select_related("need"))
    for option in options:
        option.ballot = thing
    context: dict[str, Any] = {
        "ballot": thing,
        "matter": thing.matter,
        "options": options,
        "method": Method(thing.method).label,
        "waiting": thing.state == State.SEALED and clock.now() < thing.opens_at,
        "over": thing.over,
        "taken": thing.taken.count() if thing.online else None,
        "first_in": Seat.FIRST in thing.entered,
        "second_in": Seat.SECOND in thing.entered,
        "acts": acts.of_ballot(request.actor, thing),
        "receipts": receipts_for([thing]),
    }
    if thing.state == State.PUBLISHED and thing.result:
        context |= _result(thing, options) | _votes(thing, options, request.GET.get("block", ""))
    return render(request, "pages/ballot.html", context)


def ballots(request: Request) -> HttpResponse:
    """GET /ballots/: the votes that are going on, then the counted ones."""
    found = Ballot.objects.filter(hidden_at=None).select_related("place__parent").order_by("-closes_at", "-id")
    return render(request, "pages/ballots.html", {"page": Paginator(found, 30).get_page(request.GET.get("page"))})


def _result(thing: Ballot, options: list[Option]) -> dict[str, Any]:
    """Each option with what it got; of a budget also what every supporter's share paid."""
    result = thing.result or {}
    chosen = set(result.get("chosen", []))
    rows = [{"option": o, "total": t, "chosen": o.position in chosen} for o, t in zip(options, result["totals"], strict=False)]
    if thing.method != Method.YES_NO:
        rows.sort(key=lambda r: (not r["chosen"], -r["total"]))
    paid = {option: (payers, most) for option, payers, most in result.get("paid", [])}
    for row in rows:
        row["payers"], row["each"] = paid.get(row["option"].position, (0, 0))
    most = max(result["totals"], default=0)
    return {
        "result": result,
        "rows": rows,
        "most": most,
        "tie": sum(1 for t in result["totals"] if t == most) > 1,
        "invalid": sum(thing.invalid.values()),
        "left": (thing.budget or 0) - result.get("spent", 0),
    }


def _votes(thing: Ballot, options: list[Option], block: str) -> dict[str, Any]:
    """Codes and choices from the log, in blocks by first letter. Whoever looks tells the server at most that letter."""
    words = {o.position: o.words for o in options}
    cast = published.votes(thing)
    letters = sorted({code[0] for code in cast})
    shown = letters if len(cast) <= WHOLE else [block] if block in letters else letters[:1]
    lines = [(code, published.says(thing, choice, words)) for code, choice in cast.items() if code[0] in shown]
    blocks = [(letter, [line for line in lines if line[0][0] == letter]) for letter in shown]
    return {"letters": letters, "blocks": blocks, "split": len(cast) > WHOLE, "votes": len(cast), "salt": published.salt(thing)}
