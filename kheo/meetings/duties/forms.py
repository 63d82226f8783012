"""The form that says a duty was done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.meetings.models import Duty, DutyKind


class DutyForm(ActForm):
    """When it was done, with a photo where it hangs on a board."""

    done_on = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    proof = PhotoField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = clock.today
        proof = self.fields["proof"]
        if duty.kind == DutyKind.POST:
            proof.label, proof.required = _("Photo of the notice board"), True
            proof.help_text = _("Everybody can see this photo. Please show the paper on the board, and no people.")
            proof.widget.attrs.update({"accept": "image/*", "capture": "environment"})
        else:
            proof.help_text = _("Only the head of the area and the ward's officers can see it.")
