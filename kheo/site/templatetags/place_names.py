"""Names of places for templates of rooms that know only their slugs (the log)."""

from collections.abc import Iterable

from django import template

from kheo.places.models import Place

register = template.Library()


@register.simple_tag
def place_names(slugs: Iterable[str]) -> dict[str, str]:
    """``{% place_names slugs as names %}``: the full name by slug, one query for all."""
    found = Place.objects.filter(slug__in=set(slugs)).select_related("parent").defer("geometry", "parent__geometry")
    return {place.slug: place.full_name for place in found}


@register.filter
def named(slug: str, names: dict[str, str]) -> str:
    """The place's name, or its slug when it is not known here."""
    return names.get(slug, slug)
