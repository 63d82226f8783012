"""Forms of the acts of agreements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.forms import ActForm
from kheo.meetings.models import Decision


class _Sentences(forms.CharField):
    """One sentence a line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[str]:
        """The lines that say something."""
        return [line for line in super().clean(value).splitlines() if line.strip()]


def _sentences() -> _Sentences:
    return _Sentences(
        label=_("What do we agree on?"),
        help_text=_("One sentence a line. Say what everybody can keep, and what happens when somebody forgets."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class DraftForm(ActForm):
    """What it is about, and its sentences."""

    title = forms.CharField(label=_("What is it about?"), max_length=120, help_text=_("For example: the bell of alley 47."))
    clauses = _sentences()


class EditForm(ActForm):
    """The sentences of a draft."""

    clauses = _sentences()


class SureForm(ActForm):
    """An act of one button."""


class CommentForm(ActForm):
    """What a neighbour says to a sentence."""

    text = forms.CharField(
        label=_("What do you want to say?"),
        help_text=_("Without your name. The head of the area reads it first, so that nobody is named or hurt."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(ActForm):
    """The answer, which everybody reads."""

    answer = forms.CharField(label=_("Your answer"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}))


class _DecisionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.matter.title} ({obj.decided_on:%d/%m/%Y})"


class AdoptForm(ActForm):
    """The decision, and when the neighbours look at it again."""

    decision = _DecisionField(label=_("Which decision?"), queryset=Decision.objects.none(), empty_label=_("Choose"))
    review_on = forms.DateField(
        label=_("When do we look at it again?"),
        help_text=_("A month before that day the head and the ward are reminded."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]
        self.fields["review_on"].widget.attrs["min"] = clock.today().isoformat()


class EndForm(ActForm):
    """Why it holds no longer."""

    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The neighbours will read it."))
