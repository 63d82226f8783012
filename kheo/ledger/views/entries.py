"""Receive, spend, take back; hide an entry's words, erase who gave."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse as url
from django.utils.translation import gettext as _

from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import actions as evidence
from kheo.evidence import photos
from kheo.evidence import rules as evidence_rules
from kheo.evidence.forms import HideForm
from kheo.initiatives.models import Initiative
from kheo.ledger import actions, rules, sums
from kheo.ledger.forms import EraseForm, ReceiveForm, ReverseForm, RoundForm, SpendForm
from kheo.ledger.models import Posting, Round
from kheo.openlog.door import done


def _initiative(slug: str) -> Initiative:
    return get_object_or_404(Initiative.objects.select_related("place", "site"), slug=slug)


def _posting(slug: str, number: int) -> Posting:
    return get_object_or_404(Posting.objects.with_book().select_related("initiative__place"), initiative__slug=slug, number=number)


def _book_of(initiative: Initiative) -> str:
    return url("ledger:book", args=[initiative.slug])


def receive(request: Request, slug: str) -> HttpResponse:
    """Book one contribution in; afterwards its receipt number and the day's total."""
    initiative = _initiative(slug)
    form = ReceiveForm(request.POST or None, initiative=initiative)
    if (
        request.method == "POST"
        and form.is_valid()
        and (posting := form.perform(actions.receive, request.actor, initiative, **form.values()))
    ):
        messages.success(request, _("Received. Receipt number %(number)s.") % {"number": posting.number})
        return redirect("ledger:receive", slug)
    require(rules.may_receive(request.actor, initiative))
    today = sums.received_today(initiative)
    reads = bool(rules.may_read_statement(request.actor, initiative))
    context = {"form": form, "initiative": initiative, "today": today, "may_read_statement": reads, "back": initiative.get_absolute_url()}
    return render(request, "ledger/receive.html", context)


def take_round(request: Request, slug: str) -> HttpResponse:
    """Book many contributions of one walk with one photo of the sheet: all or nothing."""
    initiative = _initiative(slug)
    form, answer = RoundForm(request.POST or None, request.FILES or None), rules.may_receive_round(request.actor, initiative)

    def act(actor: Actor, initiative: Initiative, *, sheet: Any, act_id: UUID, **values: Any) -> Round:
        # Stored before the transaction, and only for who keeps the book; the action refuses the others first.
        photo = photos.store(sheet, field="sheet") if answer and not done(actions.receive_round, actor, initiative, act_id) else None
        return actions.receive_round(actor, initiative, sheet=photo, act_id=act_id, **values)  # type: ignore[arg-type]

    if request.method == "POST" and form.is_valid() and (walk := form.perform(act, request.actor, initiative, **form.values())):
        numbers = walk.postings.values_list("number", flat=True)
        words = _("Received. Receipts %(first)s to %(last)s.") % {"first": min(numbers), "last": max(numbers)}
        messages.success(request, words)
        return redirect(_book_of(initiative))
    require(answer)
    return render(request, "ledger/round.html", {"form": form, "initiative": initiative, "back": initiative.get_absolute_url()})


def spend(request: Request, slug: str) -> HttpResponse:
    """Book what was paid or used."""
    initiative = _initiative(slug)
    form, answer = SpendForm(request.POST or None, request.FILES or None, initiative=initiative), rules.may_spend(request.actor, initiative)

    def act(actor: Actor, initiative: Initiative, *, paper: Any, act_id: UUID, **values: Any) -> Posting:
        photo = photos.store(paper, field="paper") if paper and answer and not done(actions.spend, actor, initiative, act_id) else None
        return actions.spend(actor, initiative, paper=photo, act_id=act_id, **values)

    if request.method == "POST" and form.is_valid() and (posting := form.perform(act, request.actor, initiative, **form.values())):
        messages.success(request, _("Written down under number %(number)s.") % {"number": posting.number})
        return redirect(_book_of(initiative))
    require(answer)
    left = {unit: s.in_hand for unit, s in sums.sums_of([initiative])[initiative.pk].items()}
    return render(
        request, "ledger/spend.html", {"form": form, "initiative": initiative, "left": left, "back": initiative.get_absolute_url()}
    )


def reverse(request: Request, slug: str, number: int) -> HttpResponse:
    """Take an entry back, with the reason."""
    posting = _posting(slug, number)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (back := form.perform(actions.reverse, request.actor, posting, **form.values())):
        messages.success(request, _("Taken back under number %(number)s. Now book it as it should be.") % {"number": back.number})
        return redirect(posting)
    require(rules.may_reverse(request.actor, posting))
    return render(request, "ledger/reverse.html", {"form": form, "posting": posting, "back": posting.get_absolute_url()})


def hide(request: Request, slug: str, number: int) -> HttpResponse:
    """Hide the words (and the paper) of an entry; its numbers stay."""
    posting = _posting(slug, number)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(evidence.hide, request.actor, posting, **form.values()) is not None:
        messages.success(request, _("It is hidden. The book shows the reason."))
        return redirect(posting)
    require(evidence_rules.may_hide(request.actor, posting))
    return render(request, "ledger/hide.html", {"form": form, "posting": posting, "back": posting.get_absolute_url()})


def erase_giver(request: Request, slug: str, number: int) -> HttpResponse:
    """Erase who gave; the amount stays."""
    posting = _posting(slug, number)
    form, giver = EraseForm(request.POST or None), getattr(posting, "giver", None)
    if giver is None:
        if request.method == "POST":  # sent twice: it is done
            return redirect(posting)
        raise Http404
    if request.method == "POST" and form.is_valid() and form.perform(actions.erase_giver, request.actor, giver) is not None:
        messages.success(request, _("The name is erased."))
        return redirect(posting)
    require(rules.may_erase_giver(request.actor, giver))
    return render(request, "ledger/erase_giver.html", {"form": form, "posting": posting, "back": posting.get_absolute_url()})
