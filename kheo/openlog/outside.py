"""``kheo witness``, ``kheo mirror`` and ``kheo receipt``: for those who keep an eye on a log that is not theirs. No Django."""

import argparse
import re
import signal
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kheo.openlog.mirror import Mirror
    from kheo.openlog.note import VerifierKey
    from kheo.openlog.serving import Answer
    from kheo.openlog.witnessing.policy import Policy
    from kheo.openlog.witnessing.witness import Witness

HOLDS, WRONG, UNREADABLE, FORKED = 0, 1, 2, 3
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def add_commands(commands: Any) -> None:
    """Offer the commands to :mod:`kheo.openlog.commands`."""
    witness = commands.add_parser("witness", help="watch a log: prove that it only grows, sign that, keep a copy, shout when it forks")
    witness.add_argument("where", metavar="URL", nargs="?", help="address of the log (https://…/log/); not needed for --status")
    add_trust(witness)
    witness.add_argument(
        "--data", type=Path, default=Path("kheo-witness"), metavar="DIR", help="folder of this witness; default kheo-witness"
    )
    witness.add_argument("--name", default="", help="name of the witness's key, such as baocantho.vn/witness; chosen once")
    witness.add_argument("--every", type=duration, default=600, metavar="10m", help="how often to look; default 10m")
    witness.add_argument("--listen", type=int, metavar="PORT", help="answer add-checkpoint and serve the copy at this port")
    witness.add_argument("--host", default="127.0.0.1", help="address to listen at; default 127.0.0.1")
    witness.add_argument("--once", action="store_true", help="look once and end: 0 well, 1 the log does not hold, 2 unreachable, 3 a fork")
    witness.add_argument("--status", action="store_true", help="say what this witness knows, without looking; same exit codes")
    witness.set_defaults(run=run_witness, needs_django=False)

    mirror = commands.add_parser("mirror", help="keep a full, verified copy of a log, and serve it")
    mirror.add_argument("where", metavar="URL")
    mirror.add_argument("folder", metavar="DIR", type=Path)
    add_trust(mirror)
    mirror.add_argument("--every", type=duration, metavar="10m", help="go on looking this often; else once")
    mirror.add_argument("--serve", type=int, metavar="PORT", help="serve the copy at this port")
    mirror.add_argument("--host", default="127.0.0.1", help="address to serve at; default 127.0.0.1")
    mirror.set_defaults(run=run_mirror, needs_django=False)

    receipt = commands.add_parser(
        "receipt", help="check a kept receipt (.json, .tlog-proof, or the text of a printed code) without a network"
    )
    receipt.add_argument("file", type=Path, metavar="FILE", help="the file; - for what is typed, pasted or read by a scanner")
    receipt.add_argument("--entry", type=Path, help="file with the entry, for a .tlog-proof that does not carry it")
    add_trust(receipt)
    receipt.set_defaults(run=run_receipt, needs_django=False)


def add_trust(command: argparse.ArgumentParser) -> None:
    """What a reader of a log knows from elsewhere; without either it says "trust on first use"."""
    command.add_argument("--vkey", help="the log's key that you know from elsewhere (or a file with it)")
    command.add_argument("--policy", type=Path, help="C2SP tlog-policy file: logs, witnesses, and how many must have signed")


def duration(text: str) -> int:
    """``30s``, ``10m``, ``2h``, ``1d`` → seconds."""
    match = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r}: say 30s, 10m, 2h or 1d")
    return int(match[1]) * _UNITS[match[2]]


def key_text(text: str | None) -> str | None:
    """A verifier key, or the one in a file of that name."""
    try:
        return Path(text).read_text().strip() if text and Path(text).is_file() else text
    except OSError:  # longer than a file's name may be
        return text


def policy_in(path: Path | None) -> "Policy | None":
    """The policy in this file. Raises policy.BadPolicy, also for a file that can't be read."""
    from kheo.openlog.witnessing import policy

    if path is None:
        return None
    try:
        return policy.parse(path.read_bytes())
    except OSError as e:
        raise policy.BadPolicy(f"{path} can't be read: {e.strerror}") from e


def _say(text: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}  {text}", flush=True)


def _shout(text: str) -> None:
    bar = "!" * 78
    print(f"{bar}\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S}  {text}\n{bar}", file=sys.stderr, flush=True)


def _pinned(where: str, given: str | None, kept: Path, policy: "Policy | None") -> "VerifierKey":
    """The log's key: given, kept from the first time, named by a policy, or shown by the log itself, which is said."""
    from kheo.openlog import note, sources, trust, verify

    try:
        known = given or (kept.read_text().strip() if kept.exists() else None)
        if policy and policy.logs:
            with closing(sources.open_source(where or ".")) as source:
                known = trust.key_by(source, policy, known)
        if known:
            return note.VerifierKey.parse(known)
    except note.BadNote as e:
        raise verify.Wrong(None, f"the verifier key: {e}") from e
    with closing(sources.open_source(where)) as source:
        _, key, _ = verify.checkpoint(source, None)
    _say(f"Trust on first use: the key came from the log itself. Compare it with one from elsewhere: {key}")
    return key


