"""Forms about the bank: the account gifts are sent to, its statement, and the lines of it that found no promise."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm
from kheo.core.rules import Invalid
from kheo.ledger import statements, vietqr
from kheo.ledger.models import Account


class AccountForm(ActForm):
    """Bank, number and holder, as they stand on the bank's paper."""

    bank = forms.ChoiceField(label=_("Which bank?"), choices=lambda: [("", "–"), *vietqr.banks().items()])
    number = forms.CharField(label=_("Account number"), max_length=30, widget=forms.TextInput(attrs={"class": "big"}))
    holder = forms.CharField(label=_("Holder, as the bank writes it"), max_length=80)


class ConfirmForm(ActForm):
    """Nothing is asked."""


class ConfirmAccountForm(ActForm):
    """Names the account that was shown and compared: one proposed in the meantime is not confirmed unseen."""

    account = forms.IntegerField(widget=forms.HiddenInput)


class StatementForm(ActForm):
    """One CSV file of the bank."""

    statement = forms.FileField(
        label=_("The bank's statement (CSV)"),
        help_text=_("Save it from the bank's page as CSV. Only day and amount are kept: no name and no memo."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_statement(self) -> list[statements.Credit]:
        """What came in by the file."""
        upload: Any = self.cleaned_data["statement"]
        try:
            return statements.read(upload.read(statements.LARGEST + 1))
        except Invalid as e:
            raise forms.ValidationError(str(e.message)) from e


class LineForm(ActForm):
    """Where an unnamed transfer came from."""

    source = forms.ChoiceField(label=_("Who gives?"), choices=[(a.value, a.label) for a in Account.sources()])
