"""``kheo places build-map``."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: "Commands") -> None:
    """Commands on the list of places."""
    places = commands.add_parser("places", help="the units of a city: build-map").add_subparsers(required=True, metavar="WHAT")
    build = places.add_parser("build-map", help="cut the boundaries of a units folder into the home map")
    build.add_argument("folder", nargs="?", type=Path, help="folder with city.toml; Cần Thơ's when none is named")
    build.add_argument("--out", type=Path, help="file to write; default map.json in that folder")
    build.set_defaults(run=_build_map)


def _build_map(args: argparse.Namespace) -> None:
    from kheo.places.importing import CANTHO
    from kheo.places.map import build_city_map

    folder = args.folder or CANTHO
    out = args.out or folder / "map.json"
    data = build_city_map(folder)
    out.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{out}: {len(data['units'])} units, {out.stat().st_size:,} bytes")
