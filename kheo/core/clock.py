"""The clock every act reads. Only the demo (and tests of it) may set it: history is told, never forged.

Whoever tries the demo may step its clock forward by whole days, never back. The steps stand in a small file of the data folder, which
every process of the demo reads: pages, the worker and the sequencer agree on the day. Outside the demo the file is never opened.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kheo.core import demo

_set: ContextVar[datetime | None] = ContextVar("kheo_clock", default=None)
FURTHEST = 366  # days that the demo's clock can be ahead: what was told of its year stays near


class ClockRefused(RuntimeError):
    """Somebody tried to set the clock outside the demo."""


def now() -> datetime:
    """The aware moment at which acts happen."""
    return _set.get() or timezone.now() + ahead()


def today() -> date:
    """The local date of :func:`now`, in the city's time zone."""
    return timezone.localdate(now())


def ahead() -> timedelta:
    """How far the demo's clock was stepped forward, in whole days; nothing outside the demo, and while :func:`at` sets the clock."""
    if _set.get() is not None or not demo.here():
        return timedelta()
    try:
        steps = _steps().read_text().split()
    except FileNotFoundError:
        return timedelta()
    return timedelta(days=min(sum(int(step) for step in steps if step.isdecimal()), FURTHEST))


def step(days: int) -> None:
    """Step the demo's clock ``days`` (1 or more) forward, for every process. Raises :class:`ClockRefused` outside the demo."""
    if not demo.here():
        raise ClockRefused("The clock can only be stepped in the demo city (KHEO_DEMO) on this machine.")
    if days < 1:
        raise ValueError("The clock only goes forward.")
    file = os.open(_steps(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)  # two who step at once both add: it never goes back
    try:
        os.write(file, f"{days}\n".encode())
    finally:
        os.close(file)


def _steps() -> Path:
    return Path(settings.KHEO_DATA) / "demo-clock"


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
