"""What a form says when something is missing, and of fields that are needed only sometimes."""

from django import forms
from django.utils import translation

from kheo.core.forms import ActForm


class _Form(ActForm):
    sometimes = frozenset({"paper"})
    name = forms.CharField()
    own = forms.CharField(error_messages={"required": "Say which."})
    paper = forms.CharField(required=False)
    note = forms.CharField(required=False)


def test_a_missing_answer_is_asked_for_in_our_words() -> None:
    form = _Form({})
    with translation.override("en"):
        assert form.errors["name"] == ["Please fill this in."]
        assert form.errors["own"] == ["Say which."]
    with translation.override("vi"):
        assert str(form.errors["name"][0]) == "Chỗ này cần ghi."


def test_what_is_needed_only_sometimes_is_not_called_free() -> None:
    form = _Form()
    with translation.override("en"):
        assert "if you like" in form["note"].as_field_group()
        assert "if you like" not in form["paper"].as_field_group()
