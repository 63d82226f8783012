"""The code with which a second counter joins: short enough to read out, and derived so that sending a form twice shows the same one."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from kheo.core.codes import LETTERS, exact

LENGTH = 8  # 23^8 ≈ 8·10^10; it lives for one evening, and guessing is limited (people/limits.py)


def new_code(meeting_pk: int, act_id: UUID) -> str:
    """The code that opening the second count with this act id hands out."""
    number = int.from_bytes(_mac(f"new second counter\n{meeting_pk}|{act_id}"))
    letters = []
    for _n in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def clean(typed: str) -> str:
    """A code as somebody typed it, without spaces and hyphens; "" when it cannot be one."""
    return exact(typed, LENGTH)


def code_hash(code: str) -> str:
    """What the table keeps of a code."""
    return _mac(f"second counter\n{code}").hex()


def _mac(message: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), message.encode(), hashlib.sha256).digest()
