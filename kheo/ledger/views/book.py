"""The book that everybody may read, its plan, and its files to take away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse as url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import rules as evidence
from kheo.initiatives.models import Initiative
from kheo.ledger import actions, bookpage, covers, exports, rules, sums, units
from kheo.ledger.forms import PlanForm
from kheo.ledger.models import Account, Giver, Posting, latest_counts
from kheo.ledger.worth import InForce, in_force
from kheo.openlog.subjects import receipts_for
from kheo.places.models import shapes


def _initiative(slug: str) -> Initiative:
    found = Initiative.objects.select_related("place", "site").defer(*shapes("place", "site"))
    return get_object_or_404(found, slug=slug)


def _number(text: str | None) -> int | None:
    """A number of an entry from the address; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


@require_safe
def book(request: Request, slug: str) -> HttpResponse:
    """GET ?before=N or ?after=N: in, out, left, by source, the plan, and every entry with its receipt. Givers only where they wished it."""
    initiative = _initiative(slug)
    require(rules.may_read_book(request.actor, initiative))
    page = bookpage.page(initiative, before=_number(request.GET.get("before")), after=_number(request.GET.get("after")))
    keeps = bool(rules.may_see_givers(request.actor, initiative))
    tells = sums.tells_sources(initiative)
    totals = sums.sums_of([initiative])[initiative.pk]
    prices = in_force(initiative.place, clock.today()) if any(units.get(unit).kind != "money" for unit in totals) else None
    latest, alike = latest_counts(initiative), bookpage.same_paper(page.postings)
    context = {
        "initiative": initiative,
        "sums": totals,
        "labour": {unit for unit in totals if units.is_labour(unit)},
        "prices": prices and prices.list,
        "worth": {u: worth for u, s in totals.items() if prices and (worth := prices.worth(u, s.received)) is not None},
        "latest": latest,
        "sources": _sources(initiative) if tells else {},
        "promised": sums.promised(initiative),
        "plan": sums.plan(initiative),
        "page": page,
        "lines": [_line(request.actor, posting, keeps, tells, prices) | {"alike": alike[posting.pk]} for posting in page.postings],
        "receipts": receipts_for([*page.postings, *latest]),
        "may_keep": bool(rules.may_keep_book(request.actor, initiative)),
        "may_plan": bool(rules.may_set_plan(request.actor, initiative)),
        "back": initiative.get_absolute_url(),
    }
    return render(request, "ledger/book.html", context)


def _sources(initiative: Initiative) -> dict[str, list[tuple[Any, int, int]]]:
    """Per unit (label, amount, of it covering neighbours' share or 0)."""
    covering = covers.sums_of_covers(initiative)
    return {
        unit: [(Account(a).label, n, covering.get(unit, 0) if a == Account.HOUSEHOLDS else 0) for a, n in by.items()]
        for unit, by in sums.by_source(initiative).items()
    }


def _line(actor: Actor, posting: Posting, keeps: bool, tells: bool, prices: InForce | None) -> dict[str, Any]:
    giver: Giver | None = getattr(posting, "giver", None)
    named = giver is not None and giver.name and giver.named_in_public and posting.shown
    back: Posting | None = getattr(posting, "reversed_by", None)
    leg = posting.main
    return {
        "posting": posting,
        "leg": leg,
        "worth": prices.worth(leg.unit, leg.amount, posting.what if posting.shown else "") if prices and leg.amount > 0 else None,
        "source": posting.source if tells else "",
        "sides": bookpage.sides(posting) if tells else [],
        "back": back,
        "why_back": back.reason if back is not None and back.shown else "",
        "giver": giver.name if giver is not None and (named or keeps) else "",
        "only_here": keeps and not named,
        "may_reverse": bool(rules.may_reverse(actor, posting)),
        "may_erase": giver is not None and bool(rules.may_erase_giver(actor, giver)),
        "may_hide": bool(posting.what or posting.reason or posting.paper_id) and bool(evidence.may_hide(actor, posting)),
    }


def plan(request: Request, slug: str) -> HttpResponse:
    """Say what a work means to spend on what."""
    initiative = _initiative(slug)
    form = PlanForm(request.POST or None, lines=list(initiative.plan_lines.all()))
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.set_plan, request.actor, initiative, **form.values()) is not None
    ):
        messages.success(request, _("The plan is written down."))
        return redirect(initiative)
    require(rules.may_set_plan(request.actor, initiative))
    return render(request, "ledger/plan.html", {"form": form, "initiative": initiative, "back": url("initiative", args=[slug])})


@require_safe
def file(request: Request, slug: str, kind: str) -> HttpResponseBase:
    """GET /initiatives/<slug>/book/book.<kind>: the whole book to take away, as everybody may have it."""
    initiative = _initiative(slug)
    if kind not in exports.KINDS:
        raise Http404
    require(rules.may_read_book(request.actor, initiative))
    return exports.answer(initiative, kind)
