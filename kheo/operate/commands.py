"""``kheo init``, ``serve``, ``migrate``, ``backup``, ``restore``; ``work`` and ``sequence`` are what ``serve`` runs."""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def add_commands(commands: "Commands") -> None:
    """Offer the commands to ``kheo.cli``."""
    init = commands.add_parser("init", help="start an empty real city: tables, keys, units, the first operator")
    init.add_argument("--units", type=Path, metavar="DIR", help="folder with city.toml, boundaries and list; default: Cần Thơ's 103 units")
    init.add_argument("--operator", default="Operator", metavar="NAME", help="what the first operator is called")
    init.add_argument("--email", default="", help="the operator's e-mail address, for codes to sign in")
    init.set_defaults(run=_init)

    serve = commands.add_parser("serve", help="web, worker and sequencer together, until stopped")
    serve.add_argument("--host", default=os.environ.get("KHEO_BIND", "127.0.0.1"), help="address to listen at (KHEO_BIND)")
    serve.add_argument("--port", type=int, default=None, help="port (KHEO_PORT, PORT, else that of KHEO_URL)")
    serve.add_argument("--workers", type=int, default=1, help="web processes")
    serve.add_argument("--threads", type=int, default=4, help="threads of each")
    serve.set_defaults(run=_serve)

    commands.add_parser("migrate", help="bring the tables up to this version").set_defaults(run=_migrate)
    commands.add_parser("work", help="only the worker (mail and other slow work)").set_defaults(run=_work)
    sequence = commands.add_parser("sequence", help="only the sequencer: number what waits")
    sequence.add_argument("--loop", action="store_true", help="until stopped, within a second of each act")
    sequence.set_defaults(run=_sequence)

    backup = commands.add_parser("backup", help="write a consistent copy of everything, also while the city is served")
    backup.add_argument("folder", type=Path, metavar="DIR")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="bring a backup back, erase again what was erased since, verify the log")
    restore.add_argument("folder", type=Path, metavar="DIR")
    restore.add_argument("--replace", action="store_true", help="also where a city is there; its database is kept beside")
    restore.set_defaults(run=_restore)


def _init(args: argparse.Namespace) -> int:
    from kheo.core.actor import Role
    from kheo.openlog import sequencer
    from kheo.operate import backup, prepare
    from kheo.operate.progress import Bar
    from kheo.people.actions import add_person
    from kheo.people.commands import link_for
    from kheo.places.importing import CANTHO, INSTALLER, UnitsError, import_units

    bar = Bar()
    bar("tables", 0, 1)
    prepare.tables()
    bar("tables", 1, 1)
    if not backup.is_empty():
        _say("There is a city here already; nothing was changed. `kheo sign-in-link USER` lets an operator in.")
        return 1
    _say(f"log: {prepare.log_key()}")
    try:
        city = import_units(args.units or CANTHO, tell=lambda done, of: bar("wards and communes", done, of))
    except UnitsError as e:
        _say(str(e))
        return 1
    operator = add_person(INSTALLER, city, args.operator, Role.OPERATOR, email=args.email)
    sequencer.drain()
    print(f"{city.full_name} is ready. The first operator ({operator.username}) signs in here, once, within ten minutes:")
    print(link_for(operator))
    _say("Start it with `kheo serve`. A new link: `kheo sign-in-link " + operator.username + "`")
    return 0


def _port(args: argparse.Namespace) -> int:
    from django.conf import settings

    given = args.port or os.environ.get("KHEO_PORT") or os.environ.get("PORT")
    return int(given) if given else urlsplit(settings.KHEO_URL).port or 8000


def where() -> str:
    """Where it is; of the demo also where its requests are written, for its terminal shows only what went wrong."""
    from django.conf import settings

    written = f"\nEach request is a line in {settings.KHEO_REQUESTS}; here stands only what went wrong." if settings.KHEO_DEMO else ""
    return f"Khéo is at {settings.KHEO_URL}/  (Ctrl-C stops it){written}"


def _serve(args: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError
    from django.db import connection

    from kheo.operate import prepare, serve

    try:
        call_command("check", fail_level="ERROR")
    except SystemCheckError as e:
        _say(str(e))
        return 1
    host, port = args.host, _port(args)
    if serve.answers(host, port):
        _say(f"Port {port} is taken already: choose another one with PORT=…")
        return 1
    try:
        with serve.hold(Path(settings.KHEO_DATA)):
            if n := prepare.tables():
                _say(f"{n} migrations applied")
            prepare.log_key()
            prepare.words()
            if prepare.static_files():
                _say("static files collected")
            connection.close()
            return serve.supervise(
                serve.children(host, port, args.workers, args.threads),
                _say,
                ready=lambda: serve.answers(host, port),
                announce=lambda: _say(where()),
            )
    except serve.AlreadyServed as e:
        _say(str(e))
        return 1


def _migrate(_args: argparse.Namespace) -> int:
    from kheo.operate import prepare

    print(f"{prepare.tables()} migrations applied")
    return 0


def _work(_args: argparse.Namespace) -> int:
    from kheo.operate import worker

    worker.run()
    return 0


def _sequence(args: argparse.Namespace) -> int:
    import signal

    from kheo.openlog import sequencer, witnesses

    if not args.loop:
        print(f"{sequencer.drain()} entries numbered")
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    asking = threading.Thread(target=witnesses.run, args=(stop,), daemon=True, name="witnesses")
    asking.start()
    sequencer.run(stop)
    asking.join(5)
    return 0


def _backup(args: argparse.Namespace) -> int:
    from kheo.operate import backup
    from kheo.operate.progress import Bar

    try:
        manifest = backup.backup(args.folder, Bar())
    except (backup.CannotBackUp, OSError) as e:
        _say(f"No backup: {e}")
        return 1
    print(f"{len(manifest['files'])} files in {args.folder}. They hold keys and private content: keep them as safe as the city itself.")
    return 0


def _restore(args: argparse.Namespace) -> int:
    from kheo.openlog import guard, verify
    from kheo.operate import backup
    from kheo.operate.progress import Bar

    remembered = guard.path().exists()
    try:
        held = backup.restore(args.folder, Bar(), replace=args.replace)
    except (backup.CannotBackUp, backup.AlreadyServed) as e:
        _say(f"Not restored: {e}")
        return 1
    except verify.Wrong as e:
        _say(f"Restored, but the log does NOT hold. {e}")
        return 1
    print(f"Restored. {held} entries hold.")
    if detail := guard.problem():
        _say(f"The public log is READ-ONLY: {detail}.\nBring back a newer backup, or run `kheo log open-epoch --reason …`.")
    elif not remembered:
        # On a new machine nothing outside the backup remembers what was signed last: only a person can know it.
        _say(
            "If the city went on after this backup was made, its log published more than stands here. Then run "
            "`kheo log open-epoch --reason …` before anybody acts, or the log would fork."
        )
    return 0
