"""The field with which photos come in, and the form that hides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm


class PhotoField(forms.FileField):
    """One photo. Its content is judged by ``photos.store``, not here: a form only passes the upload on."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": "image/*"}))
        kwargs.setdefault("max_length", 200)
        super().__init__(
            error_messages={
                "required": _("A photo is needed here."),
                "empty": _("The photo arrived empty. Please choose it again; everything else you typed is still here."),
                "max_length": _("The photo's file name is too long. Please rename it."),
            },
            **kwargs,
        )


class HideForm(ActForm):
    """Why something is hidden."""

    reason = forms.CharField(
        label=_("Why is it hidden?"),
        help_text=_("Everybody will read this reason where the text or photo stood."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UnhideForm(ActForm):
    """Why something is shown again."""

    reason = forms.CharField(
        label=_("Why is it shown again?"),
        help_text=_("The reason is kept with the act; it is not shown on the page."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
