"""Fields that a map helps to fill in. The field itself works without: the map is put beside it by ``kheo/draw.js``."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.forms.widgets import Script
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

#: What the map says. The script has no words of its own.
WORDS = {
    "map": _("Map"),
    "open": _("Show it on the map"),
    "line": _("Draw a line"),
    "point": _("Set a point"),
    "polygon": _("Draw an outline"),
    "undo": _("Undo"),
    "clear": _("Clear"),
    "position": _("Use my position"),
    "cross": _("Point at the cross"),
    "text": _("The drawing as text (GeoJSON)"),
    "tap-line": _("Tap along it, point by point."),
    "tap-point": _("Tap where it is."),
    "tap-polygon": _("Tap around it, corner by corner."),
    "tap-pin": _("Tap a road on the map, just where it is."),
    "length": _("About %s m long."),
    "placed": _("The point is set."),
    "pinned": _("The pin is on: %s."),
    "choose": _("Tap closer to a road, or choose it from the list first."),
    "unmapped": _("This one is not on the map yet. Without a pin it works as well."),
    "lost": _("Your position can't be found just now. Please tap on the map."),
    "failed": _("The map can't be loaded just now. Everything works without it."),
}


class _OnMap(forms.Widget):
    """Says to the script which files and words it needs; ``data-draw`` says what is drawn: ``geojson`` or ``pin``."""

    class Media:
        css = {"all": ("kheo/draw.css",)}
        js = (Script("kheo/draw.js", defer=True),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-words": json.dumps({key: str(words) for key, words in WORDS.items()}, ensure_ascii=False),
            "data-script": static("leaflet/leaflet.js"),
            "data-sheet": static("leaflet/leaflet.css"),
        }
        if settings.KHEO_TILES:
            context["widget"]["attrs"] |= {"data-tiles": settings.KHEO_TILES, "data-credit": settings.KHEO_TILES_CREDIT}
        return context


class Drawing(_OnMap, forms.Textarea):
    """GeoJSON as text that can be drawn. Attributes: ``data-outline``, an address; ``data-shapes``, what may be drawn."""


class HiddenDrawing(_OnMap, forms.HiddenInput):
    """The same for those who can draw only: nobody types it."""
