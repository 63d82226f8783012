"""Promise, decline, withdraw: nobody needs a name or an account, and all three end alike."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse as url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kheo.core import qr
from kheo.core.codes import spell
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.initiatives.models import Initiative
from kheo.ledger import actions, rules, vietqr
from kheo.ledger.forms import PledgeForm, WithdrawForm
from kheo.ledger.models import Kind, Pledge, PledgeState
from kheo.openlog.door import done
from kheo.people.limits import allow, guesses


def _initiative(slug: str) -> Initiative:
    return get_object_or_404(Initiative.objects.select_related("place", "site"), slug=slug)


def pledge(request: Request, slug: str) -> HttpResponse:
    """Promise a contribution, or say no: no name and no account needed, and both end on the same page with the same words."""
    initiative = _initiative(slug)
    if request.method == "POST" and "decline" in request.POST:  # nothing is written, not even that somebody said no
        return redirect("ledger:noted", slug, actions.new_code())
    form = PledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        repeat = done(actions.pledge, request.actor, initiative, form.cleaned_data["act_id"])
        allow(request, "pledge", initiative.place, repeat=repeat)
        if form.cleaned_data["email"]:
            allow(request, "letter", initiative.place, repeat=repeat)
        if promise := form.perform(actions.pledge, request.actor, initiative, **form.values()):
            return redirect("ledger:noted", slug, promise.code)
    require(rules.may_pledge(request.actor, initiative))
    account = actions.shown_account(initiative)
    context = {"form": form, "initiative": initiative, "account": account, "back": initiative.get_absolute_url()}
    return render(request, "ledger/pledge.html", context)


@never_cache
@require_safe
def noted(request: Request, slug: str, code: str) -> HttpResponse:
    """Where giving, declining and withdrawing end alike. The code is not looked up: one that was never given out makes the same page."""
    initiative = _initiative(slug)
    context = {"initiative": initiative, "code": code, "spelt": spell(code), "address": url("ledger:stub", args=[code])}
    return _unlisted(render(request, "ledger/noted.html", context))


@never_cache
def stub(request: Request, code: str) -> HttpResponse:
    """A giver's stub: what was promised, how to send it, and the button that withdraws it without a reason.

    Of a promise that was withdrawn, or never made, all say the same.
    """
    try:
        with guesses(request, "pledge"):
            promise = get_object_or_404(Pledge.objects.select_related("initiative__place"), code=code)
    except Http404:
        return _unlisted(render(request, "ledger/nothing.html", status=404))
    gone = promise.state == PledgeState.WITHDRAWN
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (gone or form.perform(actions.withdraw_pledge, request.actor, promise) is not None):
        return redirect("ledger:noted", promise.initiative.slug, code)
    if gone:
        return _unlisted(render(request, "ledger/nothing.html", status=404))
    answer = rules.may_withdraw_pledge(request.actor, promise)
    account = actions.shown_account(promise.initiative) if answer and promise.memo else None
    came = promise.postings.filter(kind=Kind.RECEIPT, reversed_by=None).first() if promise.state == PledgeState.RECEIVED else None
    context = {"form": form, "pledge": promise, "may_withdraw": answer, "account": account, "came": came}
    if account:
        content = vietqr.payload(account.bank, account.number, amount=promise.amount, memo=promise.memo or "")
        context |= {"qr": qr.inline(content), "bank": vietqr.bank_name(account.bank)}
    return _unlisted(render(request, "ledger/stub.html", context))


@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """GET ?code=: to the stub with this code. Who has an account sees their own promises here, and nobody else's."""
    if code := "".join(request.GET.get("code", "").split()).lower()[:20]:
        return redirect("ledger:stub", code) if code.isalnum() and code.isascii() else redirect("ledger:mine")
    own = Pledge.objects.none()
    if request.actor.user_id is not None:
        own = Pledge.objects.filter(giver__user=request.actor.user_id, state=PledgeState.OPEN).select_related("initiative").order_by("-id")
    return _unlisted(render(request, "ledger/mine.html", {"own": own[:100]}))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
