"""A new epoch: after a restore that does not continue what was published, an operator starts a log that names the old one."""

import secrets

from django.db import transaction

from kheo.core import clock
from kheo.openlog import entries, guard, keys, sequencer, stored
from kheo.openlog.guard import Head, State
from kheo.openlog.models import Entry, Sequencer
from kheo.openlog.verbs import LogVerb


def open_epoch(reason: str) -> str:
    """Open a log under a new name and key over the entries that are there; returns the new name.

    The old log's name, last published size and root, and the reason stand in clear in the entry ``log.epoch-opened``. Mirrors of the old
    log keep what it signed: nothing is signed under the old name again. Raises keys.NoKey when the key comes from the environment.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise ValueError("A new epoch needs a reason: it stands in the log for ever.")
    try:
        state = guard.read()
    except (ValueError, KeyError, TypeError):
        state = None
    size, root = stored.head()
    last = (state.intent or state.published) if state else Head(size, root)
    with transaction.atomic(durable=True):
        Sequencer.objects.get_or_create(pk=1)
        Sequencer.objects.select_for_update().get(pk=1)
        old = keys.verifier()
        clear = {
            "old": state.origin if state else old.name,
            **({"old_vkey": str(old)} if state is None or state.origin == old.name else {}),
            "size": last.size,
            "root": last.root.hex(),
            "kept": size,
            "reason": reason,
        }
        Entry.objects.create(
            subject="openlog.entry:0",
            **entries.seal(
                verb=str(LogVerb.EPOCH_OPENED), key=secrets.token_hex(16), at=clock.now(), place="", clear=clear, facts=None, private=None
            ),
        )
        new = keys.replace()
    # Killed before this line, the key and the state name different logs: still read-only, and the operator opens the epoch again.
    guard.write(State(new.name, Head(size, root)))
    guard.forget()
    sequencer.drain()
    return new.name
