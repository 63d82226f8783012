"""The form of whoever looks at what a machine noticed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Decision
from kheo.core.forms import ActForm


class DecideFlagForm(ActForm):
    """What the reviewer found."""

    decision = forms.ChoiceField(
        label=_("What did you find?"), choices=[c for c in Decision.choices if c[0] != Decision.OPEN], widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_("If you ask them to look again, they read these words. Please ask, don't accuse."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
