"""Numbering: one process at a time gives entries their place in the log, writes full tiles and signs, in one transaction."""

import logging
import threading
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from kheo.core import clock
from kheo.openlog import guard, keys, merkle, note, stored
from kheo.openlog.guard import Head, LogReadOnly, State
from kheo.openlog.models import Checkpoint, Entry, Sequencer, Tile

log = logging.getLogger("kheo.openlog")
BATCH = 20_000


@dataclass(slots=True)
class _Edge:
    """The right edge as this process left it: worth using only while the database still ends there."""

    tree: merkle.Tree | None = None
    root: bytes = b""


_edge = _Edge()


def sequence(limit: int = BATCH) -> int:
    """Number up to ``limit`` waiting entries and sign the tree; returns how many. Raises :class:`LogReadOnly`.

    Everything is in one transaction under one lock; what is about to be signed is fsynced outside the database first (``guard``).
    The first call of an empty log signs the empty tree.
    """
    with transaction.atomic(durable=True):
        Sequencer.objects.get_or_create(pk=1)
        Sequencer.objects.select_for_update().get(pk=1)
        tree, root, count = _number(limit)
    _edge.tree, _edge.root = tree, root
    return count


def _number(limit: int) -> tuple[merkle.Tree, bytes, int]:
    state, (size, root) = _state(), stored.head()
    signed = () if state is None else [(h.size, h.root) for h in (state.published, state.intent) if h]
    here = _edge.tree is not None and (_edge.tree.size, _edge.root) == (size, root) and (size, root) in signed
    if _edge.tree and here and state and not state.read_only and guard.proven():
        tree = _edge.tree.copy()  # this process proved it when it came here
    else:
        if detail := guard.prove():
            guard.halt(detail)
            raise LogReadOnly(detail)
        tree = stored.tree_at(size)
    key = keys.ensure_keys()
    if state and (detail := guard.other_key(state, key.name)):  # lost or exchanged while this process runs
        guard.halt(detail)
        raise LogReadOnly(detail)
    unfinished = state.intent if state and state.intent and state.intent.size > size else None
    if unfinished:
        leaves = dict(Entry.objects.filter(pk__in=unfinished.pks, index__isnull=True).values_list("pk", "leaf"))
        rows = [(pk, leaves[pk]) for pk in unfinished.pks]
    else:
        rows = list(_in_order(due()).values_list("pk", "leaf")[:limit])
    if not rows and Checkpoint.objects.exists():
        if state and state.read_only:  # the right database is back
            guard.write(State(state.origin, state.published, state.intent))
        return tree, root, 0
    full = tree.extend([merkle.leaf_hash(bytes(leaf)) for _, leaf in rows])
    after = Head(tree.size, tree.root(), tuple(pk for pk, _ in rows))
    if unfinished and (after.size, after.root) != (unfinished.size, unfinished.root):
        detail = f"the rows that were signed as entries {size} to {unfinished.size - 1} are not the same any more"
        guard.halt(detail)
        raise LogReadOnly(detail)
    _write_numbers([pk for pk, _ in rows], size)
    Tile.objects.bulk_create([Tile(level=lv, number=n, data=data, root=r) for lv, n, data, r in full], batch_size=100)
    head = note.Checkpoint(key.name, after.size, after.root)
    Checkpoint.objects.create(size=after.size, root=after.root, note=note.sign(head, key), at=clock.now())
    guard.write(State(key.name, Head(size, root), after))  # before the commit
    return tree, after.root, len(rows)


def due() -> "QuerySet[Entry]":
    """Entries that may get their number now: all that wait but those of nameless acts whose hour has not passed on the real clock."""
    return Entry.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=timezone.now()), index__isnull=True)


def _in_order(rows: "QuerySet[Entry]") -> "QuerySet[Entry]":
    """As they were written; then those of each hour without a name in the order of their random key, which says nothing."""
    dice = Case(When(not_before__isnull=False, then=F("key")), default=Value(""))
    return rows.order_by(F("not_before").asc(nulls_first=True), dice, "pk")


def _state() -> State | None:
    try:
        return guard.read()
    except (ValueError, KeyError, TypeError) as e:
        detail = f"{guard.path().name} cannot be read: {e}"
        guard.halt(detail)
        raise LogReadOnly(detail) from e


def _write_numbers(pks: list[int], first: int) -> None:
    """Entries get the numbers from ``first`` on, in this order: one statement for each run of neighbouring rows."""
    start = 0
    for at in range(1, len(pks) + 1):
        if at == len(pks) or pks[at] != pks[at - 1] + 1:
            run = Entry.objects.filter(pk__range=(pks[start], pks[at - 1]), index__isnull=True)
            if run.update(index=F("pk") + (first + start - pks[start])) != at - start:
                raise RuntimeError("a waiting entry got a number from somebody else, in spite of the lock")
            start = at


def drain() -> int:
    """Number everything that is due; returns how many."""
    total = 0
    while count := sequence():
        total += count
    return total


def lag() -> int:
    """How many entries are due and wait for their number."""
    return due().count()


def run(stop: threading.Event, every: float = 0.4) -> None:
    """Sequence within a second of each act until ``stop`` is set. Survives a lost database; says loudly when the log is read-only."""
    from kheo.openlog import redaction

    replayed = False
    while not stop.is_set():
        pause = every
        try:
            if not replayed:
                redaction.replay_redactions()
                replayed = True
            sequence()
        except LogReadOnly as e:
            log.critical("The public log is READ-ONLY: %s", e.detail)
            pause = 10.0
        except DatabaseError:
            log.exception("The sequencer lost the database; it tries again")
            connection.close()
            pause = 2.0
        finally:
            close_old_connections()
        stop.wait(pause)
    connection.close()
