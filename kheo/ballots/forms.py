"""Forms of the acts of ballots."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.ballots import choices
from kheo.ballots.models import Ballot, Completion, Method, Option
from kheo.core.forms import ActForm
from kheo.core.rules import Invalid
from kheo.evidence.forms import PhotoField
from kheo.meetings.models import Matter
from kheo.needs.models import Need, State
from kheo.places.models import Place

ROWS = 12
FIRST = 3  # rows that are open from the start
_CODE = forms.TextInput(
    attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 20, "class": "code"}
)


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))


def _whole(label: Any, **kwargs: Any) -> forms.IntegerField:
    number = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=kwargs.pop("min_value", 0), max_value=10**13, widget=number, **kwargs)


class CallForm(ActForm):
    """What is asked, when, and how it is counted. Only the fields of the chosen method are there."""

    title = forms.CharField(label=_("What is asked?"), max_length=200)
    opens_at = _moment(_("The voting begins"))
    closes_at = _moment(_("The voting ends, and the box is opened"))

    def __init__(self, *args: Any, place: Place, method: str, matter: Matter | None = None, online: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method, self.matter = method, matter
        if matter is not None:
            self.fields["title"].initial = matter.title
        if method == Method.SCORES:
            self.fields["most"] = _whole(_("Highest number of points"), min_value=2, initial=5)
        if method == Method.BUDGET:
            self.fields["budget"] = _whole(_("How much money is there, in đồng?"), min_value=1)
            self.fields["completion"] = forms.ChoiceField(
                label=_("What happens with money that is left over?"),
                choices=Completion.choices,
                initial=Completion.ADD1,
                widget=forms.RadioSelect,
                help_text=_("It is published now and cannot be changed later."),
            )
        if online:
            self.fields["online"] = forms.BooleanField(
                label=_("Households with a card may vote by phone too"), required=False, help_text=_("Paper slips always work.")
            )
        if method != Method.YES_NO:
            needs = Need.objects.public().filter(place__in=Place.objects.under(place)).exclude(state__in=(State.DONE, State.DECLINED))
            for n in range(1, ROWS + 1):
                self._row(n, needs)

    def _row(self, n: int, needs: Any) -> None:
        self.fields[f"title_{n}"] = forms.CharField(label=_("Name"), max_length=160, required=n <= 2)
        if self.method == Method.BUDGET:
            self.fields[f"cost_{n}"] = _whole(_("Cost in đồng"), min_value=1, required=n <= 2)
        self.fields[f"need_{n}"] = forms.ModelChoiceField(
            label=_("Which need would it meet?"), queryset=needs, required=False, empty_label=_("None of those raised here")
        )
        self.fields[f"need_{n}"].label_from_instance = lambda need: need.text[:80]  # type: ignore[attr-defined]

    def head(self) -> list[forms.BoundField]:
        """The fields above the options."""
        return [self[name] for name in self.fields if name != "act_id" and not name.rpartition("_")[2].isdigit()]

    def rows(self) -> list[tuple[int, bool, list[forms.BoundField]]]:
        """Number, open from the start, fields; for the template."""
        names = [p for p in ("title", "cost", "need") if f"{p}_1" in self.fields]
        return [(n, n <= FIRST, [self[f"{part}_{n}"] for part in names]) for n in range(1, ROWS + 1) if names]

    def values(self) -> dict[str, Any]:
        """As ``actions.call_ballot`` takes them; rows without a name are left out."""
        data = self.cleaned_data
        kept: dict[str, Any] = {
            k: data[k] for k in ("title", "opens_at", "closes_at", "most", "budget", "completion", "online") if k in data
        }
        rows = [n for n in range(1, ROWS + 1) if data.get(f"title_{n}")]
        options = [(data[f"title_{n}"], data.get(f"cost_{n}"), data[f"need_{n}"]) for n in rows]
        return {**kept, "method": self.method, "options": options, "matter": self.matter}


class PrintForm(ActForm):
    """How many slips."""

    count = _whole(_("How many slips?"), min_value=1, help_text=_("One for each household at most."))


class OpenForm(ActForm):
    """How many slips were handed out, and the signed protocol."""

    handed_out = _whole(_("How many slips were handed out?"))
    protocol = PhotoField(
        label=_("Photo of the signed protocol"),
        help_text=_("Only the head of the area and the ward's officers can see it. It never becomes public."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ballot.online:
            del self.fields["handed_out"]


class FinishForm(ActForm):
    """One counter has entered everything."""

    pile = _whole(_("How many slips are in your pile?"), help_text=_("Count the paper itself once more."))


class CancelForm(ActForm):
    """Why it will not be held."""

    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The neighbours will read it on the page of the vote."))


class PlainForm(ActForm):
    """Nothing to fill in."""


class _ChoiceForm(forms.Form):
    """The marks of one slip, as the ballot's method has them."""

    def add_choice(self, ballot: Ballot, options: list[Option], *, required: bool) -> None:
        """Add the fields for the marks."""
        self.ballot, self.options = ballot, options
        marks = [(str(o.position), f"{o.position}. {o.words}" if ballot.method != Method.YES_NO else o.words) for o in options]
        if ballot.method == Method.YES_NO:
            self.fields["choice"] = forms.ChoiceField(
                label=_("What does it say?"), choices=marks, widget=forms.RadioSelect, required=required
            )
        elif ballot.method == Method.SCORES:
            points = [(str(n), str(n)) for n in range(ballot.most + 1)]
            for position, words in marks:
                self.fields[f"points_{position}"] = forms.ChoiceField(label=words, choices=points, initial="0", required=False)
        else:
            self.fields["choice"] = forms.MultipleChoiceField(
                label=_("What is ticked?"), choices=marks, widget=forms.CheckboxSelectMultiple, required=required
            )

    def choice(self) -> str:
        """The canonical text of the marks; "" for none."""
        data = self.cleaned_data
        if self.ballot.method == Method.SCORES:
            given = {o.position: int(data[f"points_{o.position}"] or 0) for o in self.options}
        else:
            said = data.get("choice") or []
            given = {int(position): 1 for position in ([said] if isinstance(said, str) else said)}
        return choices.write(self.ballot.method, given)


