"""Forms of who goes and counts, and of the pool."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kit as kit_of
from kheo.checks.forms.count import CountForm
from kheo.checks.models import Kind, Unit, Visit, Volunteer
from kheo.core.forms import ActForm
from kheo.results.fields import WholeNumber
from kheo.results.sums import is_private


class YesForm(ActForm):
    """Yes, I'll go; also: leave the pool. Nothing is asked."""


def _question(unit: Unit) -> str:
    """The kit's: of works that were finished months ago the one that it asks then."""
    counted, book = indicator_of(unit.result.indicator), unit.book
    if book.kind == Kind.LASTING:
        asked = [d for d in kit_of(counted.kit).durability if d.indicator == counted.key and d.months <= book.months]
        if asked:
            return max(asked, key=lambda d: d.months).question()
    return counted.question()


class ReadForm(CountForm):
    """The count of who was drawn: what another read is not here, either."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nonce"].initial = visit.nonce
        self.fields["measured"].widget.attrs["class"] = "num big"
        at = visit.unit.at
        self.fields["measured"].label = _question(visit.unit)
        if "nth" in at:
            self.fields["measured"].help_text = _("Only number %(nth)s, counted from the start: write 1 if it is so, and 0 if not.") % {
                "nth": at["nth"]
            }
        elif "line" in at:
            self.fields["measured"].help_text = _("Only between the two ends on the drawing. If there is nothing, write 0.")
        if is_private(visit.unit.result.indicator):
            self.fields["photo"].required = False
            self.fields["photo"].help_text = _("Only if the family agrees. No face, no house number; it is never shown.")


class _Volunteers(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user)


class SwearForm(ActForm):
    """Whose paper the ward keeps."""

    volunteer = _Volunteers(label=_("Who promised?"), queryset=Volunteer.objects.none(), widget=forms.RadioSelect, empty_label=None)
    signed_on = forms.DateField(label=_("The day on the paper"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, listed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sent: anybody, so that the action says why not, and a form that is sent twice finds what it did.
        self.fields["volunteer"].queryset = Volunteer.objects.filter(user__isnull=False) if self.is_bound else listed  # type: ignore[attr-defined]


class RereadForm(ActForm):
    """What the reading was, and why it stood otherwise."""

    reading = WholeNumber(label=_("What was counted?"))
    why = forms.CharField(
        label=_("Why does the number change?"), help_text=_("Everybody reads this."), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reading"].initial = unit.reading
