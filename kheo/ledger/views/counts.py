"""Two people count the money; the second is not told what the first has counted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.initiatives.models import Initiative
from kheo.ledger import actions, rules
from kheo.ledger.forms import CountForm
from kheo.ledger.models import CashCount, CashEntry, CountState, latest_counts


@never_cache
def count(request: Request, slug: str) -> HttpResponse:
    """Enter what one of two people counted."""
    initiative = get_object_or_404(Initiative.objects.select_related("place"), slug=slug)
    form = CountForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := form.perform(actions.count_cash, request.actor, initiative, **form.values())) is not None
    ):
        messages.success(request, _said(made))
        return redirect(initiative)
    require(rules.may_count_cash(request.actor, initiative))
    running = CashCount.objects.filter(initiative=initiative, state=CountState.OPEN).first()
    own = running is not None and CashEntry.objects.filter(count=running, who=actions.who_key(running, request.actor)).exists()
    context = {
        "form": form,
        "initiative": initiative,
        "second": running is not None and not own,
        "waiting": own,
        "latest": latest_counts(initiative),
        "back": initiative.get_absolute_url(),
    }
    return render(request, "ledger/count.html", context)


def _said(made: CashCount) -> str:
    if made.state == CountState.OPEN:
        return _("Written down. Now a second person counts, on their own phone or after you; they don't see your number.")
    if made.state == CountState.UNEQUAL:
        return _("The two counts are not the same. Both are forgotten: please count once more, both of you.")
    if made.difference == 0:
        return _("Counted by two people: it is what the book says.")
    return _("Counted by two people. It is not what the book says; the book's page says so to everybody.")
