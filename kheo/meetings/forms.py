"""Forms of the acts of meetings."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kheo.catalogue import Kit
from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.evidence.forms import PhotoField
from kheo.meetings import law, numbers, posted
from kheo.meetings.models import Meeting, Method
from kheo.needs.models import Need, State
from kheo.places.models import Place

ROWS = 4
GRID = 800  # numbers to tap; past that a form would carry more fields than the server takes, and numbers are read out


def _households(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=kwargs.pop("least", 0),
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "big"}),
        **kwargs,
    )


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **kwargs)


def _sheet(label: Any, **kwargs: Any) -> PhotoField:
    return PhotoField(
        label=label,
        help_text=_("Only the head of the area and the ward's officers can see it. It never becomes public."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        **kwargs,
    )


class CallForm(ActForm):
    """When, where, and what about: up to four matters, each with the kind of decision the law knows; or one part of the area."""

    sometimes: ClassVar[frozenset[str]] = frozenset({"part_households"})

    starts_at = _moment(_("When?"))
    where = forms.CharField(label=_("Where?"), max_length=160, help_text=_("A place every neighbour knows."))
    part = forms.CharField(
        label=_("Only one part of the area?"),
        max_length=80,
        required=False,
        help_text=_("For example Alley 47 or Group 3. Empty: everybody."),
    )
    part_households = _households(_("How many households does this part have?"), required=False, least=1)

    def __init__(self, *args: Any, place: Place, kit: Kit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(rule.key, rule.name) for rule in law.rules_on(clock.today())]
        needs = Need.objects.public().filter(place__in=Place.objects.under(place)).exclude(state__in=(State.DONE, State.DECLINED))
        agenda = kit.agenda[:ROWS] if kit else ()
        for n in range(1, ROWS + 1):
            item = agenda[n - 1] if n <= len(agenda) else None
            title = forms.CharField(label=_("What is it about?"), max_length=200, required=n == 1)
            rule = forms.ChoiceField(label=_("What kind of decision is it?"), choices=kinds, required=n == 1)
            if item:
                title.initial, rule.initial = str(item.title), item.rule
            self.fields[f"title_{n}"], self.fields[f"rule_{n}"] = title, rule
            self.fields[f"need_{n}"] = forms.ModelChoiceField(
                label=_("Which need does it take up?"), queryset=needs, required=False, empty_label=_("None of those raised here")
            )
            self.fields[f"need_{n}"].label_from_instance = lambda need: need.text[:80]  # type: ignore[attr-defined]
        self.filled = len(agenda)
        self.board = [p for p in posted.on_board(place) if p.first > clock.today()]
        self.early = False  # a day was chosen on which something posted can't be decided on yet
        if self.board:
            self.fields["another"] = forms.BooleanField(
                label=_("The meeting is about something else, not about what is posted"), required=False
            )

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The matters with their fields, for the template."""
        return [(n, [self[f"{part}_{n}"] for part in ("title", "rule", "need")]) for n in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """Stop once at a day on which a draft is still posted. Only who calls the meeting knows whether it is about that draft."""
        data = super().clean() or self.cleaned_data
        if (starts_at := data.get("starts_at")) and not data.get("another"):
            rules = {data.get(f"rule_{n}") for n in range(1, ROWS + 1) if data.get(f"title_{n}")}
            day = timezone.localdate(starts_at)
            for waits in (p for rule in rules if rule for p in posted.not_before(self.board, rule, day)):
                words = _(
                    "“%(title)s” is still posted then: a meeting can decide on it from %(first)s on. Please choose that day or a later one."
                )
                self.add_error("starts_at", words % {"title": waits.title, "first": formats.date_format(waits.first, "SHORT_DATE_FORMAT")})
                self.early = True
        return data

    def part_fields(self) -> list[forms.BoundField]:
        """The fields of a part of the area, for the template."""
        return [self["part"], self["part_households"]]

    def values(self) -> dict[str, Any]:
        """starts_at, where, part, matters as ``actions.call_meeting`` takes them; rows without a title are left out."""
        data = self.cleaned_data
        matters = [
            (data[f"title_{n}"], data[f"rule_{n}"] or "other", [data[f"need_{n}"]] if data[f"need_{n}"] else [])
            for n in range(1, ROWS + 1)
            if data[f"title_{n}"]
        ]
        starts_at: datetime = data["starts_at"]
        part = {"part": data["part"], "part_households": data["part_households"]}
        return {"starts_at": starts_at, "where": data["where"], "matters": matters, **part}


class CountForm(ActForm):
    """Who is here: numbers to tap, numbers read out, or only how many; with a photo of the sheet."""

    numbers = forms.TypedMultipleChoiceField(label=_("Tap the numbers that are here"), coerce=int, required=False)
    read_out = forms.CharField(
        label=_("Or write the numbers that were read out"),
        required=False,
        max_length=4000,
        help_text=_("For example 1-40, 43, 57"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    present = _households(_("Or only how many households are here"), required=False)
    sheet = _sheet(_("Photo of the sheet"))

    def __init__(self, *args: Any, meeting: Meeting, keep: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.highest = meeting.numbers
        self.fields["numbers"].choices = [(n, n) for n in range(1, self.highest + 1)]  # type: ignore[attr-defined]
        self.fields["sheet"].required = not keep
        if meeting.slips:
            del self.fields["numbers"], self.fields["read_out"]
            self.fields["present"].label = _("How many slips came back?")
            self.fields["present"].required = True
            self.fields["sheet"].label = _("Photo of the slips")

    @property
    def grid(self) -> list[tuple[int, bool]]:
        """(number, ticked) to tap; empty where there are too many for a phone, or none."""
        if "numbers" not in self.fields or self.highest > GRID:
            return []
        ticked = set(self.data.getlist("numbers")) if self.is_bound else {str(n) for n in self.initial.get("numbers", ())}  # type: ignore[attr-defined]
        return [(n, str(n) in ticked) for n in range(1, self.highest + 1)]

    def clean_read_out(self) -> list[int]:
        """The numbers; nothing written means none."""
        try:
            return numbers.parse(self.cleaned_data["read_out"])
        except ValueError as e:
            raise forms.ValidationError(_("“%(part)s” is no number here. Please write them like 1-40, 43, 57.") % {"part": e}) from None

    def all_numbers(self) -> list[int]:
        """Ticked and read out, together."""
        data = self.cleaned_data
        return sorted({*data.get("numbers", ()), *data.get("read_out", ())})

    def clean(self) -> dict[str, Any]:
        """One of the three ways must say something."""
        data = self.cleaned_data
        if self.fields["sheet"].required and not self.errors and not self.all_numbers() and data.get("present") is None:
            self.add_error("present", _("Please tap or write the numbers that are here, or only how many they are."))
        return data

    def values(self) -> dict[str, Any]:
        """numbers, present and sheet as ``actions.count_households`` takes them."""
        return {"numbers": self.all_numbers(), "present": self.cleaned_data["present"], "sheet": self.cleaned_data["sheet"]}


class OfficersForm(ActForm):
    """Whom those attending chose, and how they vote."""

    secretary = forms.CharField(label=_("Who writes the minutes?"), max_length=80)
    counters = forms.CharField(
        label=_("Who counts?"),
        max_length=400,
        help_text=_("Three to five people, one name on each line. Names stand on the minutes only."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    method = forms.ChoiceField(
        label=_("How do they vote?"),
        choices=[(Method.HANDS, _("Show of hands")), (Method.SECRET, _("Secret vote"))],
        widget=forms.RadioSelect,
        initial=Method.HANDS,
    )
    officers_for = _households(_("How many households agreed to this?"), help_text=_("More than half of those attending."))

    def values(self) -> dict[str, Any]:
        """As ``actions.choose_officers`` takes them."""
        values = super().values()
        return {**values, "counters": [line for line in values["counters"].splitlines() if line.strip()]}


class SecondCountForm(ActForm):
    """Nothing to fill in: the button makes the code, from the act id."""


class JoinForm(forms.Form):
    """The code as it was read out."""

    code = forms.CharField(
        label=_("Code of the meeting"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class TallyForm(ActForm):
    """What one counter counted on one matter, in households."""

    agree = _households(pgettext_lazy("vote", "Agree"))
    against = _households(pgettext_lazy("vote", "No"))
    other = _households(pgettext_lazy("vote", "Other"), required=False)

    def clean_other(self) -> int:
        """Left empty means none."""
        return self.cleaned_data["other"] or 0


class FirstTallyForm(TallyForm):
    """The head's, who can add a photo."""

    sheet = _sheet(_("Photo of the counted votes"), required=False)


class SecondWayForm(ActForm):
    """Until when slips are handed in, and where."""

    ends_at = _moment(_("Until when are slips handed in?"))
    where = forms.CharField(label=_("Where are slips handed in?"), max_length=160, help_text=_("A place every neighbour knows."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_at"].initial = timezone.localtime(clock.now() + timedelta(days=7)).replace(hour=19, minute=0)


class OpinionForm(ActForm):
    """One opinion, and how many share it."""

    text = forms.CharField(
        label=_("What was said?"), max_length=1000, help_text=_("Please write no name."), widget=forms.Textarea(attrs={"rows": 3})
    )
    households = _households(_("How many households say so?"), initial=1, least=1)


class CloseTalkForm(ActForm):
    """Nothing to fill in."""


class AnswerForm(ActForm):
    """The published answer to an opinion."""

    text = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class WordForm(ActForm):
    """What they decided, in words."""

    text = forms.CharField(
        label=_("What did we decide?"),
        max_length=600,
        help_text=_(
            "How much, who does it, who keeps the money, until when. Please write no other names. It cannot be changed afterwards."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CancelForm(ActForm):
    """Why the meeting will not be held."""

    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The neighbours will read it on the page of the meeting."))
