"""Forms of the acts of grants."""

from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.grants.models import Instalment
from kheo.ledger import units
from kheo.ledger.forms import AmountField, UnitField, UnitForm
from kheo.people.models import Organisation

ROWS = 4


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class OfferForm(UnitForm):
    """Who gives, what, in up to four instalments; the whole is their sum. Rows left blank are left out."""

    sometimes: ClassVar[frozenset[str]] = frozenset(f"{part}_{n}" for n in range(1, ROWS + 1) for part in ("amount", "due_on"))

    giver = forms.ModelChoiceField(Organisation.objects.none(), label=_("Who gives?"), empty_label=None)
    unit = UnitField(label=_("What will be given?"), widget=forms.RadioSelect, initial=units.MONEY)
    conditions = forms.CharField(
        label=_("Conditions of the whole grant"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. Everybody can read them. A grant buys nothing: no advertisement, no say, no check."),
    )
    committed_on = _day(_("Day of the commitment"))
    report_by = _day(_("Tell us what came of it by"), required=False)

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["giver"]).queryset = organisations
        self.fields["committed_on"].initial = clock.today
        for n in range(1, ROWS + 1):
            self.fields[f"amount_{n}"] = AmountField(label=_("How much?"), required=False)
            self.fields[f"due_on_{n}"] = _day(_("By when?"), required=False)
            self.fields[f"condition_{n}"] = forms.CharField(
                label=_("Only if…"), required=False, max_length=300, help_text=_("The condition of this instalment, if it has one.")
            )

    def rows(self) -> list[tuple[int, list[forms.BoundField], bool]]:
        """(number, fields, whether it is folded away) per instalment, for the template."""
        found = []
        for n in range(1, ROWS + 1):
            fields = [self[f"{part}_{n}"] for part in ("amount", "due_on", "condition")]
            found.append((n, fields, n > 1 and not any(f.errors or (self.is_bound and f.value()) for f in fields)))
        return found

    def head(self) -> list[forms.BoundField]:
        """What stands above the instalments."""
        return [self["giver"], self["unit"]]

    def foot(self) -> list[forms.BoundField]:
        """What stands below them."""
        return [self["conditions"], self["committed_on"], self["report_by"]]

    def clean(self) -> dict[str, Any]:
        """A row with a day or a condition needs an amount, and one with an amount a day; the first row is needed."""
        data = super().clean() or self.cleaned_data
        for n in range(1, ROWS + 1):
            amount, due, condition = (data.get(f"{part}_{n}") for part in ("amount", "due_on", "condition"))
            if amount is None and (due or condition or n == 1) and f"amount_{n}" not in self.errors:
                self.add_error(f"amount_{n}", _("How much is it?"))
            if amount is not None and due is None and f"due_on_{n}" not in self.errors:
                self.add_error(f"due_on_{n}", _("By when does it come?"))
        return data

    def values(self) -> dict[str, Any]:
        """giver, unit, instalments, conditions, committed_on, report_by as ``actions.offer_grant`` takes them."""
        data = self.cleaned_data
        rows = [
            {part: data[f"{part}_{n}"] for part in ("amount", "due_on", "condition")}
            for n in range(1, ROWS + 1)
            if data[f"amount_{n}"] is not None
        ]
        return {k: data[k] for k in ("giver", "unit", "conditions", "committed_on", "report_by")} | {"instalments": rows}


class ButtonForm(ActForm):
    """One button; nothing is asked."""


class SendForm(ActForm):
    """Whether the condition of an instalment is met, or let go."""

    def __init__(self, *args: Any, instalment: Instalment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if instalment.condition:
            self.fields["met"] = forms.ChoiceField(
                label=_("Is its condition met?"),
                choices=[("yes", _("Yes, it is met")), ("no", _("No, but we let it go"))],
                widget=forms.RadioSelect,
            )
            self.fields["waived"] = forms.CharField(
                label=_("Why is it let go?"), required=False, max_length=300, help_text=_("Everybody can read it.")
            )
            self.sometimes = frozenset({"waived"})  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        """Whoever lets a condition go says why; a reason beside "it is met" is left out."""
        data = super().clean() or self.cleaned_data
        if data.get("met") == "no" and not (data.get("waived") or "").strip():
            self.add_error("waived", _("Please say in a few words why the condition is let go."))
        elif data.get("met") == "yes":
            data["waived"] = ""
        return data

    def values(self) -> dict[str, Any]:
        return {"waived": self.cleaned_data.get("waived", "")}


class ReceiveForm(ActForm):
    """On which day it came."""

    booked_on = _day(_("On which day did it come?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["booked_on"].initial = clock.today


class ReportForm(ActForm):
    """A word beside the numbers, which are copied and never typed in."""

    note = forms.CharField(
        label=_("A word to the giver"),
        help_text=_("Everybody can read it. The numbers come from the results and the book by themselves."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CloseForm(ActForm):
    """Why a grant ends."""

    reason = forms.CharField(label=_("Why does it end?"), max_length=300, help_text=_("Everybody can read it."))
