"""Forms of the acts of meetings."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.meetings import law
from kheo.needs.models import Need, State
from kheo.places.models import Place

ROWS = 4


def _households(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "big"}),
        **kwargs,
    )


class CallForm(ActForm):
    """When, where, and what about: up to four matters, each with the kind of decision the law knows."""

    starts_at = forms.DateTimeField(label=_("When?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    where = forms.CharField(label=_("Where?"), max_length=160, help_text=_("A place every neighbour knows."))

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(rule.key, rule.name) for rule in law.rules_on(clock.today())]
        needs = Need.objects.public().filter(place__in=Place.objects.under(place)).exclude(state__in=(State.DONE, State.DECLINED))
        for n in range(1, ROWS + 1):
            self.fields[f"title_{n}"] = forms.CharField(label=_("What is it about?"), max_length=200, required=n == 1)
            self.fields[f"rule_{n}"] = forms.ChoiceField(label=_("What kind of decision is it?"), choices=kinds, required=n == 1)
            self.fields[f"need_{n}"] = forms.ModelChoiceField(
                label=_("Which need does it take up?"), queryset=needs, required=False, empty_label=_("None of those raised here")
            )
            self.fields[f"need_{n}"].label_from_instance = lambda need: need.text[:80]  # type: ignore[attr-defined]

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The matters with their fields, for the template."""
        return [(n, [self[f"{part}_{n}"] for part in ("title", "rule", "need")]) for n in range(1, ROWS + 1)]

    def values(self) -> dict[str, Any]:
        """starts_at, where, matters as ``actions.call_meeting`` takes them; rows without a title are left out."""
        data = self.cleaned_data
        matters = [
            (data[f"title_{n}"], data[f"rule_{n}"] or "other", [data[f"need_{n}"]] if data[f"need_{n}"] else [])
            for n in range(1, ROWS + 1)
            if data[f"title_{n}"]
        ]
        starts_at: datetime = data["starts_at"]
        return {"starts_at": starts_at, "where": data["where"], "matters": matters}


class CountForm(ActForm):
    """How many households are represented, with a photo of the sheet."""

    present = _households(_("How many households are here?"))
    sheet = PhotoField(
        label=_("Photo of the sheet"),
        help_text=_("Only the head of the area and the ward's officers can see it. It never becomes public."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class DecideForm(ActForm):
    """The tallies on one matter, in households."""

    agree = _households(pgettext_lazy("vote", "Agree"))
    against = _households(pgettext_lazy("vote", "No"))
    other = _households(pgettext_lazy("vote", "Other"), required=False)
    sheet = PhotoField(
        label=_("Photo of the counted votes"),
        required=False,
        help_text=_("Only the head of the area and the ward's officers can see it."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def clean_other(self) -> int:
        """Left empty means none."""
        return self.cleaned_data["other"] or 0


class CancelForm(ActForm):
    """Why the meeting will not be held."""

    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The neighbours will read it on the page of the meeting."))
