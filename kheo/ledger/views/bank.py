"""The account gifts are sent to, its statement, and the lines of it that wait for a person."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.initiatives.models import Initiative
from kheo.ledger import actions, rules, vietqr
from kheo.ledger.forms import AccountForm, ConfirmAccountForm, ConfirmForm, LineForm, StatementForm
from kheo.ledger.models import BankLine, LineState

LINES = 100


def _initiative(slug: str) -> Initiative:
    return get_object_or_404(Initiative.objects.select_related("place"), slug=slug)


@never_cache
def account(request: Request, slug: str) -> HttpResponse:
    """Say which account gifts are sent to; the ward confirms it before anybody sees it."""
    initiative = _initiative(slug)
    form = AccountForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.set_account, request.actor, initiative, **form.values()) is not None
    ):
        messages.success(request, _("Written down. The ward compares it with the bank's paper; then givers see it."))
        return redirect("ledger:account", slug)
    require(rules.may_set_account(request.actor, initiative))
    shown, proposed = actions.shown_account(initiative), actions.proposed_account(initiative)
    context = {
        "form": form,
        "initiative": initiative,
        "shown": shown and (shown, vietqr.bank_name(shown.bank)),
        "proposed": proposed and (proposed, vietqr.bank_name(proposed.bank)),
        "back": reverse("ledger:receive", args=[slug]),
    }
    return render(request, "ledger/account.html", context)


@never_cache
def confirm(request: Request, slug: str) -> HttpResponse:
    """Confirm the proposed account after comparing it with the bank's paper."""
    initiative = _initiative(slug)
    proposed = actions.proposed_account(initiative)
    if proposed is None:
        if request.method == "POST" and actions.shown_account(initiative):  # sent twice: it is done
            return redirect(initiative)
        raise Http404
    form = ConfirmAccountForm(request.POST or None, initial={"account": proposed.pk})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["account"] != proposed.pk:
            messages.warning(request, _("In the meantime another account was proposed. Please compare this one."))
            return redirect("ledger:confirm-account", slug)
        if form.perform(actions.approve_account, request.actor, proposed) is not None:
            messages.success(request, _("Confirmed. Who promises money now sees this account."))
            return redirect(initiative)
    require(rules.may_approve_account(request.actor, proposed))
    context = {"form": form, "initiative": initiative, "account": proposed, "bank": vietqr.bank_name(proposed.bank)}
    return render(request, "ledger/confirm.html", context | {"back": initiative.get_absolute_url()})


@never_cache
def statement(request: Request, slug: str) -> HttpResponse:
    """Read in a statement, and look at the lines that named no promise."""
    initiative = _initiative(slug)
    answer = rules.may_read_statement(request.actor, initiative)
    require(answer)
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        credits = form.cleaned_data["statement"]
        made = form.perform(actions.read_statement, request.actor, initiative, credits=credits)
        if made is not None:
            words = _("%(booked)s booked with a receipt, %(open)s to look at, %(known)s known already.")
            messages.success(request, words % {"booked": made.booked, "open": made.left_open, "known": made.known})
            return redirect("ledger:statement", slug)
    lines = BankLine.objects.filter(initiative=initiative, state=LineState.OPEN)[:LINES]
    context = {"form": form, "initiative": initiative, "lines": lines, "back": reverse("ledger:receive", args=[slug])}
    return render(request, "ledger/statement.html", context)


@never_cache
def book_line(request: Request, slug: str, pk: int) -> HttpResponse:
    """Book a line of a statement as a gift without a name."""
    line = _line(slug, pk)
    form = LineForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (posting := form.perform(actions.book_line, request.actor, line, **form.values())) is not None
    ):
        messages.success(request, _("Received. Receipt number %(number)s.") % {"number": posting.number})
        return redirect("ledger:statement", slug)
    require(rules.may_take_line(request.actor, line))
    back = reverse("ledger:statement", args=[slug])
    return render(request, "ledger/book_line.html", {"form": form, "line": line, "back": back})


@never_cache
def leave_line(request: Request, slug: str, pk: int) -> HttpResponse:
    """Leave out a line of a statement that is no gift."""
    line = _line(slug, pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.leave_line, request.actor, line) is not None:
        messages.success(request, _("Left out. Its amount is forgotten."))
        return redirect("ledger:statement", slug)
    require(rules.may_take_line(request.actor, line))
    back = reverse("ledger:statement", args=[slug])
    return render(request, "ledger/leave_line.html", {"form": form, "line": line, "back": back})


def _line(slug: str, pk: int) -> BankLine:
    return get_object_or_404(BankLine.objects.select_related("initiative__place"), initiative__slug=slug, pk=pk)
