"""Forms of review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm


class CompleteForm(ActForm):
    """A last word on a work."""

    note = forms.CharField(
        label=_("A word on the whole work"),
        help_text=_("What went well, what others should know. Everybody can read it."),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
