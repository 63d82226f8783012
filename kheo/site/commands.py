"""``kheo demo``: build the demo city once, then serve it."""

import argparse
import os
import sys
import time


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``demo``."""
    demo = commands.add_parser("demo", help="build the demo city in KHEO_DATA (once) and serve it")
    demo.add_argument("--build-only", action="store_true", help="build it and stop")
    # Settings read the environment when Django is set up, so the demo says what it is before that.
    demo.set_defaults(run=_demo, needs_django=False)


STEPS = {"units": "wards and communes", "places": "areas, sites, people", "year": "a year of work"}


class Bar:
    """One line per step with a bar that moves; plain lines where nobody watches."""

    def __init__(self) -> None:
        self.step, self.last, self.live = "", 0.0, sys.stderr.isatty()

    def __call__(self, step: str, done: int, of: int) -> None:
        now = time.monotonic()
        if step == self.step and done < of and now - self.last < (0.1 if self.live else 5):
            return
        self.step, self.last = step, now
        full = done * 30 // of
        line = f"  {STEPS[step]:<24} [{'█' * full}{'·' * (30 - full)}] {done}/{of}"
        end = "\n" if done == of or not self.live else ""
        sys.stderr.write(f"\r{line}{end}" if self.live else f"{line}\n")
        sys.stderr.flush()


def _demo(args: argparse.Namespace) -> int:
    os.environ["KHEO_DEMO"] = "1"
    import django

    django.setup()
    from django.core.management import call_command

    from kheo.cli import main
    from kheo.site.demo import build, built

    if not built.is_built():
        call_command("migrate", verbosity=0)
        print("Building the demo city of Cần Thơ (about a minute, once) …", file=sys.stderr)
        try:
            summary = build.build(Bar())
        except build.NotADemo as e:
            print(e, file=sys.stderr)
            return 1
        print(f"  {summary['events']} events told, {summary['entries']} entries in the public log", file=sys.stderr)
    return 0 if args.build_only else main(["serve"])