class EntryForm(_ChoiceForm):
    """One slip of the box: its code and its marks. A draft, not an act."""

    sometimes: ClassVar[frozenset[str]] = frozenset({"code", "choice", "unclear", "really"})

    code = forms.CharField(label=_("Code on the slip"), max_length=20, required=False, widget=_CODE)

    def __init__(self, *args: Any, ballot: Ballot, options: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_choice(ballot, options, required=False)
        self.fields["unclear"] = forms.BooleanField(label=_("The marks can't be read, there are none, or too many"), required=False)
        self.fields["really"] = forms.BooleanField(label=_("The slip really says so. It will count as invalid."), required=False)

    def clean(self) -> dict[str, Any]:
        """Marks, or the tick that says there are none; never both."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            marked, unclear = bool(self.choice()), bool(data.get("unclear"))
            if marked == unclear:
                field = "choice" if "choice" in self.fields else "unclear"
                self.add_error(field, _("Choose what the slip says, or tick that it can't be read."))
        return data

    def refuse(self, e: Invalid) -> None:
        """Show what was refused at its field."""
        self.add_error(e.field if e.field in self.fields else None, str(e.message))


class VoteForm(ActForm, _ChoiceForm):
    """A vote by phone."""

    code = forms.CharField(label=_("Your code"), max_length=20, widget=_CODE)

    def __init__(self, *args: Any, ballot: Ballot, options: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_choice(ballot, options, required=True)

    def values(self) -> dict[str, Any]:
        """code, choice."""
        return {"code": self.cleaned_data["code"], "choice": self.choice()}
