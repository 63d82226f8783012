"""Shared works: the list, and one work with its bars, money, decision and what happened so far."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from kheo.catalogue import Kit, kits
from kheo.checks.announced import coming
from kheo.checks.models import Check, Found, Kind, Unit, Visit, VisitState
from kheo.checks.sealing import sealed
from kheo.core.actor import Actor, Role
from kheo.core.numbers import quantity
from kheo.core.requests import Request
from kheo.grants import rules as grants
from kheo.grants.models import Grant
from kheo.initiatives import rules
from kheo.initiatives.models import Initiative, State
from kheo.ledger import sums as ledger
from kheo.ledger.models import Account
from kheo.ledger.units import is_labour
from kheo.openlog.subjects import receipts_for
from kheo.places.models import Place, shapes
from kheo.results import sums
from kheo.results.models import Result
from kheo.review.models import Completion
from kheo.site.pages import acts, chains, figures, lasting
from kheo.site.pages.shared import Shared, moment
from kheo.site.pages.words import SOURCES, WORK_STATES

PER_PAGE = 18
RESULTS = 40


def initiatives(request: Request) -> HttpResponse:
    """GET /initiatives/?kit=&state=&place="""
    found = Initiative.objects.public().select_related("place__parent").order_by("-registered_at", "-id")
    kit, state, slug = (request.GET.get(k, "") for k in ("kit", "state", "place"))
    if kit in kits():
        found = found.filter(kit=kit)
    if state in (State.REGISTERED, State.COMPLETED):
        found = found.filter(state=state)
    place = Place.objects.filter(slug=slug).defer("geometry").first() if slug else None
    if place:
        found = found.filter(place__path__startswith=place.path or "-")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    return render(
        request,
        "pages/initiatives.html",
        {
            "page": page,
            "cards": figures.cards(page.object_list),
            "kits": kits(),
            "kit": kit,
            "state": state,
            "place": place,
            "states": {k: WORK_STATES[k] for k in (State.REGISTERED, State.COMPLETED)},
            "wards": Place.objects.wards().only("slug", "name", "kind", "rank"),
            "filters": kept.urlencode(),
        },
    )


def initiative(request: Request, slug: str) -> HttpResponse:
    """GET /initiatives/<slug>/"""
    at = moment()
    found = Initiative.objects.select_related("place__parent", "site").defer(*shapes("place", "place__parent", "site"))
    work = get_object_or_404(found, slug=slug)
    if not rules.may_see(request.actor, work) or not (work.shown or request.actor.has(Role.OFFICER, at=work.place)):
        raise Http404
    if asked := Check.objects.waiting_for(request.actor.user_id).filter(result__initiative=work).first() if request.actor.user_id else None:
        return render(request, "pages/work_blind.html", {"check": asked})  # whoever is asked to count is not led by the claim
    if not request.actor.nameless or request.actor.household:
        going = Visit.objects.waiting_for(request.actor).filter(state=VisitState.ACCEPTED, unit__result__initiative=work).first()
        if going:
            return render(request, "pages/work_blind.html", {"check": going})  # before they said yes, the place is not told
    near = acts.leads(request.actor, work) or request.actor.has(Role.OFFICER, at=work.place)
    public = work.shown and work.state in (State.REGISTERED, State.COMPLETED)
    alike = public and not near and not request.actor.household  # a household sees "I saw otherwise" beside each result
    return render(
        request,
        "pages/initiative.html",
        {
            "work": work,
            "shared": Shared(at, ("initiative", work.pk, at.numbered) if alike else None, lambda: _board(work, request.actor, near)),
            "acts": acts.of_initiative(request.actor, work),
            "coming": coming(request.actor, [work]) if near else [],
        },
    )


def _board(work: Initiative, actor: Actor, near: bool) -> dict[str, Any]:
    """What a reader sees of a work. ``near``: who leads it or looks after it sees more, and this actor's buttons beside each result."""
    prefetch_related_objects([work], "organiser", "organisation", "decision__matter__meeting__place")
    kit = kits().get(work.kit)
    needs = list(work.needs.public())
    later = lasting.of(work, kit)
    rows = figures.rows(sums.of_initiatives([work.pk])[work.pk])
    before, after = figures.pictures([work])
    money = ledger.sums_of([work]).get(work.pk, {})
    results = _results(work) if near or not (kit and kit.private_site) else []
    hidden = sealed(r.pk for r in results)
    completion = Completion.objects.filter(initiative=work).first() if work.completed_at else None
    units = [{"unit": unit, "in": s.received, "out": s.spent, "left": s.in_hand, "labour": is_labour(unit)} for unit, s in money.items()]
    received = " · ".join(quantity(u["in"], u["unit"]) for u in units if u["in"])
    units_of = {r.indicator.key: r.indicator.unit for r in rows}
    return {
        "work": work,
        "kit": kit,
        "needs": needs,
        "rows": rows,
        "before": before.get(work.pk),
        "after": after.get(work.pk),
        "units": units,
        "sources": _sources(work) if units else "",
        "grants": _grants(work, actor, near),
        "tasks": [t for t in work.tasks.all() if t.shown],
        "advice": list(work.open_advice()) if near else [],
        "outside": not near and not actor.household and not (kit and kit.private_site),  # how to say "I saw otherwise"
        "results": [
            {
                "result": r,
                "sealed": r.pk in hidden and not near,
                "later": r.pk in hidden and near,
                "unit": units_of.get(r.indicator, ""),
                "photo": next((p for p in r.photos.all() if p.public and p.shown), None),
                "acts": acts.of_result(actor, r) if near or actor.household else [],
            }
            for r in results
        ],
        "state_words": WORK_STATES[State(work.state)],
        "lasting": later,
        "rounds": _rounds(work, kit),
        "steps": chains.of_initiative(work, needs, rows, received, completion),
        "receipts": receipts_for([work, work.decision, completion, *needs[:1], *results]),
        "vote": chains.vote(work.decision) if work.decision else "",
    }