def _stopping() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


# Witness ------------------------------------------------------------------------------------------------------------------------------


def run_witness(args: argparse.Namespace) -> int:
    """Watch until stopped, or once."""
    from kheo.openlog import note, sources, verify
    from kheo.openlog.witnessing.policy import BadPolicy
    from kheo.openlog.witnessing.witness import NotOurs, Witness

    if args.status and not (args.data / "log.vkey").exists():
        print(f"There is no witness in {args.data}.", file=sys.stderr)
        return UNREADABLE
    if not args.where and not args.status:
        print("Which log? Say its address: kheo witness https://…/log/", file=sys.stderr)
        return UNREADABLE
    try:
        witness = Witness(args.data, _pinned(args.where, key_text(args.vkey), args.data / "log.vkey", policy_in(args.policy)), args.name)
    except sources.Unreachable as e:
        print(f"The log can't be read: {e}", file=sys.stderr)
        return UNREADABLE
    except (NotOurs, verify.Wrong, note.BadNote, BadPolicy) as e:
        print(f"Nothing is signed. {e}", file=sys.stderr)
        return WRONG
    if args.status:
        lines, code = state_of(witness)
        print("\n".join(lines))
        return code
    if witness.made:
        _say("This witness has a new key. Give this line to those who keep the log, and to your readers:")
        print(f"witness {witness.key.name} {witness.key.verifier}", flush=True)
    if args.once:
        return _look(witness, args.where)
    return _watch(witness, args)


def _look(witness: "Witness", where: str) -> int:
    """One round, told."""
    from kheo.openlog import mirror, sources, verify
    from kheo.openlog.witnessing.witness import NotOurs

    try:
        with closing(sources.open_source(where)) as source:
            for line in witness.round(source, verify.Bar("Copying")):
                _say(line)
    except mirror.Forked as e:
        _shout(
            f"THE LOG SHOWED TWO HISTORIES: {e}. Both signed heads lie in {witness.folder / 'conflicts'}. "
            "Nothing was signed. Keep the folder, tell the other witnesses and your readers (docs/witnessing.md)."
        )
        return FORKED
    except (verify.Wrong, NotOurs) as e:
        _shout(f"The log does NOT hold. {str(e)[:1].upper()}{str(e)[1:]}")
        return WRONG
    except sources.Unreachable as e:
        _say(f"The log can't be read, which says nothing about it: {e}")
        return UNREADABLE
    return HOLDS


def _watch(witness: "Witness", args: argparse.Namespace) -> int:
    from kheo.openlog import serving

    stop, handed_in = _stopping(), threading.Event()

    def post(path: str, body: bytes) -> "Answer":
        if path != "add-checkpoint":
            return serving.NOT_THERE
        answer = witness.add_checkpoint(body)
        if answer.status == 200:
            handed_in.set()
        elif answer.status in (409, 422) and witness.conflicts():
            _shout(f"THE LOG SHOWED TWO HISTORIES: see {witness.folder / 'conflicts'}.")
        return answer

    server = serving.serve(args.host, args.listen, lambda path: answer_for(witness, path), post) if args.listen is not None else None
    if server:
        _say(f"add-checkpoint is answered at http://{args.host}:{server.port}/")
    try:
        while not stop.is_set():
            handed_in.clear()
            _look(witness, args.where)
            # A head that was handed in has grown: the copy follows soon, at most once a minute.
            waited = 0
            while waited < args.every and not stop.wait(1) and not (handed_in.is_set() and waited >= 60):
                waited += 1
    finally:
        if server:
            server.shutdown()
            server.server_close()
    return HOLDS


def state_of(witness: "Witness") -> tuple[list[str], int]:
    """What a witness knows, for people, and the exit code."""
    state, last, kept = witness.state(), witness.status(), witness.conflicts()
    copied = witness.copy.head()
    lines = [f"Witness {witness.key.verifier}", f"watches {witness.log}"]
    lines.append(f"Signed last: {state.size:,} entries on {_when(state.at)}." if not state.first else "Nothing is signed yet.")
    lines.append(f"Copy: {copied[0].size:,} entries." if copied else "There is no copy yet.")
    if last.get("good"):
        lines.append(f"The log was read and held on {_when(last['good'])}.")
    code = HOLDS
    if last.get("unreachable"):
        lines.append(f"It could not be read on {_when(last['at'])}: {last['unreachable']}")
        code = UNREADABLE
    if last.get("fault"):
        lines.append(f"IT DID NOT HOLD on {_when(last['at'])}: {last['fault']}")
        code = WRONG
    if kept:
        lines.append(f"THE LOG SHOWED TWO HISTORIES. {len(kept)} kept:")
        lines += [f"  conflicts/{path.name}: {path.read_text().partition(chr(10))[0]}" for path in kept]
        code = FORKED
    return lines, code


