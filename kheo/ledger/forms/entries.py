"""Forms of an entry: one contribution as it is handed over, what was paid or used, what was wrong, who is forgotten."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.initiatives.models import Initiative
from kheo.ledger import units
from kheo.ledger.forms.fields import AmountField, NameForm, UnitField, UnitForm
from kheo.ledger.models import Account, Pledge, PledgeState


class ReceiveForm(NameForm):
    """One contribution, as it is handed over."""

    unit = UnitField(label=_("What is it?"), widget=forms.RadioSelect, initial=units.MONEY)
    amount = AmountField(label=_("How much?"))
    source = forms.ChoiceField(label=_("Who gives?"), choices=[(a.value, a.label) for a in Account.sources()])
    what = forms.CharField(label=_("What exactly?"), required=False, max_length=120, help_text=_("Of materials: cement, sand, wire…"))
    pledge = forms.CharField(
        label=_("Code of the promise"), required=False, max_length=20, help_text=_("If the giver brings a stub, type its code.")
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        self.initiative = initiative
        super().__init__(*args, **kwargs)
        self.fields["cover"] = forms.BooleanField(label=_("Covers neighbours' share"), required=False)
        self._add_name()

    def clean_pledge(self) -> Pledge | None:
        """The promise of this work with the typed code. Promises are never listed: nobody is shown who has not given yet."""
        code = self.cleaned_data["pledge"].replace(" ", "").lower()
        if not code:
            return None
        found = Pledge.objects.filter(initiative=self.initiative, code=code).first()
        # A receipt that is sent twice finds its promise received already; the door then answers with the first receipt.
        if found is None or found.state == PledgeState.WITHDRAWN:
            raise ValidationError(_("No promise for this work has that code. Leave it empty to go on without."))
        return found


class SpendForm(UnitForm):
    """What was paid or used, with the supplier's paper."""

    sometimes = frozenset({"paper"})

    unit = UnitField(label=_("What went out?"), widget=forms.RadioSelect, initial=units.MONEY)
    amount = AmountField(label=_("How much?"))
    what = forms.CharField(label=_("What for?"), max_length=160)
    paper = PhotoField(
        label=_("Photo of the supplier's paper"),
        required=False,
        help_text=_("Needed for money. Everybody can see it: cover names and phone numbers of neighbours."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if initiative.plan_lines.exists():
            self.fields["plan_line"] = forms.ModelChoiceField(
                initiative.plan_lines.all(), label=_("Which line of the plan?"), required=False, empty_label=_("None of them")
            )

    def clean(self) -> dict[str, Any]:
        """Money goes out with a paper only."""
        data = super().clean() or self.cleaned_data
        if data.get("unit") == units.MONEY and not data.get("paper") and "paper" not in self.errors:
            self.add_error("paper", _("Please take a photo of the supplier's paper."))
        return data


class ReverseForm(ActForm):
    """What was wrong with an entry."""

    reason = forms.CharField(
        label=_("What was wrong?"), max_length=300, help_text=_("Everybody can read it. Please don't write a giver's name.")
    )


class EraseForm(ActForm):
    """Nothing is asked."""
