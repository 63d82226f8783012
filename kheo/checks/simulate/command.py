"""``kheo simulate``."""

import argparse
from pathlib import Path
from typing import Any

from kheo.checks.simulate import words

INFLATED, INVENTED = (0.1, 0.3), (0.02, 0.1)
RUNS, SEED = 200, 1


def _part(text: str) -> float:
    found = float(text)
    if not 0 < found < 10:
        raise ValueError(text)
    return found


def _share(text: str) -> float:
    found = float(text)
    if not 0 < found < 1:
        raise ValueError(text)
    return found


def _count(text: str) -> int:
    found = int(text)
    if not 1 <= found <= 100_000:
        raise ValueError(text)
    return found


def add_to(subparsers: Any) -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "simulate", help="cheat in made-up books, and see what the headline shows and what wrong rules would show"
    )
    parser.add_argument("--inflate", type=_part, nargs="+", default=INFLATED, metavar="PART", help="claims larger by this part (0.1 0.3)")
    parser.add_argument(
        "--invent", type=_share, nargs="+", default=INVENTED, metavar="PART", help="so much of the claims invented (0.02 0.1)"
    )
    parser.add_argument("--runs", type=_count, default=RUNS, help="books for each line (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the made-up books (%(default)s)")
    parser.add_argument("--svg", type=Path, metavar="DIR", help="write the tables as pictures, too")
    parser.add_argument("--lang", choices=words.LANGUAGES, default="en", help="language of tables and pictures (%(default)s)")
    parser.set_defaults(run=run, needs_django=False)


def run(args: argparse.Namespace) -> int:
    """Print both tables."""
    from kheo.checks.simulate import books, charts, tables
    from kheo.openlog.verify import Bar

    stories, ways = tables.measure(args.inflate, args.invent, args.runs, args.seed, Bar("Simulating"))
    lang, say = args.lang, words.say
    print(say(f"{args.runs} books of {books.SIZE} units for each line; what is really there = 100; medians.", lang) + "\n")
    print("\n".join(tables.lines("what was done", stories, claimed=True, lang=lang)))
    print(f"\n{say('The same with other rules, where', lang)} {say(stories[-1].name, lang)}:\n")
    print("\n".join(tables.lines("how the headline is made", ways, claimed=False, lang=lang)))
    if args.svg:
        args.svg.mkdir(parents=True, exist_ok=True)
        for name, drawn in (("headline", charts.headline(stories, lang)), ("wrong-rules", charts.wrong(ways, lang))):
            target = args.svg / (f"{name}.svg" if lang == "en" else f"{name}.{lang}.svg")
            target.write_text(drawn, encoding="utf-8")
            print(f"Written: {target}")
    return 0
