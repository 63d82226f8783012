"""Forms of the acts of the book."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.initiatives.models import Initiative
from kheo.ledger import units
from kheo.ledger.models import Account, Pledge, PledgeState

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

ROWS = 20
OPEN = 5  # rows of a round that stand there at once; the others are folded by as many
KINDS = {"money": _("Money"), "material": _("Materials"), "labour": _("Labour")}
_NUMBER = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(?:[., \u00a0\u202f][0-9]{3}){1,5}")


def unit_choices() -> list[tuple["_StrOrPromise", list[tuple[str, str]]]]:
    """Every unit of the book, under money, materials and labour, in the reader's language."""
    return [(label, [(u.key, u.label()) for u in units.all_units().values() if u.kind == kind]) for kind, label in KINDS.items()]


class UnitField(forms.ChoiceField):
    """Money, materials or labour, and in which unit; on the page as big buttons under the three."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=unit_choices, **kwargs)


class AmountField(forms.CharField):
    """A whole number above zero as neighbours write it: "50000", "50.000", "50 000". Anything else is refused, never guessed."""

    least = 1
    wrong = _("Please give a whole number above zero.")

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "big"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """The number as an int; None when left empty and not required."""
        text = super().clean(value)
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or (number := int(re.sub(r"[^0-9]", "", text))) < self.least:
            raise ValidationError(self.wrong)
        return number


class WholeField(AmountField):
    """The same, or zero."""

    least = 0
    wrong = _("Please give a whole number, zero or more.")


class UnitForm(ActForm):
    """A form that asks for a unit with big buttons."""

    def units(self) -> Iterator[tuple["_StrOrPromise", list[BoundWidget]]]:
        """(money | materials | labour, the buttons of its units), for the template."""
        buttons = {b.data["value"]: b for b in self["unit"]}
        for label, choices in unit_choices():
            yield label, [buttons[key] for key, _word in choices]


class _NameForm(UnitForm):
    """What every form of a contribution asks last: a name, if the giver wants."""

    def quiet(self) -> list[forms.BoundField]:
        """What most don't need: folded on the page."""
        return [self[name] for name in ("pledge", "cover", "promised_for", "email", "name", "named_in_public") if name in self.fields]

    def quiet_open(self) -> bool:
        """Whether something in the fold is filled or wrong, so that it must not be hidden."""
        return self.is_bound and any(field.errors or field.data for field in self.quiet())

    def _add_name(self) -> None:
        self.fields["name"] = forms.CharField(
            label=_("Name"), required=False, max_length=120, help_text=_("Not needed. Without a name the receipt's number is enough.")
        )
        self.fields["named_in_public"] = forms.BooleanField(label=_("The giver wishes this name to be shown to everybody"), required=False)


class PledgeForm(_NameForm):
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


class ReceiveForm(_NameForm):
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
