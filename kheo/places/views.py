"""Act pages on places."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.places import actions, rules
from kheo.places.forms import HouseholdsForm, NameForm, PlaceForm
from kheo.places.models import Place
from kheo.places.outline import outline as outline_of


def add(request: Request, slug: str) -> HttpResponse:
    """Add an area or a site below a place."""
    parent = get_object_or_404(Place, slug=slug)
    require(rules.may_add_place(request.actor, parent))
    form = PlaceForm(request.POST or None, parent=parent)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        place = form.perform(actions.add_place, request.actor, parent, values.pop("kind"), values.pop("name"), **values)
        if place:
            messages.success(request, _("The place is in the list."))
            return redirect(place)
    return render(request, "places/add.html", {"form": form, "place": parent, "back": parent.get_absolute_url()})


def rename(request: Request, slug: str) -> HttpResponse:
    """Give a place another name."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_rename_place(request.actor, place))
    form = NameForm(request.POST or None, initial={"name": place.name}, place=place)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.rename_place, request.actor, place, **form.values()) is not None
    ):
        messages.success(request, _("It is changed."))
        return redirect(place)
    return render(request, "places/rename.html", {"form": form, "place": place, "back": place.get_absolute_url()})


def households(request: Request, slug: str) -> HttpResponse:
    """Record how many households an area has."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_set_households(request.actor, place))
    form = HouseholdsForm(request.POST or None, initial={"households": place.households})
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.set_households, request.actor, place, **form.values()) is not None
    ):
        messages.success(request, _("The number is recorded."))
        return redirect(place)
    return render(request, "places/households.html", {"form": form, "place": place, "back": place.get_absolute_url()})


@require_safe
def outline(request: Request, slug: str) -> HttpResponse:
    """The map to point or draw on: the ward's outline with its areas and sites. All of it is public anyway."""
    place = get_object_or_404(Place.objects.select_related("parent__parent"), slug=slug)
    response = HttpResponse(outline_of(place), content_type="application/geo+json")
    response["Cache-Control"] = "max-age=60"
    return response
