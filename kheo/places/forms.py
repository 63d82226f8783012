"""Forms of the acts on places."""

import json
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.core.drawing import Drawing
from kheo.core.forms import ActForm
from kheo.places.levels import Kind, kinds, kinds_of
from kheo.places.models import Place, Rank


class SiteField(forms.ModelChoiceField):
    """A road, canal or other site, called as people call it: "Hẻm 47"."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class _GeoJSON(forms.CharField):
    widget = Drawing(attrs={"rows": 4, "data-draw": "geojson", "spellcheck": "false"})

    def show(self, place: Place, shapes: Any) -> None:
        """Draw on the map of ``place``; ``shapes``: what may be drawn, as a list, or a list per kind of place."""
        self.widget.attrs |= {"data-outline": reverse("places:outline", args=[place.slug]), "data-shapes": json.dumps(shapes)}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as e:
            raise forms.ValidationError(_("This drawing can't be read. Please draw it again.")) from e
        return data.get("geometry") if isinstance(data, dict) and data.get("type") == "Feature" else data


class PlaceForm(ActForm):
    """An area or a site below a place."""

    kind = forms.ChoiceField(label=_("What kind of place"))
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Only the proper name: “47”, “Hai Bà Trưng”."))
    households = forms.IntegerField(label=_("Households"), required=False, min_value=1, help_text=_("Areas only: the recorded number."))
    geometry = _GeoJSON(label=_("Drawing"), required=False, max_length=200_000, help_text=_("GeoJSON of a point, a line or an outline."))

    def __init__(self, *args: Any, parent: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ranks = {Rank.CITY: (Rank.WARD,), Rank.WARD: (Rank.AREA, Rank.SITE), Rank.AREA: (Rank.SITE,), Rank.SITE: ()}[Rank(parent.rank)]
        self.fields["kind"].choices = [(kind.key, kind.called()) for rank in ranks for kind in kinds_of(rank)]  # type: ignore[attr-defined]
        if Rank.AREA not in ranks:
            del self.fields["households"]
        self.fields["geometry"].show(parent, {kind.key: _drawn(kind) for rank in ranks for kind in kinds_of(rank)})  # type: ignore[attr-defined]


class NameForm(ActForm):
    """Another name; for areas and sites another drawing too."""

    name = forms.CharField(label=_("Name"), max_length=120)
    geometry = _GeoJSON(
        label=_("New drawing"), required=False, max_length=200_000, help_text=_("GeoJSON. Left empty, the drawing stays as it is.")
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if place.rank < Rank.AREA:
            del self.fields["geometry"]
            return
        self.fields["geometry"].show(place, _drawn(kinds()[place.kind]))  # type: ignore[attr-defined]
        self.fields["geometry"].widget.attrs["data-place"] = place.pk


def _drawn(kind: Kind) -> list[str]:
    """What may be drawn for a kind, the most telling first."""
    return [drawn for drawn in ("line", "polygon", "point") if drawn in kind.shape]


class HouseholdsForm(ActForm):
    """The recorded number of households."""

    households = forms.IntegerField(label=_("Households"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
