"""The form of one counter: the sum, or how many notes of each kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core import numbers
from kheo.core.forms import ActForm
from kheo.ledger.forms.fields import WholeField

NOTES = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000)  # đồng


class CountForm(ActForm):
    """Notes of each kind are added up here; who has the sum already types that instead."""

    sometimes = frozenset({"cash"})

    cash = WholeField(label=_("Cash, all together (đồng)"), required=False)
    bank = WholeField(
        label=_("On the bank account (đồng)"), required=False, help_text=_("As the bank's app shows it. Leave it empty if there is none.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for note in NOTES:
            self.fields[f"notes_{note}"] = forms.IntegerField(
                label=numbers.money_full(note), required=False, min_value=0, max_value=1_000_000, widget=forms.NumberInput(attrs={"min": 0})
            )

    def notes(self) -> list[forms.BoundField]:
        """One field per note, the largest first."""
        return [self[f"notes_{note}"] for note in NOTES]

    def notes_open(self) -> bool:
        """Whether some note is filled in or wrong, so that the fold must stand open."""
        return self.is_bound and any(field.data or field.errors for field in self.notes())

    def clean(self) -> dict[str, Any]:
        """The sum of the notes; where a sum was typed too, both have to agree."""
        data = super().clean() or self.cleaned_data
        counted = [(note, data.get(f"notes_{note}")) for note in NOTES]
        total = sum(note * n for note, n in counted if n) if any(n is not None for _note, n in counted) else None
        typed = data.get("cash")
        if total is not None and typed is not None and total != typed:
            self.add_error("cash", _("The notes add up to %(total)s. Please look again.") % {"total": numbers.money_full(total)})
        elif total is None and typed is None and "cash" not in self.errors:
            self.add_error("cash", _("Please write how much there is; zero if there is none."))
        data["cash"] = typed if typed is not None else total
        return data

    def values(self) -> dict[str, Any]:
        """cash and bank, in đồng."""
        return {"cash": self.cleaned_data["cash"], "bank": self.cleaned_data["bank"] or 0}
