"""The form of putting right what a check found missing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Unit
from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.results.fields import camera
from kheo.results.sums import is_private


class PutRightForm(ActForm):
    """Which day, and a photo that shows it."""

    on = forms.DateField(
        label=_("On which day was it put right?"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    photo = camera(label=_("Take a photo that shows it"))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_private(unit.result.indicator):
            self.fields["photo"].required = False
            self.fields["photo"].help_text = _("Stays private: only the ward sees it. No face, no house number.")
