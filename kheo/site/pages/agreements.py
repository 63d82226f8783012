"""One agreement: the version that holds or is talked about, what neighbours say to each sentence, and versions side by side."""

from difflib import SequenceMatcher
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from kheo.agreements import rules
from kheo.agreements.models import Agreement, Comment, State, Version
from kheo.core import clock
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.openlog.subjects import receipts_for
from kheo.places.models import Place
from kheo.site.pages import acts
from kheo.site.pages.chains import vote


def agreement(request: Request, pk: int) -> HttpResponse:
    """GET /agreements/<id>/?version=<number>: without it the newest that this reader may see."""
    thing = get_object_or_404(Agreement.objects.select_related("place__parent"), pk=pk)
    versions = [v for v in _versions(thing) if rules.may_see(request.actor, v)]
    if not versions:
        require(rules.may_see(request.actor, thing.versions.order_by("number").last() or Version(agreement=thing)))
    asked = request.GET.get("version", "")
    version = next((v for v in versions if str(v.number) == asked), versions[-1])
    leads = rules.leads(request.actor, thing.place)
    clauses: list[dict[str, Any]] = [
        {
            "clause": clause,
            "comments": [c for c in clause.comments.all() if c.released and c.shown],
            "waiting": [c for c in clause.comments.all() if not c.released and c.shown] if leads else [],
            "may_comment": bool(rules.may_comment(request.actor, clause)),
        }
        for clause in version.clauses.prefetch_related("comments").all()
    ]
    return render(
        request,
        "pages/agreement.html",
        {
            "agreement": thing,
            "version": version,
            "state": State(version.state).label,
            "versions": versions,
            "clauses": clauses,
            "unread": _unread(version),
            "leads": leads,
            "acts": acts.of_agreement(request.actor, version),
            "decided": vote(version.decision) if version.decision else "",
            "receipts": receipts_for([version, *([version.decision] if version.decision else [])]),
        },
    )


def compare(request: Request, pk: int) -> HttpResponse:
    """GET /agreements/<id>/compare/?old=<number>&new=<number>: two versions side by side; the last two when none are named."""
    thing = get_object_or_404(Agreement.objects.select_related("place__parent"), pk=pk)
    versions = [v for v in _versions(thing) if rules.may_see(request.actor, v)]
    by_number = {str(v.number): v for v in versions}
    if not versions:
        require(rules.may_see(request.actor, thing.versions.order_by("number").last() or Version(agreement=thing)))
    new = by_number.get(request.GET.get("new", ""), versions[-1])
    old = by_number.get(request.GET.get("old", ""), versions[max(len(versions) - 2, 0)])
    context = {"agreement": thing, "versions": versions, "old": old, "new": new, "rows": side_by_side(_texts(old), _texts(new))}
    return render(request, "pages/agreement_compare.html", context)


def side_by_side(old: list[str], new: list[str]) -> list[dict[str, Any]]:
    """Rows of two columns: {"old", "new", "same"}; an empty text where one has no such sentence. Every sentence stands there once."""
    rows: list[dict[str, Any]] = []
    for what, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        left, right = old[a:b], new[c:d]
        for n in range(max(len(left), len(right))):
            one, other = left[n] if n < len(left) else "", right[n] if n < len(right) else ""
            rows.append({"old": one, "new": other, "same": what == "equal"})
    return rows


def board(place: Place) -> dict[str, Any]:
    """For an area's page: ``agreements`` in force, with their sentences, and ``drafts`` that are posted."""
    found = Version.objects.filter(agreement__place=place, agreement__hidden_at=None)
    found = found.select_related("agreement").prefetch_related("clauses")
    current = list(found.current())
    for version in current:
        version.shown_clauses = [c for c in version.clauses.all() if c.shown]  # type: ignore[attr-defined]
    return {"agreements": current, "drafts": list(found.filter(state=State.POSTED))}


def _versions(thing: Agreement) -> list[Version]:
    found = list(thing.versions.select_related("decision__matter__meeting").order_by("number"))
    for version in found:
        version.agreement = thing
    return found


def _unread(version: Version) -> int:
    """How many remarks nobody has let be shown, once the days for them are over; before that the number would tell when somebody spoke."""
    if version.posted_until is None or clock.today() <= version.posted_until:
        return 0
    return Comment.objects.filter(clause__version=version, released=False, hidden_at=None).count()


def _texts(version: Version) -> list[str]:
    return [clause.text for clause in version.clauses.filter(hidden_at=None)]
