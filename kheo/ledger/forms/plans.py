"""The form of the plan of spending: some lines, blank ones are left out."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm
from kheo.ledger import units
from kheo.ledger.forms.fields import AmountField
from kheo.ledger.models import PlanLine

ROWS = 10
OPEN = 3  # the others wait behind a fold until one of them is written on


class PlanForm(ActForm):
    """Up to ten lines: what for, how much. ``lines``: those of now."""

    sometimes: ClassVar[frozenset[str]] = frozenset(f"{part}_{n}" for n in range(1, ROWS + 1) for part in ("what", "amount", "unit"))

    def __init__(self, *args: Any, lines: list[PlanLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows_shown = max(ROWS, len(lines))
        choices = [(key, units.get(key).label()) for key in units.all_units()]
        for n in range(1, self.rows_shown + 1):
            line = lines[n - 1] if n <= len(lines) else None
            self.fields[f"what_{n}"] = forms.CharField(
                label=_("What for?"), required=False, max_length=160, initial=line.what if line else ""
            )
            self.fields[f"amount_{n}"] = AmountField(label=_("How much?"), required=False)
            self.fields[f"amount_{n}"].initial = line.amount if line else None
            self.fields[f"unit_{n}"] = forms.ChoiceField(
                label=_("In what?"), choices=choices, required=False, initial=line.unit if line else units.MONEY
            )

    @property
    def fold(self) -> int:
        """The first line behind the fold; 0 where none is, since something stands there."""
        first = OPEN + 1
        return 0 if any(self[f"{part}_{n}"].value() for n in range(first, self.rows_shown + 1) for part in ("what", "amount")) else first

    def rows(self) -> list[tuple[int, bool, list[forms.BoundField]]]:
        """(number, wrong, its fields) per line, for the template."""
        rows = []
        for n in range(1, self.rows_shown + 1):
            fields = [self[f"{part}_{n}"] for part in ("what", "amount", "unit")]
            rows.append((n, any(f.errors for f in fields), fields))
        return rows

    def clean(self) -> dict[str, Any]:
        """A line with an amount but no words, or words but no amount, is wrong, not blank."""
        data = super().clean() or self.cleaned_data
        for n in range(1, self.rows_shown + 1):
            what, amount = data.get(f"what_{n}"), data.get(f"amount_{n}")
            if what and amount is None and f"amount_{n}" not in self.errors:
                self.add_error(f"amount_{n}", _("How much will it take?"))
            if amount is not None and not what and f"what_{n}" not in self.errors:
                self.add_error(f"what_{n}", _("Please say what it is for."))
        for n, wrong, fields in self.rows():
            if wrong:
                reasons = " ".join(str(e) for f in fields for e in f.errors)
                self.add_error(None, _("Line %(number)s: %(reason)s") % {"number": n, "reason": reasons})
        return data

    def values(self) -> dict[str, Any]:
        """lines as ``actions.set_plan`` takes them."""
        data = self.cleaned_data
        rows = range(1, self.rows_shown + 1)
        return {"lines": [(data[f"what_{n}"], data[f"unit_{n}"] or units.MONEY, data[f"amount_{n}"]) for n in rows if data[f"what_{n}"]]}
