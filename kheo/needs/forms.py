"""Forms of the acts on needs."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.drawing import HiddenDrawing
from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.needs.models import Category, Need
from kheo.places.forms import SiteField
from kheo.places.models import Place


class RaiseForm(ActForm):
    """Photo, picture, road, words: in the order in which one stands before the thing."""

    photo = PhotoField(
        label=_("Photo"), required=False, help_text=_("You can skip it. Where it was taken is removed before anybody sees it.")
    )
    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the six pictures.")},
    )
    site = SiteField(
        label=_("Which road or site?"), queryset=Place.objects.none(), required=False, empty_label=_("I don't know, or none of these")
    )
    text = forms.CharField(
        label=_("What is needed?"),
        help_text=_("A sentence is enough. Please name no people."),
        min_length=3,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Say in a few words what is needed."),
            "min_length": _("Say in a few words what is needed."),
        },
    )
    lon = forms.FloatField(required=False, widget=HiddenDrawing(attrs={"data-draw": "pin"}))
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Place.objects.under(place).sites().defer("geometry")  # type: ignore[attr-defined]
        self.fields["lon"].widget.attrs["data-outline"] = reverse("places:outline", args=[place.slug])


class BackForm(ActForm):
    """One button."""


class AnswerForm(ActForm):
    """What will happen by when, or why not."""

    sometimes = frozenset({"due_on"})

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Everybody who needs it will read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = forms.DateField(
        label=_("Done, or looked at again, by"),
        help_text=_("Needed unless the answer is “not now”."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    declined = forms.BooleanField(label=_("Not now: the answer says why"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()


class NeedField(forms.ModelChoiceField):
    """A need, by its words."""

    def label_from_instance(self, obj: Any) -> str:
        text = " ".join(obj.public_text.split())
        return f"{text[:80]}{'…' if len(text) > 80 else ''} ({obj.place.full_name}, {obj.code})"


class MergeForm(ActForm):
    """Which need asks for the same."""

    into = NeedField(label=_("Which one asks for the same?"), queryset=Need.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = candidates  # type: ignore[attr-defined]
