"""The page of one grant, and those of its acts."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo import catalogue
from kheo.catalogue.shelf import Unknown
from kheo.core.forms import ActForm
from kheo.core.requests import Request
from kheo.core.rules import Answer, require
from kheo.grants import actions, rules
from kheo.grants.forms import ButtonForm, CloseForm, OfferForm, ReceiveForm, ReportForm, SendForm
from kheo.grants.models import Grant, Instalment
from kheo.initiatives.models import Initiative
from kheo.ledger import units
from kheo.ledger.sums import sums_of
from kheo.openlog.subjects import receipts_for
from kheo.results import sums


def _grant(pk: int) -> Grant:
    return get_object_or_404(Grant.objects.select_related("initiative__place", "giver__place"), pk=pk)


def _instalment(pk: int, number: int) -> Instalment:
    found = Instalment.objects.select_related("grant__initiative__place", "grant__giver__place", "posting__reversed_by")
    return get_object_or_404(found, grant=pk, number=number)


@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """One grant: how much, from whom, on which conditions, what has come of it."""
    grant, actor = _grant(pk), request.actor
    if not rules.may_see_grant(actor, grant):
        raise Http404  # nobody is told that there is an offer
    parts = list(grant.instalments.select_related("posting__reversed_by"))
    for part in parts:
        part.grant = grant
    reports = list(grant.reports.filter(hidden_at=None))
    received = sum(p.amount for p in parts if p.received)
    return render(
        request,
        "grants/grant.html",
        {
            "grant": grant,
            "near": rules.sees_all(actor, grant),
            "received": received,
            "still": grant.amount - received,
            "parts": [
                (p, bool(rules.may_send_instalment(actor, p)), bool(rules.may_receive_instalment(actor, p)), p.posting) for p in parts
            ],
            "reports": [(r, _named(r.figures), r.book) for r in reports],
            "labour": _labour(),
            "may_answer": bool(rules.may_answer_grant(actor, grant)),
            "may_report": bool(rules.may_report_back(actor, grant)),
            "may_close": bool(rules.may_close_grant(actor, grant)),
            "receipts": receipts_for([grant, *reports, *(p.posting for p in parts)]),
            "back": grant.initiative.get_absolute_url(),
        },
    )


def _labour() -> set[str]:
    """Units of what is done as it is given: nothing of it is ever left."""
    return {key for key in units.all_units() if units.is_labour(key)}


def _named(figures: dict[str, dict[str, int]]) -> list[tuple[Any, dict[str, int]]]:
    """(indicator, its numbers), as far as the catalogue still knows it."""
    found = []
    for key, numbers in figures.items():
        try:
            found.append((catalogue.indicator(key), numbers))
        except Unknown:
            continue
    return found


def offer(request: Request, slug: str) -> HttpResponse:
    """Offer a grant to a work."""
    initiative = get_object_or_404(Initiative.objects.select_related("place"), slug=slug)
    organisations = rules.organisations_for(request.actor)
    form = OfferForm(request.POST or None, organisations=organisations)
    if (
        request.method == "POST"
        and form.is_valid()
        and (grant := form.perform(actions.offer_grant, request.actor, initiative, **form.values()))
    ):
        messages.success(request, _("Offered. The organiser of the work now answers; until then it isn't public."))
        return redirect(grant)
    require(rules.may_offer_grant(request.actor, initiative))
    return render(request, "grants/offer.html", {"form": form, "initiative": initiative, "back": initiative.get_absolute_url()})


def accept(request: Request, pk: int) -> HttpResponse:
    """Take a grant with its conditions."""
    grant = _grant(pk)
    words = _("Accepted. The grant now stands on the work's page.")
    return _act(request, grant, ButtonForm, actions.accept_grant, rules.may_answer_grant(request.actor, grant), "accept", words)


def decline(request: Request, pk: int) -> HttpResponse:
    """Don't take a grant."""
    grant = _grant(pk)
    words = _("Declined. It never becomes public.")
    return _act(request, grant, ButtonForm, actions.decline_grant, rules.may_answer_grant(request.actor, grant), "decline", words)


def report(request: Request, pk: int) -> HttpResponse:
    """Tell the giver what came of it: the numbers of now, and a word."""
    grant = _grant(pk)
    words = _("Reported. The giver and everybody else can read it.")
    work = grant.initiative
    figures = {k: {"target": f.target, "reported": f.reported, "checked": f.checked} for k, f in _figures(work) if not f.suppressed}
    shown = {"figures": _named(figures), "book": sums_of([work])[work.pk], "labour": _labour()}
    return _act(request, grant, ReportForm, actions.report_back, rules.may_report_back(request.actor, grant), "report", words, **shown)


def _figures(work: Initiative) -> Iterable[tuple[str, sums.Figures]]:
    return sums.of_initiatives([work.pk])[work.pk].items()


def close(request: Request, pk: int) -> HttpResponse:
    """End a grant."""
    grant = _grant(pk)
    words = _("Closed. What came stays in the book.")
    return _act(request, grant, CloseForm, actions.close_grant, rules.may_close_grant(request.actor, grant), "close", words)


def _act(
    request: Request,
    grant: Grant,
    form_class: type[ActForm],
    action: Callable[..., Any],
    answer: Answer,
    name: str,
    words: str,
    **more: Any,
) -> HttpResponse:
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(action, request.actor, grant, **form.values()) is not None:
        messages.success(request, words)
        return redirect(grant)
    require(answer)
    return render(request, f"grants/{name}.html", {"form": form, "grant": grant, "back": grant.get_absolute_url(), **more})


def send(request: Request, pk: int, number: int) -> HttpResponse:
    """The giver sends an instalment."""
    instalment = _instalment(pk, number)
    form = SendForm(request.POST or None, instalment=instalment)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.send_instalment, request.actor, instalment, **form.values()) is not None
    ):
        messages.success(request, _("Written down. When it has come, who keeps the book gives a receipt."))
        return redirect(instalment.grant)
    require(rules.may_send_instalment(request.actor, instalment))
    return _render_instalment(request, "grants/send.html", form, instalment)


def receive(request: Request, pk: int, number: int) -> HttpResponse:
    """An instalment has come: it is booked, with a receipt."""
    instalment = _instalment(pk, number)
    form = ReceiveForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (done := form.perform(actions.receive_instalment, request.actor, instalment, **form.values()))
    ):
        messages.success(request, _("Received. Receipt number %(number)s.") % {"number": done.posting.number if done.posting else ""})
        return redirect(instalment.grant)
    require(rules.may_receive_instalment(request.actor, instalment))
    return _render_instalment(request, "grants/receive.html", form, instalment)


def _render_instalment(request: Request, template: str, form: ActForm, instalment: Instalment) -> HttpResponse:
    context = {"form": form, "instalment": instalment, "grant": instalment.grant, "back": instalment.grant.get_absolute_url()}
    return render(request, template, context)
