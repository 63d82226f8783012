"""The form of a round: many contributions of one walk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.ledger import units
from kheo.ledger.forms.fields import AmountField, UnitField
from kheo.ledger.models import Account

ROWS = 20
OPEN = 5  # rows of a round that stand there at once; the others are folded by as many


class RoundForm(ActForm):
    """Up to twenty contributions taken on one walk, and one photo of the sheet. Rows left blank are left out."""

    taken_on = forms.DateField(label=_("Day of the walk"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    sheet = PhotoField(
        label=_("Photo of the sheet"),
        help_text=_("Only those who answer for this place can see it. It never becomes public."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_on"].initial = clock.today
        sources = [(a.value, a.label) for a in Account.sources()]
        for n in range(1, ROWS + 1):
            self.fields[f"amount_{n}"] = AmountField(label=_("How much?"), required=False)
            self.fields[f"unit_{n}"] = UnitField(label=_("What?"), required=False)
            self.fields[f"source_{n}"] = forms.ChoiceField(label=_("From whom?"), choices=sources, required=False)
            self.fields[f"what_{n}"] = forms.CharField(label=_("What exactly?"), required=False, max_length=120)
            self.fields[f"name_{n}"] = forms.CharField(label=_("Name"), required=False, max_length=120)

    def rows(self) -> list[tuple[int, bool, forms.BoundField, forms.BoundField, list[forms.BoundField]]]:
        """(number, wrong, amount, unit, the other fields) per row, for the template."""
        found = []
        for n in range(1, ROWS + 1):
            amount, unit, *more = (self[f"{part}_{n}"] for part in ("amount", "unit", "source", "what", "name"))
            found.append((n, any(f.errors for f in (amount, unit, *more)), amount, unit, more))
        return found

    def folds(self) -> list[tuple[int, int, bool, list[Any]]]:
        """(first number, last, whether something stands in it, its rows) by five, for the template: the first five stand open anyway."""
        rows = self.rows()
        found = []
        for at in range(0, ROWS, OPEN):
            part = rows[at : at + OPEN]
            filled = any(field.value() for _n, wrong, amount, _unit, more in part for field in (amount, *more[1:])) or any(
                r[1] for r in part
            )
            found.append((part[0][0], part[-1][0], filled, part))
        return found

    def clean(self) -> dict[str, Any]:
        """Name every wrong row by its number; a row with words but no amount is wrong, not blank."""
        data = super().clean() or self.cleaned_data
        for n in range(1, ROWS + 1):
            if (data.get(f"what_{n}") or data.get(f"name_{n}")) and data.get(f"amount_{n}") is None and f"amount_{n}" not in self.errors:
                self.add_error(f"amount_{n}", _("How much was it?"))
        for n, wrong, amount, unit, more in self.rows():
            if wrong:
                reasons = " ".join(str(e) for f in (amount, unit, *more) for e in f.errors)
                self.add_error(None, _("Row %(number)s: %(reason)s") % {"number": n, "reason": reasons})
        return data

    def values(self) -> dict[str, Any]:
        """taken_on, sheet, rows as ``actions.receive_round`` takes them."""
        data = self.cleaned_data
        rows = [
            {
                "number": n,
                "amount": data[f"amount_{n}"],
                "unit": data[f"unit_{n}"] or units.MONEY,
                "source": data[f"source_{n}"] or Account.HOUSEHOLDS.value,
                "what": data[f"what_{n}"],
                "name": data[f"name_{n}"],
            }
            for n in range(1, ROWS + 1)
            if data[f"amount_{n}"] is not None
        ]
        return {"taken_on": data["taken_on"], "sheet": data["sheet"], "rows": rows}
