"""The write door: every write in Khéo goes through :func:`writes`, and ends in :func:`act`.

An action reads like this:

    @writes
    def back_need(actor, need, *, act_id=None):
        need = lock(need)                          # 1. the row, for the length of the transaction
        require(rules.may_back_need(actor, need))  # 2. the rule, with its reason
        ...                                        # 3. validate, write the rows
        return act(Verb.BACKED, actor, backing, place=need.place.slug, facts={...})   # 4. log, last; returns `backing`
"""

import functools
import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, Refused
from kheo.openlog import entries, guard
from kheo.openlog.models import Act, Entry
from kheo.openlog.verbs import Verb

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class _Open:
    """The act that is under way in this context."""

    key: str | None
    thing: str = ""  # what the first act was about
    logged: list[str] = field(default_factory=list)


_open: ContextVar[_Open | None] = ContextVar("kheo_act", default=None)
_files: dict[str, str] = {}  # act → the file it lies in


def name_of(thing: models.Model) -> str:
    """``"needs.need:12"``: how the log's tables point at a row."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def find(name: str) -> models.Model:
    """The row that :func:`name_of` named. Raises the model's DoesNotExist."""
    label, _, pk = name.rpartition(":")
    return apps.get_model(label)._base_manager.get(pk=pk)


def lock(thing: M, *related: str) -> M:
    """Read the row anew, locked until the transaction ends (SQLite's IMMEDIATE transactions already hold the only write lock).

    ``related``: what the act will look at too, read in the same query and not locked.
    """
    rows = type(thing)._base_manager.select_for_update(of=("self",))
    return (rows.select_related(*related) if related else rows).get(pk=thing.pk)


def _name(function: Callable[..., Any]) -> str:
    """Room and act ("kheo.ledger.receive"), not the file: a form sent again after an upgrade is the same act wherever it lies."""
    return f"{function.__module__.partition('.actions')[0]}.{function.__qualname__}"


def _act_key(function: Callable[..., Any], actor: Actor, thing: Any, act_id: UUID) -> str:
    """The same id sent to another act, or for another thing, is another act: one form's answer never stands for another's."""
    at = name_of(thing) if isinstance(thing, models.Model) else ""
    message = f"{_name(function)}|{at}|{actor.key}|{act_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"act\n" + message, hashlib.sha256).hexdigest()


def done(action: Callable[..., Any], actor: Actor, thing: Any, act_id: UUID) -> models.Model | None:
    """What ``action(actor, thing, …)`` returned when this act was first sent, or None.

    A repeat need not decode a photo or count against a limit again.
    """
    first = Act.objects.filter(key=_act_key(action, actor, thing, act_id)).first()
    return find(first.thing) if first else None


def next_hour(now: datetime) -> datetime:
    """The full hour after ``now``; in an hour's last minute the one after it, so that nobody's act comes when its hour is numbered."""
    return (now + timedelta(minutes=1)).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def writes(function: Callable[P, T]) -> Callable[P, T]:
    """Make ``function(actor, …, act_id=None)`` one act: one transaction, once per act id, logged or not at all.

    A repeat of the same act id by the same actor on the same thing (the second argument) returns the row that the first call returned;
    two at once leave one.
    Raises RuntimeError when the function ends without having logged anything, and TypeError where a room has another act of this name.
    """
    if _files.setdefault(_name(function), function.__module__) != function.__module__:
        raise TypeError(f"{_name(function)} stands in two files: {_files[_name(function)]} and {function.__module__}")

    @functools.wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> T:
        actor = args[0]
        if not isinstance(actor, Actor):
            raise TypeError(f"{function.__name__}: the first argument is the actor")
        act_id = kwargs.get("act_id")
        thing = args[1] if len(args) > 1 else None
        key = _act_key(function, actor, thing, act_id) if isinstance(act_id, UUID) else None
        try:
            with transaction.atomic():
                return _run(function, key, args, kwargs)
        except (IntegrityError, Refused, Invalid):
            # Two of the same act at once: the loser, who may find the act already done, finds what the winner wrote.
            if key and (first := Act.objects.filter(key=key).first()):
                return find(first.thing)  # type: ignore[return-value]
            raise

    return door


def _face(actor: Actor) -> str:
    """Who acted, as the entry's private content keeps it. Of a phone or a household card nothing: it would join what they did."""
    return actor.key if not actor.key.startswith(("device:", "household:")) else "nameless"


def _run(function: Callable[..., T], key: str | None, args: Any, kwargs: Any) -> T:
    if key and (first := Act.objects.filter(key=key).first()):
        return find(first.thing)  # type: ignore[return-value]
    outer, current = _open.get(), _Open(key)
    token = _open.set(current)
    try:
        result = function(*args, **kwargs)
    finally:
        _open.reset(token)
    if outer is not None:  # an action that calls another has logged what the other logged
        outer.logged += current.logged
    if not current.logged:
        raise RuntimeError(f"{function.__name__} wrote without logging an act")
    if key:
        thing = name_of(result) if isinstance(result, models.Model) else current.thing
        Act.objects.create(key=key, thing=thing, at=clock.now())
    return result


def act(
    verb: Verb,
    actor: Actor,
    thing: M,
    *,
    place: str,
    clear: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
    late: bool = False,
) -> M:
    """Log one act on ``thing`` inside the running :func:`writes`, and return ``thing``.

    ``place``: the public slug of the place, never finer than the area for households and houses.
    ``clear``: what audits rest on; stands in the entry for ever. ``facts``: quantities, units, ids; served, erasable by
    redaction. ``private``: who, free text, exact site, original photo's hash; committed, never served.
    ``late``: of acts without a name. The entry gets its number after the next full hour, among all others of its hour in random order,
    so that the log doesn't say who stood where at which moment.
    Values: str, bool, int (|n| ≤ 2^53−1), None, lists and dicts of these. Raises ``entries.TooLarge`` past 65,535 bytes,
    ``canonical.NotCanonical`` for other values, ``guard.LogReadOnly`` while the log is read-only; nothing is written then.
    """
    current = _open.get()
    if current is None:
        raise RuntimeError(f"{verb}: an act is logged only through a function marked @writes")
    guard.require_writable()
    sealed = entries.seal(
        verb=str(verb),
        key=secrets.token_hex(16),
        at=clock.now(),
        place=place,
        clear=clear or {},
        facts=facts,
        private={"actor": _face(actor), **(private or {})},
    )
    name = name_of(thing)
    hour = next_hour(sealed["at"]) - clock.ahead() if late else None  # by the real clock, however far the demo was stepped
    Entry.objects.create(subject=name, not_before=hour, **sealed)
    current.logged.append(str(verb))
    current.thing = current.thing or name
    return thing
