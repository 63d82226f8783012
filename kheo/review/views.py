"""Pages of review's acts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from kheo import catalogue
from kheo.catalogue.shelf import Unknown
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.initiatives.models import Initiative
from kheo.results import sums
from kheo.review import actions, rules
from kheo.review.forms import CompleteForm


def complete(request: Request, slug: str) -> HttpResponse:
    """The officer sees the figures once more and completes the work. Sent twice, the second lands on the completed work."""
    work = get_object_or_404(Initiative.objects.select_related("place"), slug=slug)
    form = CompleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.complete, request.actor, work, **form.values()) is not None:
        messages.success(request, _("Completed. What was reported and what was checked stands in the public log."))
        return redirect(work)
    require(rules.may_complete(request.actor, work))
    rows = []
    for key, figures in sums.of_initiatives([work.pk], exact=True)[work.pk].items():
        try:
            rows.append((catalogue.indicator(key), figures))
        except Unknown:
            continue
    return render(request, "review/complete.html", {"form": form, "work": work, "rows": rows, "back": work.get_absolute_url()})