def _rounds(work: Initiative, kit: Kit | None) -> list[dict[str, Any]]:
    """The rounds in which places of this work were counted: how many, how many right, and what was put right. One query; of homes none."""
    if kit is None or kit.private_site:
        return []
    closed = Unit.objects.filter(result__initiative=work, closed_at__isnull=False, book__kind=Kind.ROUND).select_related("book")
    found: dict[int, dict[str, Any]] = {}
    for unit in closed.order_by("-book__frozen_at", "rank"):
        row = found.setdefault(unit.book_id, {"book": unit.book, "checked": 0, "right": 0, "unvisited": 0, "mended": []})
        row["checked"] += unit.outcome != Found.UNVISITED
        row["right"] += unit.outcome == Found.RIGHT
        row["unvisited"] += unit.outcome == Found.UNVISITED
        row["mended"] += [unit.put_right_on] if unit.put_right_on else []
    named = {key: indicator.name for key, indicator in kit.indicators.items()}
    return [row | {"short": row["checked"] - row["right"], "name": named.get(row["book"].indicator, "")} for row in found.values()]


def _grants(work: Initiative, actor: Actor, near: bool) -> list[dict[str, Any]]:
    """The grants that this reader may know of, and by what name the giver goes."""
    found = Grant.objects.filter(initiative=work).select_related("giver").prefetch_related("instalments__posting__reversed_by")
    shown = []
    for grant in found if near else found.public():
        grant.initiative = work  # known already
        if near and not grants.may_see_grant(actor, grant):
            continue
        giver = grant.giver.name if near and grants.sees_all(actor, grant) else grant.public_giver
        shown.append({"grant": grant, "giver": giver, "received": grant.received})
    return shown


def _results(work: Initiative) -> list[Result]:
    found = Result.objects.filter(initiative=work, withdrawn_at=None, hidden_at=None)
    results = list(found.prefetch_related("site", "photos", "readings")[:RESULTS])
    for result in results:
        result.initiative = work  # known already
        if result.place_id == work.place_id:
            result.place = work.place
    return results


def _sources(work: Initiative) -> str:
    """ "from households 12.4 million, businesses 9 million": what came from where; never who has not given."""
    return " · ".join(
        f"{SOURCES.get(Account(account), account)} {quantity(amount, unit)}"
        for unit, by in ledger.by_source(work).items()
        for account, amount in by.items()
    )
