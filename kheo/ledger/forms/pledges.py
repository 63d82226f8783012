"""Forms of a promise: made and withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm
from kheo.ledger import units
from kheo.ledger.forms.fields import AmountField, NameForm, UnitField


class PledgeForm(NameForm):
    """Money, materials or labour as three big choices; a name only if one wants."""

    unit = UnitField(label=_("What will you give?"), widget=forms.RadioSelect, initial=units.MONEY)
    amount = AmountField(label=_("How much?"))
    what = forms.CharField(label=_("What is it?"), required=False, max_length=120, help_text=_("Of materials: cement, sand, wire…"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"] = forms.BooleanField(
            label=_("Cover others' share"),
            required=False,
            help_text=_("For neighbours who can't give now. Nobody learns who covered whom."),
        )
        self.fields["promised_for"] = forms.DateField(
            label=_("By which day?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
        self.fields["email"] = forms.EmailField(
            label=_("Your e-mail, for one reminder"),
            required=False,
            max_length=254,
            help_text=_("We write once, to you alone, after that day; then the address is erased. Nobody else ever sees it."),
        )
        self._add_name()


class WithdrawForm(ActForm):
    """Nothing is asked."""
