"""Fields that a result and a check share: a whole number as people write it, and several photos."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kheo.evidence.forms import PhotoField

MOST_DIGITS = 15  # far more than anybody counts, and safe in every place a number goes


class WholeNumber(forms.CharField):
    """A whole number: "1204", "1.204" where thousands are written with a point, "1,204" where with a comma, "1 204".

    "1e3", "12,5", "-4" and letters are refused with words. Gives an int.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"}))
        too_long = _("This number can't be right. Please look at it again.")
        kwargs.setdefault("error_messages", {"required": _("Please give a number."), "max_length": too_long})
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if text == "":
            return None
        mark = "," if (get_language() or "vi").startswith("en") else r"\."
        text = text.replace("\u00a0", " ").replace("\u202f", " ")
        if re.fullmatch(rf"[0-9]{{1,3}}(?:[{mark} ][0-9]{{3}})+", text):
            text = re.sub(r"[^0-9]", "", text)
        if re.fullmatch(r"-[0-9]+", text):
            raise forms.ValidationError(_("A number below zero can't be right here."), code="negative")
        if not re.fullmatch(r"[0-9]+", text):
            raise forms.ValidationError(_("Please give a whole number, in digits only."), code="whole")
        if len(text) > MOST_DIGITS:
            raise forms.ValidationError(_("This number can't be right. Please look at it again."), code="absurd")
        return int(text)


class Photos(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(PhotoField):
    """Several photos; gives a list of uploads. How many are too many the action says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Photos(attrs={"accept": "image/*", "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [d for d in (data if isinstance(data, list) else [data]) if d]
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(PhotosField, self).clean(d, initial) for d in given]


def camera(**kwargs: Any) -> PhotoField:
    """One photo, for which a phone opens its camera at once."""
    return PhotoField(widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}), **kwargs)
