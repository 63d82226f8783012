"""Fields of units and amounts, and what every form of a contribution asks last."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm
from kheo.ledger import units

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

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


class NameForm(UnitForm):
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