def _when(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def answer_for(witness: "Witness", path: str) -> "Answer":
    """What a witness serves: its state, its key, the head it signed, what it kept, and the copy."""
    from kheo.openlog import serving

    if not path:
        return serving.Answer(200, ("\n".join(state_of(witness)[0]) + "\n").encode())
    if path == "witness.vkey":
        return serving.Answer(200, f"{witness.key.verifier}\n".encode())
    if path == f"{sha256(witness.log.name.encode()).hexdigest()}/checkpoint":
        signed = witness.cosigned()
        return serving.Answer(200, signed.encode()) if signed else serving.NOT_THERE
    if path.startswith("conflicts/"):
        kept = {f"conflicts/{p.name}": p for p in witness.conflicts()}
        return serving.Answer(200, kept[path].read_bytes()) if path in kept else serving.NOT_THERE
    return serving.look(witness.copy.folder, path)


# Mirror -------------------------------------------------------------------------------------------------------------------------------


def run_mirror(args: argparse.Namespace) -> int:
    """Copy once, or until stopped."""
    from kheo.openlog import serving, sources, verify
    from kheo.openlog.mirror import Mirror
    from kheo.openlog.witnessing.policy import BadPolicy

    try:
        policy = policy_in(args.policy)
        mirror = Mirror(args.folder, _pinned(args.where, key_text(args.vkey), args.folder / "vkey", policy), policy)
    except sources.Unreachable as e:
        print(f"The log can't be read: {e}", file=sys.stderr)
        return UNREADABLE
    except (verify.Wrong, BadPolicy) as e:
        print(f"Nothing is copied. {e}", file=sys.stderr)
        return WRONG
    if args.serve is None and args.every is None:
        return _copy(mirror, args.where)
    stop = _stopping()
    server = serving.serve(args.host, args.serve, lambda path: serving.look(args.folder, path)) if args.serve is not None else None
    if server:
        _say(f"The copy is served at http://{args.host}:{server.port}/")
    try:
        while not stop.is_set():
            _copy(mirror, args.where)
            stop.wait(args.every)  # None: until stopped
    finally:
        if server:
            server.shutdown()
            server.server_close()
    return HOLDS


def _copy(mirror: "Mirror", where: str) -> int:
    from kheo.openlog import sources, verify
    from kheo.openlog.mirror import Forked

    try:
        with closing(sources.open_source(where)) as source:
            update = mirror.update(source, verify.Bar("Copying"))
    except Forked as e:
        kept = mirror.folder / "conflict.txt"
        kept.write_text(f"{e}\n\n" + "\n---\n\n".join(e.notes))
        _shout(f"THE LOG SHOWED TWO HISTORIES: {e}. Both signed heads lie in {kept}. The copy stays as it was.")
        return FORKED
    except verify.Wrong as e:
        _shout(f"The log does NOT hold; the copy stays as it was. {str(e)[:1].upper()}{str(e)[1:]}")
        return WRONG
    except sources.Unreachable as e:
        _say(f"The log can't be read, the copy stays as it was: {e}")
        return UNREADABLE
    erased = f", the facts of {update.erased} erased as the log did" if update.erased else ""
    _say(f"{update.head.size:,} entries hold and are copied, {update.new:,} of them new{erased}.")
    return HOLDS


# Receipt ------------------------------------------------------------------------------------------------------------------------------


def run_receipt(args: argparse.Namespace) -> int:
    """0: it holds. 1: it does not. 2: it can't be read."""
    from kheo.openlog import receipt_file
    from kheo.openlog.witnessing import policy

    try:
        asked = policy_in(args.policy)
        leaf = args.entry.read_bytes().removesuffix(b"\n") if args.entry else None
        data = sys.stdin.buffer.read() if str(args.file) == "-" else args.file.read_bytes()
    except (OSError, policy.BadPolicy) as e:
        print(f"Not checked: {e}", file=sys.stderr)
        return UNREADABLE
    try:
        held = receipt_file.check(receipt_file.read(data, leaf), key_text(args.vkey), asked)
    except receipt_file.BadReceipt as e:
        print(f"The receipt does NOT hold: {e}", file=sys.stderr)
        return WRONG
    print("\n".join(held.lines()))
    return HOLDS
