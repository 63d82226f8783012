"""Copying a log into a folder with the same layout, for keeping a second eye on it. No Django."""

from pathlib import Path

from kheo.openlog import merkle, verify
from kheo.openlog.sources import Source


def paths(size: int) -> list[str]:
    """Every path that a copy of a log of ``size`` entries needs, without checkpoint and key."""
    found = []
    level = 0
    while count := size >> (8 * level):
        full, rest = divmod(count, merkle.TILE)
        tiles = [(number, merkle.TILE) for number in range(full)] + ([(full, rest)] if rest else [])
        found += [merkle.tile_path(level, number, width) for number, width in tiles]
        if level == 0:
            found += [merkle.tile_path("entries", number, width) for number, width in tiles]
            found += ["facts/bundle/" + merkle.tile_path("", number, width).removeprefix("tile//") for number, width in tiles]
        level += 1
    return found


def copy(source: Source, folder: Path, vkey: str | None = None, progress: verify.Progress = lambda done, of: None) -> int:
    """Copy a log; full tiles that are there already are not fetched again. Returns its size. The checkpoint comes last."""
    seen = source.get("witnessed")  # before the checkpoint, which is then the larger one
    head, key, signed = verify.checkpoint(source, vkey)
    wanted = paths(head.size)
    for done, path in enumerate(wanted, 1):
        target = folder / path
        if not (path.startswith("tile/") and ".p/" not in path and target.exists()):
            data = source.get(path)
            if data is None:
                raise verify.Wrong(None, f"{path} is not there")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        progress(done, len(wanted))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vkey").write_text(f"{key}\n")
    if seen is not None:
        (folder / "witnessed").write_bytes(seen)
    (folder / "checkpoint").write_bytes(signed)
    return head.size
