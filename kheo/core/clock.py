"""The clock every act reads. Only the demo (and tests of it) may set it: history is told, never forged."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("kheo_clock", default=None)


class ClockRefused(RuntimeError):
    """Somebody tried to set the clock outside the demo."""


def now() -> datetime:
    """The aware moment at which acts happen."""
    return _set.get() or timezone.now()


def today() -> date:
    """The local date of :func:`now`, in the city's time zone."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run a block at ``moment`` (aware). Raises :class:`ClockRefused` unless ``settings.KHEO_DEMO`` is true."""
    if not settings.KHEO_DEMO:
        raise ClockRefused("The clock can only be set in the demo city (KHEO_DEMO).")
    if timezone.is_naive(moment):
        raise ValueError("The clock takes an aware datetime.")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
