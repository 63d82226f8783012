"""Forms of this room: reporting a result, correcting it."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kit as kit_of
from kheo.core import clock
from kheo.core.drawing import HiddenDrawing
from kheo.core.forms import ActForm
from kheo.core.rules import Invalid
from kheo.evidence import photos as evidence
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.places.forms import SiteField
from kheo.places.models import Place
from kheo.results.fields import PhotosField, WholeNumber, camera
from kheo.results.models import Result

MOST_UPLOADS = 6  # more are refused before any is opened


class _PhotoForm(ActForm):
    """A form whose photos are stored before the act."""

    def stored(self) -> bool:
        """Store the uploads; False, with the sentence at its field, when one can't be taken."""
        uploads = [("photos", u) for u in (self.cleaned_data.get("photos"), *(self.cleaned_data.get("more") or [])) if u]
        if before := self.cleaned_data.get("before"):
            uploads.append(("before", before))
        kept: dict[str, list[Photo]] = {"photos": [], "before": []}
        if sum(1 for name, _upload in uploads if name == "photos") > MOST_UPLOADS:
            self.add_error("more", _("At most %(most)s photos, please.") % {"most": MOST_UPLOADS})
            return False
        for name, upload in uploads:
            try:
                kept[name].append(evidence.store(upload, field=name))
            except Invalid as e:
                self.add_error(e.field if e.field in self.fields else None, str(e.message))
                return False
        self.cleaned_data["photos"] = kept["photos"]
        if "before" in self.fields:
            self.cleaned_data["before"] = kept["before"][0] if kept["before"] else None
        return True

    def again(self, action: Callable[..., Result], *args: Any) -> Result:
        """A repeat of an act that has gone through gets the first one's result; anything else the rule refuses (Refused).

        Nothing is stored for it.
        """
        self.cleaned_data["photos"] = []
        self.cleaned_data.pop("before", None)
        return action(*args, act_id=self.cleaned_data["act_id"], **self.values())

    def values(self) -> dict[str, Any]:
        return {k: v for k, v in super().values().items() if k != "more"}


class ReportForm(_PhotoForm):
    """What was done: one question, a number, a photo."""

    indicator = forms.ChoiceField(label=_("What did you count?"), widget=forms.RadioSelect)
    quantity = WholeNumber(label=_("How many?"))
    photos = camera(label=_("Take a photo"), required=False)
    more = PhotosField(label=_("More photos"), required=False, help_text=_("At most six in all."))
    before = camera(label=_("A photo from before the work"), required=False)
    day = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    site = SiteField(label=_("Where?"), queryset=Place.objects.none(), required=False, empty_label=_("Somewhere else here"))
    session = forms.CharField(
        label=_("Which time?"), required=False, max_length=80, help_text=_("For what is done again and again: “meals on 12 March”.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    geometry = forms.CharField(
        required=False, widget=HiddenDrawing(attrs={"data-draw": "geojson", "data-shapes": '["line", "point"]'}), max_length=200_000
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kit = kit_of(initiative.kit)
        sites = Place.objects.under(initiative.place).sites().select_related("parent").defer("geometry")
        self.fields["indicator"].choices = [(i.key, i.question()) for i in kit.indicators.values()]  # type: ignore[attr-defined]
        self.fields["indicator"].initial = kit.main.key
        if len(kit.indicators) == 1:
            self.fields["indicator"].widget = forms.HiddenInput()
            self.fields["quantity"].label = kit.main.question()
        self.fields["day"].initial = clock.today
        self.fields["day"].widget.attrs["max"] = clock.today().isoformat()
        if kit.private_site:
            for name in ("site", "geometry"):
                del self.fields[name]
            self.fields["photos"].help_text = _("Stays private: only the ward sees it. No face, no house number.")
        else:
            self.fields["geometry"].widget.attrs["data-outline"] = reverse("places:outline", args=[initiative.place.slug])
            self.fields["site"].queryset = sites  # type: ignore[attr-defined]
            self.fields["site"].initial = initiative.site_id
            if not sites:
                del self.fields["site"]
            if all(i.needs_photo for i in kit.indicators.values()):
                self.fields["photos"].help_text = _("Needed here: neighbours want to see it.")
                self.fields["photos"].required = "more" not in self.files
        if kit.site_kinds:  # it has a place, so it needs no other name
            del self.fields["session"]

    def clean_geometry(self) -> Any:
        text = self.cleaned_data["geometry"]
        if not text:
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This drawing can't be read. Please draw it again.")) from None


class CorrectForm(_PhotoForm):
    """The number as it is right, and why."""

    quantity = WholeNumber(label=_("How many?"))
    note = forms.CharField(
        label=_("Why does the number change?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody can read this."),
    )
    photos = camera(label=_("Take a photo"), required=False)
    more = PhotosField(label=_("More photos"), required=False)

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].label = indicator_of(result.indicator).question()
