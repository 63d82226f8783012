"""Forms of who is asked by an officer to go and count."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kheo.catalogue import indicator as indicator_of
from kheo.checks.eligible import checkers_for, drawn_for_home
from kheo.checks.forms.count import CountForm
from kheo.checks.models import Check
from kheo.core.forms import ActForm
from kheo.people.models import User
from kheo.results.models import Result
from kheo.results.sums import is_private


class AskForm(ActForm):
    """Who goes, and by when."""

    checker = forms.ModelChoiceField(
        label=_("Who could go and count?"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    due_on = forms.DateField(
        label=pgettext_lazy("to go and count", "By which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: within a week."),
    )

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sent: anybody, so that the action says why somebody can't, and a form that is sent twice finds its check.
        listed = User.objects.filter(is_active=True) if self.is_bound else checkers_for(result)
        self.fields["checker"].queryset = listed  # type: ignore[attr-defined]
        self.eligible = checkers_for(result)
        if is_private(result.indicator):  # nobody picks who goes to a home
            drawn = drawn_for_home(result)
            self.eligible = User.objects.filter(pk=drawn.pk if drawn else 0)

    def offer(self) -> None:
        """Before the page is shown again: list only who may be asked."""
        self.fields["checker"].queryset = self.eligible  # type: ignore[attr-defined]


class RecordForm(CountForm):
    """The count that an officer asked for."""

    def __init__(self, *args: Any, check: Check, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measured"].label = indicator_of(check.result.indicator).question()
        if is_private(check.result.indicator):
            self.fields["photo"].required = False
            self.fields["photo"].help_text = _("Stays private: only the ward sees it. No face, no house number.")


class DeclineForm(ActForm):
    """Can't, replace me: no reason is asked."""
