"""Forms of the acts on people."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.forms import ActForm
from kheo.people import household_door, rules
from kheo.people.models import Organisation, OrganisationKind
from kheo.people.words import ROLE_NAMES
from kheo.places.models import Place


class _RoleForm(ActForm):
    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ModelChoiceField(label=_("For which organisation"), queryset=Organisation.objects.none(), required=False)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Five years when left empty."),
    )

    def __init__(self, *args: Any, actor: Actor, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operator = actor.has(Role.OPERATOR, at=place)
        roles = [r for r in Role if place.rank in rules.RANKS[r] and (operator or r in rules.BY_WARD)]
        self.fields["role"].choices = [(r.value, ROLE_NAMES[r]) for r in roles]  # type: ignore[attr-defined]
        organisations = Organisation.objects.filter(place__in=place.ids()).order_by("name")
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until > clock.today() + timedelta(days=10 * 366):
            raise forms.ValidationError(_("Nobody holds a role for more than ten years at once."))
        return until


class PersonForm(_RoleForm):
    """An account with its first role."""

    name = forms.CharField(label=_("What neighbours call them"), max_length=80)
    email = forms.EmailField(label=_("E-mail, if they have one"), required=False, help_text=_("Without it they sign in with a card."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("name", "role", "organisation", "until", "email", "language")


class RoleForm(_RoleForm):
    """Another role for somebody."""


class OrganisationForm(ActForm):
    """An organisation."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)


class PinForm(forms.Form):
    """The PIN of a card. Not an act: signing in is not logged."""

    pin = forms.CharField(
        label=_("PIN"), max_length=12, strip=True, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})
    )


class ChoosePinForm(PinForm):
    """The first use of a household's card: a PIN that only the household knows, typed twice."""

    field_order = ("pin", "again")
    again = forms.CharField(
        label=_("The same PIN once more"),
        max_length=12,
        strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pin"].label = _("Your new PIN: six digits")

    def clean_pin(self) -> str:
        pin: str = self.cleaned_data["pin"]
        if len(pin) != 6 or not (pin.isascii() and pin.isdigit()):
            raise forms.ValidationError(_("Please choose six digits."))
        if pin in household_door.WEAK:
            raise forms.ValidationError(_("Everybody tries this PIN first. Please choose another one."))
        return pin

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "pin" in said and "again" in said and said["pin"] != said["again"]:
            self.add_error("again", _("The two PINs are not the same. Please type both again."))
        return said


class PrintCardsForm(ActForm):
    """The second language on each card."""

    language = forms.ChoiceField(label=_("Second language on the cards"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        self.fields["language"].choices = [("", _("None")), *others]  # type: ignore[attr-defined]


class ReplaceCardForm(PrintCardsForm):
    """By the attendance number, which the household knows or the meeting's sheet says."""

    field_order = ("number", "again", "language")
    number = forms.IntegerField(label=_("Number on the outside of the lost card"), min_value=1, max_value=99_999)
    again = forms.TypedChoiceField(
        label=_("What now?"),
        choices=[("yes", _("Print another card for the same household")), ("no", _("Only shut it: the household has moved away"))],
        initial="yes",
        widget=forms.RadioSelect,
        coerce=lambda said: said == "yes",
    )


class CodeForm(forms.Form):
    """The code printed under a card's QR."""

    code = forms.CharField(
        label=_("Code on the card"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
    )


class EmailForm(forms.Form):
    """The address that a sign-in code goes to (sent to allauth's view)."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
