"""The form of a price list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.ledger import units
from kheo.ledger.forms.fields import AmountField, unit_choices

ROWS = 12


class PricesForm(ActForm):
    """Where and from when, and up to twelve prices. Rows left blank are left out."""

    source = forms.CharField(label=_("Where were they published?"), max_length=200, help_text=_("The notice's number and date."))
    valid_from = forms.DateField(label=_("From which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = clock.today
        choices = [group for group in unit_choices() if group[1][0][0] != units.MONEY]
        for n in range(1, ROWS + 1):
            self.fields[f"vnd_{n}"] = AmountField(label=_("đồng for one"), required=False)
            self.fields[f"unit_{n}"] = forms.ChoiceField(label=_("One what?"), choices=choices, required=False)
            self.fields[f"what_{n}"] = forms.CharField(
                label=_("Of what?"), required=False, max_length=120, help_text=_("Cement, sand… Empty: whatever is counted so.")
            )

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """(number, fields) per row, for the template."""
        return [(n, [self[f"{part}_{n}"] for part in ("unit", "what", "vnd")]) for n in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """A row with words but no price is wrong, not blank."""
        data = super().clean() or self.cleaned_data
        for n in range(1, ROWS + 1):
            if data.get(f"what_{n}") and data.get(f"vnd_{n}") is None and f"vnd_{n}" not in self.errors:
                self.add_error(f"vnd_{n}", _("How much was it?"))
        return data

    def values(self) -> dict[str, Any]:
        """source, valid_from, rows as ``actions.publish_prices`` takes them."""
        data = self.cleaned_data
        rows = [
            (data[f"unit_{n}"] or units.LABOUR, data[f"what_{n}"], data[f"vnd_{n}"])
            for n in range(1, ROWS + 1)
            if data[f"vnd_{n}"] is not None
        ]
        return {"source": data["source"], "valid_from": data["valid_from"], "rows": rows}
