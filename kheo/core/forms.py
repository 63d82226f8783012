"""The form of an act: a hidden act id, and refusals shown where they belong."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.core.rules import Invalid, Refused

T = TypeVar("T")


class ActForm(forms.Form):
    """A form that performs one act. Sent twice, it acts once (see ``openlog.door``)."""

    act_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=True)

    #: Fields that are needed only with certain other answers: their page doesn't call them "if you like".
    sometimes: ClassVar[frozenset[str]] = frozenset()

    def full_clean(self) -> None:
        """As Django does, in our words where a field has none of its own."""
        for field in self.fields.values():
            if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Please fill this in.")
        super().full_clean()

    def values(self) -> dict[str, Any]:
        """The cleaned values for the action, without the act id."""
        return {k: v for k, v in self.cleaned_data.items() if k != "act_id"}

    def perform(self, action: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        """Run ``action(*args, act_id=…, **kwargs)``. On ``Invalid`` or ``Refused`` add the sentence to the form and return None."""
        try:
            return action(*args, act_id=self.cleaned_data["act_id"], **kwargs)
        except Invalid as e:
            self.add_error(e.field if e.field in self.fields else None, str(e.message))
        except Refused as e:
            self.add_error(None, str(e.reason))
        return None
