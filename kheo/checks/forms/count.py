"""What everybody who goes and counts hands in, whoever sent them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.forms import ActForm
from kheo.core.rules import Invalid
from kheo.evidence import photos as evidence
from kheo.results.fields import WholeNumber, camera


class CountForm(ActForm):
    """One number, a photo, a note. The claim is not here: nobody who counts may be led by it."""

    measured = WholeNumber(label="", help_text=_("If there is nothing, write 0."))
    photo = camera(label=_("Take a photo"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def stored(self) -> bool:
        """Store the photo; False, with the sentence at its field, when it can't be taken."""
        if upload := self.cleaned_data.get("photo"):
            try:
                self.cleaned_data["photo"] = evidence.store(upload, field="photo")
            except Invalid as e:
                self.add_error("photo", str(e.message))
                return False
        return True

    def without_photo(self) -> dict[str, Any]:
        """The values for a repeat of an act that has gone through: nothing is stored again."""
        return self.values() | {"photo": None}


class UnreachedForm(ActForm):
    """Went, could not get there."""

    note = forms.CharField(label=_("What was in the way?"), required=False, max_length=500)
