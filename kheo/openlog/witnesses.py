"""The log asks its witnesses: each newest checkpoint goes to every witness of the policy (C2SP tlog-witness), outside any transaction.

A quorum of cosignatures makes a :class:`Witnessed` row, which ``/log/witnessed`` serves and receipts and seeds rest on. A witness that
says our history is not the one it saw is believed enough to be shown loudly (``/log/``, ``/healthz``): either it is wrong, or we are.
"""

import http.client
import logging
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.db import DatabaseError, close_old_connections, connection

from kheo.core import clock
from kheo.openlog import keys, merkle, note, own_policy, stored
from kheo.openlog.models import Asked
from kheo.openlog.models import Witnessed as Row
from kheo.openlog.note import BadNote, Checkpoint, Signature
from kheo.openlog.witnessing import cosignature
from kheo.openlog.witnessing.policy import BadPolicy, Policy, Witness, open_witnessed
from kheo.openlog.witnessing.witness import SIZE

log = logging.getLogger("kheo.openlog.witnesses")
PATIENCE = 10  # seconds for one answer
LARGEST = 65_536
AGAIN = timedelta(minutes=1)  # when a witness that did not answer is asked anew


@dataclass(frozen=True, slots=True)
class Said:
    """A witness's answer: ``status`` 0 when there was none."""

    status: int
    kind: str
    body: str


def post(url: str, body: bytes) -> Said:
    """``POST <url>/add-checkpoint``; never raises."""
    line: http.client.HTTPConnection | None = None
    try:
        parts = urlsplit(url.rstrip("/") + "/add-checkpoint")
        if parts.scheme == "https":
            line = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE, context=ssl.create_default_context())
        elif parts.scheme == "http":
            line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        else:
            return Said(0, "", "its address is not http(s)")
        line.request("POST", parts.path, body, {"Content-Type": "text/plain; charset=utf-8"})
        answer = line.getresponse()
        text = answer.read(LARGEST)
        return Said(answer.status, answer.headers.get("Content-Type", ""), text.decode(errors="replace"))
    except (http.client.HTTPException, OSError, ValueError) as e:
        return Said(0, "", str(e) or type(e).__name__)
    finally:
        if line:
            line.close()


def ask() -> bool:
    """Have the newest checkpoint cosigned by every witness that has not; returns whether a quorum's note was added."""
    policy = own_policy.policy()
    head = stored.newest()
    if policy is None or head is None:
        return False
    rows = {row.key: row for row in Asked.objects.filter(key__in=[str(w.key) for w in policy.witnesses.values()])}
    now = clock.now()
    waiting = []
    for witness in policy.witnesses.values():
        row = rows.setdefault(str(witness.key), Asked(key=str(witness.key), asked_at=now))
        signed = row.line and row.size == head.size
        early = row.trouble and not row._state.adding and now - AGAIN < row.asked_at <= now
        if witness.url and not signed and not early:
            waiting.append((witness, row))
    if not waiting:
        return False
    told = _send(head, [(w, row.size) for w, row in waiting])
    # A witness that is elsewhere says where; its own size is the right place to prove from.
    elsewhere = [(w, size) for w, _ in waiting if (size := _its_size(told[w.name])) is not None and size <= head.size]
    told |= _send(head, elsewhere)
    for witness, row in waiting:
        _note_down(row, witness, head, told[witness.name], now)
    return _gather(policy, head, list(rows.values()), now)


def _send(head: stored.Signed, whom: list[tuple[Witness, int]]) -> dict[str, Said]:
    """Ask several at once; proofs are made here, threads only speak to the network."""
    if not whom:
        return {}
    bodies = [_request(head, min(size, head.size)) for _, size in whom]
    with ThreadPoolExecutor(max_workers=8) as pool:
        said = pool.map(post, [w.url for w, _ in whom], bodies)
        return {w.name: answer for (w, _), answer in zip(whom, said, strict=True)}


def _request(head: stored.Signed, old: int) -> bytes:
    proof = merkle.consistency_proof(old, head.size, stored.range_hash) if old else []
    return "\n".join([f"old {old}", *map(note.b64, proof), "", head.note]).encode()


def _its_size(said: Said) -> int | None:
    """The size that a witness says it has signed last (409)."""
    if said.status != 409 or said.kind != SIZE or not said.body.endswith("\n"):
        return None
    try:
        return note.decimal(said.body[:-1])
    except BadNote:
        return None


