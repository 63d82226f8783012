"""The form of an act: a hidden act id, and refusals shown where they belong."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from kheo.core.rules import Invalid, Refused

T = TypeVar("T")


class ActForm(forms.Form):
    """A form that performs one act. Sent twice, it acts once (see ``openlog.door``)."""

    act_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=True)

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
