"""Price lists of a place: read by everybody, published by an officer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.ledger import actions, rules
from kheo.ledger.forms import PricesForm
from kheo.ledger.models import PriceList
from kheo.places.models import Place


@require_safe
def prices(request: Request, slug: str) -> HttpResponse:
    """The lists of a ward or city, the newest first."""
    place = get_object_or_404(Place, slug=slug)
    lists = PriceList.objects.filter(place=place).prefetch_related("prices")[:20]
    may = rules.may_publish_prices(request.actor, place)
    context = {"place": place, "lists": lists, "may_publish": bool(may), "back": place.get_absolute_url()}
    return render(request, "ledger/prices.html", context)


def publish(request: Request, slug: str) -> HttpResponse:
    """Publish a new list."""
    place = get_object_or_404(Place, slug=slug)
    form = PricesForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.publish_prices, request.actor, place, **form.values()) is not None
    ):
        messages.success(request, _("The prices are published."))
        return redirect("ledger:prices", slug)
    require(rules.may_publish_prices(request.actor, place))
    back = reverse("ledger:prices", args=[slug])
    return render(request, "ledger/publish_prices.html", {"form": form, "place": place, "back": back})