def _note_down(row: Asked, witness: Witness, head: stored.Signed, said: Said, now: datetime) -> None:
    row.asked_at, row.trouble = now, ""
    size = _its_size(said)
    if said.status == 200:
        try:
            line, at = _line(said.body, witness, head)
            row.size, row.line, row.signed_at, row.forked_at = head.size, line, datetime.fromtimestamp(min(at, 2**37), UTC), None
        except BadNote as e:
            row.trouble = f"its answer is no cosignature: {e}"
    elif size is not None and size <= head.size:
        row.trouble = f"it has signed {size} entries meanwhile"
        row.size, row.line = size, ""
    elif size is not None and (newest := stored.newest()) and size <= newest.size:
        row.trouble = ""  # somebody else of ours was quicker
    elif said.status in (409, 422):
        row.trouble = f"it has signed {size} entries, more than there are here" if size is not None else "it has seen another history"
        if row.forked_at is None:
            row.forked_at = now
        log.critical("The witness %s says that this log is not the one it saw: %s. See docs/witnessing.md.", witness.name, row.trouble)
    else:
        row.trouble = f"answered {said.status}: {said.body[:200]}" if said.status else said.body[:300]
    row.save()


def _line(body: str, witness: Witness, head: stored.Signed) -> tuple[str, int]:
    """The witness's line among those it sent (others are passed over), and when it signed. Raises BadNote."""
    if not body.endswith("\n"):
        raise BadNote("it is cut short")
    checkpoint = Checkpoint.parse(note.split(head.note)[0])
    for text in body[:-1].split("\n"):
        signature = Signature.parse(text)
        if signature.by(witness.key):
            return str(signature), cosignature.verify(signature, checkpoint, witness.key)
    raise BadNote("its key is not the one in the policy")


def _gather(policy: Policy, head: stored.Signed, rows: list[Asked], now: datetime) -> bool:
    lines = [row.line for row in rows if row.line and row.size == head.size]
    signed = head.note + "".join(f"{line}\n" for line in lines)
    try:
        open_witnessed(signed, keys.verifier(), policy)
    except BadNote:
        return False
    if Row.objects.filter(size=head.size, note=signed).exists():
        return False
    Row.objects.create(size=head.size, root=head.root, note=signed, at=now)
    return True


def run(stop: threading.Event, every: float = 15.0) -> None:
    """Ask whenever the log has grown, until ``stop`` is set. Does nothing without a policy; survives a lost database."""
    while not stop.is_set():
        try:
            ask()
        except BadPolicy as e:
            log.error("No witness is asked: %s", e)
        except (stored.Damaged, keys.NoKey) as e:
            log.error("No witness is asked: %s", e)
        except DatabaseError:
            log.exception("The witnesses' thread lost the database; it tries again")
            connection.close()
        finally:
            close_old_connections()
        stop.wait(every)
    connection.close()


# What is shown ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class One:
    """A witness as the page shows it."""

    name: str
    vkey: str
    size: int
    behind: int
    signed_at: datetime | None
    trouble: str
    forked_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """Who has witnessed, who is behind, and the newest head that a quorum has signed."""

    witnesses: list[One]
    wanted: tuple[int, int] | None  # (k, n) of a plain quorum
    quorum: stored.Signed | None
    behind: int  # entries that no quorum has witnessed yet
    forked: bool
    weakness: str

    @property
    def current(self) -> int:
        """How many witnesses have signed the newest head that a quorum has signed, or a later one."""
        return sum(1 for one in self.witnesses if self.quorum and one.signed_at and one.size >= self.quorum.size)


def state() -> State | None:
    """What ``/log/`` shows; None without a policy. Raises BadPolicy."""
    policy = own_policy.policy()
    if policy is None:
        return None
    rows = {row.key: row for row in Asked.objects.filter(key__in=[str(w.key) for w in policy.witnesses.values()])}
    size = stored.head()[0]
    found = []
    for witness in policy.witnesses.values():
        row = rows.get(str(witness.key)) or Asked(key="")
        found.append(One(witness.name, str(witness.key), row.size, max(size - row.size, 0), row.signed_at, row.trouble, row.forked_at))
    quorum = stored.witnessed()
    forked = any(one.forked_at for one in found)
    return State(found, policy.wanted(), quorum, size - (quorum.size if quorum else 0), forked, policy.weakness())


def forked() -> bool:
    """Whether a witness of the policy says that our history is not the one it saw."""
    try:
        policy = own_policy.policy()
    except BadPolicy:
        return False
    names = [str(w.key) for w in policy.witnesses.values()] if policy else []
    return bool(names) and Asked.objects.filter(key__in=names, forked_at__isnull=False).exists()
