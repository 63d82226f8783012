"""What acts take from people, checked the same way in every room."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kheo.core.rules import Invalid

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def line(field: str, text: str, most: int, missing: "_StrOrPromise" = "", *, least: int = 1) -> str:
    """``text`` in one line with single spaces, at most ``most`` characters. Raises Invalid on ``field``.

    ``missing``: what is said of fewer than ``least`` characters; without it the line may be empty.
    """
    text = " ".join(text.split())
    if missing and len(text) < least:
        raise Invalid(field, missing)
    if len(text) > most:
        raise Invalid(field, _("Please keep it under %(most)s characters.") % {"most": most})
    return text
