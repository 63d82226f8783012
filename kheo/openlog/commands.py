"""``kheo verify`` and ``kheo log …``."""

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from kheo.openlog import outside
from kheo.openlog.outside import add_trust, key_text


def add_commands(subparsers: Any) -> None:
    """Offer the commands to ``kheo.cli``."""
    verify = subparsers.add_parser("verify", help="replay a public log: every entry, tile, fact and signature")
    verify.add_argument("where", metavar="URL|DIR", help="address of a log (https://…/log/) or a folder with a copy")
    add_trust(verify)
    verify.set_defaults(run=run_verify, needs_django=False)
    outside.add_commands(subparsers)

    log = subparsers.add_parser("log", help="the public log: copy, status, key, epochs, erasure").add_subparsers(
        metavar="WHAT", required=True
    )
    copy = log.add_parser("copy", help="copy a log into a folder, to verify it there and later")
    copy.add_argument("where", metavar="URL")
    copy.add_argument("folder", metavar="DIR", type=Path)
    add_trust(copy)
    copy.set_defaults(run=run_copy, needs_django=False)
    log.add_parser("status", help="size, what waits, and whether the log is read-only").set_defaults(run=run_status)
    log.add_parser("vkey", help="print this log's key for others to keep").set_defaults(run=run_vkey)
    log.add_parser("sequence", help="number everything that waits, now").set_defaults(run=run_sequence)
    log.add_parser("check", help="verify the database's own rows").set_defaults(run=run_check)
    epoch = log.add_parser("open-epoch", help="after a restore that went back in time: open a new log that names the old one")
    epoch.add_argument("--reason", required=True, help="stands in the log for ever")
    epoch.set_defaults(run=run_open_epoch)
    redact = log.add_parser("redact", help="erase private content or facts of an entry, with the ground, and log it")
    redact.add_argument("index", type=int)
    redact.add_argument("--part", choices=("private", "facts"), required=True)
    redact.add_argument("--ground", required=True, help="why, in public words without names")
    redact.set_defaults(run=run_redact)


def run_verify(args: argparse.Namespace) -> int:
    """Exit code 0: it holds. 1: it does not. 2: it can't be read."""
    from kheo.openlog import sources, trust, verify
    from kheo.openlog.witnessing.policy import BadPolicy

    try:
        policy = outside.policy_in(args.policy)
        with closing(sources.open_source(args.where)) as source:
            key = trust.key_by(source, policy, key_text(args.vkey)) if policy else key_text(args.vkey)
            seen = trust.witnessed(source, key, policy) if key and policy else None
            report = verify.verify(source, key, progress=verify.Bar("Verifying"))
            if seen:
                trust.prove_part(source, seen, report.size, report.root)
    except BadPolicy as e:
        print(f"Not verified: {e}", file=sys.stderr)
        return 2
    except verify.Wrong as e:
        print(f"The log does NOT hold. {str(e)[:1].upper()}{str(e)[1:]}", file=sys.stderr)
        return 1
    except sources.Unreachable as e:
        print(f"The log can't be read: {e}", file=sys.stderr)
        return 2
    print("\n".join(report.lines()))
    if seen and policy:
        print("\n".join(trust.told(seen, report.size, policy)))
    return 0


def run_copy(args: argparse.Namespace) -> int:
    """Copy, then verify the copy."""
    from kheo.openlog import copying, sources, trust, verify
    from kheo.openlog.witnessing.policy import BadPolicy

    try:
        policy = outside.policy_in(args.policy)
        with closing(sources.open_source(args.where)) as source:
            key = trust.key_by(source, policy, key_text(args.vkey)) if policy else key_text(args.vkey)
            copying.copy(source, args.folder, key, verify.Bar("Copying"))
    except (verify.Wrong, sources.Unreachable, BadPolicy) as e:
        print(f"The log can't be copied: {e}", file=sys.stderr)
        return 1
    return run_verify(argparse.Namespace(where=str(args.folder), vkey=args.vkey, policy=args.policy))


def run_status(args: argparse.Namespace) -> int:
    """Exit code 1 when the log is read-only."""
    from kheo.openlog import guard, keys, sequencer, stored

    size, root = stored.head()
    print(f"{keys.ensure_keys().name}: {size} entries signed, {sequencer.lag()} wait for their number, root {root.hex()}")
    if detail := guard.problem():
        print(f"READ-ONLY: {detail}. Bring back the right database, or run `kheo log open-epoch --reason …`.", file=sys.stderr)
        return 1
    return 0


def run_vkey(args: argparse.Namespace) -> int:
    """Print the verifier key."""
    from kheo.openlog import keys

    print(keys.ensure_keys().verifier)
    return 0


def run_sequence(args: argparse.Namespace) -> int:
    """Number what waits."""
    from kheo.openlog import guard, sequencer

    try:
        print(f"{sequencer.drain()} entries got their number.")
    except guard.LogReadOnly as e:
        print(f"READ-ONLY: {e.detail}", file=sys.stderr)
        return 1
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Verify the rows."""
    from kheo.openlog import database, verify

    try:
        report = database.verify_database(verify.Bar("Verifying"))
    except verify.Wrong as e:
        print(f"The log does NOT hold. {e}", file=sys.stderr)
        return 1
    print("\n".join(report.lines()))
    return 0


def run_open_epoch(args: argparse.Namespace) -> int:
    """Open a new epoch."""
    from kheo.openlog import epochs, keys

    try:
        name = epochs.open_epoch(args.reason)
    except (ValueError, keys.NoKey) as e:
        print(e, file=sys.stderr)
        return 1
    print(f"A new log is open: {name}. Give its key to those who keep the old one:\n{keys.verifier()}")
    return 0


def run_redact(args: argparse.Namespace) -> int:
    """Erase as the operator."""
    from kheo.core.actor import Actor, Grant, Role
    from kheo.core.rules import Invalid, Refused
    from kheo.openlog import redaction
    from kheo.openlog.models import Entry

    operator = Actor(key="operator", grants=(Grant(Role.OPERATOR, "/"),))
    entry = Entry.objects.filter(index=args.index).first()
    if entry is None:
        print(f"There is no entry {args.index}.", file=sys.stderr)
        return 1
    try:
        redaction.redact(operator, entry, args.part, args.ground, Role.OPERATOR.value)
    except (Refused, Invalid) as e:
        print(e, file=sys.stderr)
        return 1
    print(f"Erased: the {args.part} content of entry {args.index}. The log says so; copies already taken can't be called back.")
    return 0
