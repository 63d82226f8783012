"""Forms of a round: announcing it, typing the dice, ending it."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo import catalogue
from kheo.checks.models import Book, Kind
from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.core.rules import Invalid

T = TypeVar("T")
ROWS = 5  # parties that the form has room for; three are needed


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _indicators() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that is counted, by kit."""
    return [(kit.name(), [(i.key, f"{i.name()} ({i.unit()})") for i in kit.indicators.values()]) for kit in catalogue.kits().values()]


class FreezeForm(ActForm):
    """What is checked, of which time, and when the draw is held. ``sure``: seen on the page that says what it means."""

    sometimes: ClassVar[frozenset[str]] = frozenset({"beacon_name", "sure"})

    indicator = forms.ChoiceField(label=_("What is checked?"))
    ask = forms.ChoiceField(
        label=_("What do we want to know?"),
        choices=[
            ("round", _("Is what was reported there?")),
            ("lasting-6", _("Does it still work after 6 months?")),
            ("lasting-12", _("Does it still work after 12 months?")),
        ],
        initial="round",
        widget=forms.RadioSelect,
    )
    starts_on = _day(_("Reported from"))
    ends_on = _day(_("to"))
    draw_at = forms.DateTimeField(
        label=_("When is the draw?"),
        help_text=_(
            "The first fingerprint of the public log after this moment goes into the draw. Until then everybody can still correct."
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    planned = forms.IntegerField(
        label=_("How many places are visited?"), min_value=1, max_value=10_000, initial=60, widget=forms.NumberInput(attrs={"class": "big"})
    )
    closes_on = _day(_("By which day has everybody been there?"))
    beacon_name = forms.CharField(
        label=_("Also a public draw from outside? Which one?"),
        required=False,
        max_length=120,
        help_text=_("It must come later than the dice, for example the lottery of a certain day. Now or never; may stay empty."),
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, draw_at: Any, closes_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["indicator"].choices = _indicators()  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = date(today.year, 1, 1)
        self.fields["ends_on"].initial = today
        self.fields["draw_at"].initial = timezone.localtime(draw_at)
        self.fields["closes_on"].initial = closes_on

    def values(self) -> dict[str, Any]:
        values = super().values()
        kind, _dash, months = values.pop("ask").partition("-")
        values.pop("sure")
        return values | {"kind": Kind(kind), "months": int(months or 0)}

    @property
    def folded(self) -> list[forms.BoundField]:
        """What most people leave as it is."""
        return [self[name] for name in ("planned", "closes_on", "beacon_name")]

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in ("indicator", "ask", "starts_on", "ends_on", "draw_at")]


class RollForm(ActForm):
    """Who rolled, and what. The second person finds the parties' names there, never their digits."""

    sometimes: ClassVar[frozenset[str]] = frozenset({f"{name}_{n}" for n in (4, 5) for name in ("party", "digits")})

    def __init__(self, *args: Any, parties: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, max(len(parties), ROWS if not parties else 0) + 1):
            needed = n <= max(3, len(parties))
            self.fields[f"party_{n}"] = forms.CharField(
                label=_("Who rolled?"), max_length=80, required=needed, initial=parties[n - 1] if parties else ""
            )
            self.fields[f"digits_{n}"] = forms.CharField(
                label=_("Digits, in the order they fell"),
                max_length=120,
                required=needed,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code"}),
            )
            if parties:
                self.fields[f"party_{n}"].widget.attrs["readonly"] = True

    @property
    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        count = sum(name.startswith("party_") for name in self.fields)
        return [(n, [self[f"party_{n}"], self[f"digits_{n}"]]) for n in range(1, count + 1)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, str] = {}
        self._field_of: dict[str, str] = {}
        for n, _fields in self.rows:
            party, digits = (self.cleaned_data.get(f"{name}_{n}", "") for name in ("party", "digits"))
            if bool(party) != bool(digits) and not {f"party_{n}", f"digits_{n}"} & set(self.errors):
                self.add_error(f"digits_{n}" if party else f"party_{n}", _("Please fill this in."))
            elif party in given:
                self.add_error(f"party_{n}", _("“%(party)s” stands there twice.") % {"party": party})
            elif party:
                given[party], self._field_of[f"digits:{party}"] = digits, f"digits_{n}"
        return {"act_id": self.cleaned_data.get("act_id"), "digits": given}

    def perform(self, action: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        """As every form does; what the act says of a party is said at its digits."""

        def told(*args: Any, **kwargs: Any) -> T:
            try:
                return action(*args, **kwargs)
            except Invalid as e:
                raise Invalid(self._field_of.get(e.field or "", e.field), e.message) from e

        return super().perform(told, *args, **kwargs)


class BeaconForm(ActForm):
    """What the outside draw gave."""

    beacon = forms.CharField(
        label=_("What was drawn?"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code"})
    )

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["beacon"].help_text = book.beacon_name


class FixForm(ActForm):
    """Look whether the fingerprint is there."""


class CloseForm(ActForm):
    """Nothing to fill in."""


class AbandonForm(ActForm):
    """Why; everybody reads it."""

    reason = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Everybody can read this.")
    )
