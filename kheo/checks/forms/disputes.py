"""Forms about what a household saw otherwise."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Outcome
from kheo.core.forms import ActForm
from kheo.results.fields import camera


class DisputeForm(ActForm):
    """What the household saw, with a photo if there is one."""

    text = forms.CharField(label=_("What did you see?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    photo = camera(label=_("Photo, if you have one"), required=False)


class AnswerDisputeForm(ActForm):
    """What the reviewer found."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"), choices=[c for c in Outcome.choices if c[0] != Outcome.OPEN], widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("Answer to the household"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
