"""Forms of the registry's acts."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kheo.catalogue import Kit, hooks
from kheo.catalogue.shapes import Cost, Indicator
from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.core.numbers import money
from kheo.initiatives.models import ADVICE_FIELDS, Initiative, MandateKind, ward_of
from kheo.initiatives.values import target_field
from kheo.meetings.models import Decision
from kheo.needs.models import Need
from kheo.people.models import Organisation
from kheo.places.forms import SiteField
from kheo.places.models import Place

#: What the advice boxes are called.
ADVICE_LABELS = {
    "title": _("Name of the work"),
    "summary": _("Why and for whom"),
    "site": _("Where exactly"),
    "targets": _("How much"),
    "dates": _("From when to when"),
    "serves": _("Resolution or plan it serves"),
    "mandate": _("Who decided it"),
    "other": _("Anything else"),
}
#: Which advice stands beside which form field.
ADVICE_OF = {"starts_on": "dates", "ends_on": "dates"}


class NeedsField(forms.ModelMultipleChoiceField):
    """Needs, by their words."""

    def label_from_instance(self, obj: Any) -> str:
        text = obj.text if len(obj.text) <= 90 else obj.text[:89] + "…"
        return f"{obj.code} · {text}"


class DecisionField(forms.ModelChoiceField):
    """Decisions, by what was decided and when."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.matter.title} ({formats.date_format(obj.decided_on, 'SHORT_DATE_FORMAT')}, {obj.agree}/{obj.base})"


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _choice(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    return cast("forms.ModelChoiceField[Any]", form.fields[name])


def _cost(cost: Cost) -> str:
    marks = {"C": gettext("from cases"), "M": gettext("remembered, to be confirmed")}
    least, most = money(cost.least), money(cost.most)
    amount = least if cost.least == cost.most else f"{least} – {most}"
    return gettext("One costs about %(amount)s (%(mark)s, %(date)s).") % {"amount": amount, "mark": marks[cost.mark], "date": cost.date}


class WorkForm(ActForm):
    """What an initiative says of itself; one number per indicator of its kit."""

    title = forms.CharField(label=_("Name of the work"), max_length=160)
    summary = forms.CharField(
        label=_("Why and for whom"),
        help_text=_("One or two sentences that a neighbour understands."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    site = SiteField(label=_("Where exactly"), queryset=Place.objects.none(), required=False, empty_label=_("The whole area"))
    starts_on = _day(label=_("Starts on"))
    ends_on = _day(label=_("Done by"))
    serves = forms.CharField(label=_("Resolution or plan it serves"), max_length=200, required=False)

    def __init__(self, *args: Any, kit: Kit, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kit, self.place = kit, place
        if kit.private_site:
            del self.fields["site"]
            self.fields["summary"].help_text = _("No name and no address: nobody may learn whose home it is.")
        else:
            sites: QuerySet[Place] = Place.objects.under(place).sites().defer("geometry")
            fitting = sites.filter(kind__in=kit.site_kinds)
            _choice(self, "site").queryset = fitting if kit.site_kinds and fitting.exists() else sites
        for indicator in kit.indicators.values():
            self.fields[target_field(indicator.key)] = self._target(indicator)
        order = ["title", "summary", "site", *(target_field(k) for k in kit.indicators), "needs", "organisation"]
        self.order_fields([*order, "starts_on", "ends_on", "serves"])

    @staticmethod
    def _target(indicator: Indicator) -> forms.IntegerField:
        return forms.IntegerField(
            label=f"{indicator.name()} ({indicator.unit()})",
            help_text=_cost(indicator.cost) if indicator.cost else "",
            required=False,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": indicator.target_maximum, "step": 1}),
            error_messages={"invalid": _("A target is a whole number.")},
        )

    def values(self) -> dict[str, Any]:
        """The cleaned values with ``targets`` gathered by indicator key, without empty ones."""
        found = super().values()
        targets = {key: found.pop(target_field(key)) for key in self.kit.indicators}
        return {"site": None, **found, "targets": {k: v for k, v in targets.items() if v is not None}}


class DraftForm(WorkForm):
    """A new initiative, with what the kit suggests."""

    needs = NeedsField(
        label=_("Which needs does it answer?"), queryset=Need.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    organisation = forms.ModelChoiceField(
        label=_("For which organisation?"), queryset=Organisation.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, user_id: int | None, need: Need | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = ward_of(self.place) if self.kit.private_site else self.place
        needs, organisation = _choice(self, "needs"), _choice(self, "organisation")
        needs.queryset = self._needs(home)
        organisation.queryset = Organisation.objects.filter(assignments__user=user_id).distinct()
        if not organisation.queryset.exists():
            del self.fields["organisation"]
        site = need.site if need and not self.kit.private_site else None
        words = {"site": site.full_name if site else home.full_name, "place": home.full_name}
        self.initial.setdefault("title", self.kit.title().format_map(words))
        if need:
            self.initial.setdefault("needs", [need.pk])
            self.initial.setdefault("site", site and site.pk)
        for key, quantity in hooks.suggest_targets(self.kit, site.length_m if site else None).items():
            self.initial.setdefault(target_field(key), quantity)
        if not needs.queryset.exists():
            del self.fields["needs"]

    def _needs(self, home: Place) -> QuerySet[Need]:
        answered = self.kit.answers
        found = Need.objects.public().filter(state__in=("open", "answered"), place__path__startswith=home.path or "-")
        return found.filter(category__in=answered) if answered else found

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["needs"] = list(found.get("needs") or ())
        return {**found, "kit": self.kit.key}


class EditForm(WorkForm):
    """A draft, or what the ward sent back; advice stands beside the field."""

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        initial = {name: getattr(initiative, name) for name in ("title", "summary", "starts_on", "ends_on", "serves")}
        initial["site"] = initiative.site_id
        initial |= {target_field(t.indicator): t.quantity for t in initiative.targets.all()}
        super().__init__(*args, initial=initial, kit=initiative.kit_of(), place=initiative.place, **kwargs)
        self.advice: dict[str, list[str]] = {}
        for advice in initiative.open_advice():
            self.advice.setdefault(advice.field, []).append(advice.text)

    def rows(self) -> Iterator[tuple[Any, list[str]]]:
        """(field, advice beside it); advice is shown at the first field that it is about."""
        left = dict(self.advice)
        for field in self.visible_fields():
            about = "targets" if field.name.startswith("target:") else ADVICE_OF.get(field.name, field.name)
            yield field, left.pop(about, [])

    def loose(self) -> list[tuple[Any, str]]:
        """(what it is about, advice) for advice that no field here is about."""
        shown = {"targets", *(ADVICE_OF.get(f.name, f.name) for f in self.visible_fields())}
        return [(ADVICE_LABELS[about], text) for about, texts in self.advice.items() if about not in shown for text in texts]


class MandateForm(ActForm):
    """Who decided."""

    sometimes = frozenset({"decision"})

    kind = forms.ChoiceField(label=_("Who decided it?"), choices=MandateKind.choices, widget=forms.RadioSelect)
    decision = DecisionField(
        label=_("Which decision?"),
        help_text=_("Decisions of this place on contributions or spending that passed."),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    note = forms.CharField(label=_("In your own words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, initiative: Initiative, decisions: QuerySet[Decision], **kwargs: Any) -> None:
        initial = {"decision": initiative.decision_id, "note": initiative.mandate_note}
        initial["kind"] = initiative.mandate or (MandateKind.DECISION if decisions.exists() else None)
        super().__init__(*args, **{"initial": initial, **kwargs})
        _choice(self, "decision").queryset = decisions.select_related("matter")

    def clean(self) -> dict[str, Any]:
        """A decision chosen beside another reason is left out: the reason is what was said."""
        found = super().clean() or self.cleaned_data
        if found.get("kind") and found["kind"] != MandateKind.DECISION:
            found["decision"] = None
        return found


class ReturnForm(ActForm):
    """Advice: one box per field; what is fine stays empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ADVICE_FIELDS:
            self.fields[name] = forms.CharField(
                label=ADVICE_LABELS[name], required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2})
            )

    def values(self) -> dict[str, Any]:
        return {"advice": {k: v for k, v in super().values().items() if v}}


class ButtonForm(ActForm):
    """One button."""


class TaskForm(ActForm):
    """One more step."""

    title = forms.CharField(label=_("What is to be done?"), max_length=160)
    who = forms.CharField(
        label=_("Who sees to it?"), help_text=_("A group or a role, not a person's name."), max_length=120, required=False
    )
    due_on = _day(label=_("Done by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()


class CloseForm(ActForm):
    """Why it is given up."""

    reason = forms.CharField(
        label=_("Why is it given up?"),
        help_text=_("Everybody can read it once the work was registered."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
