"""The mirror: proven before it is kept, goes on where it stopped, forgets what the log forgot, serves without the log."""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from kheo import cli
from kheo.openlog import copying, mirror, serving, sources, verify
from kheo.openlog.tests.keeper import Keeper
from kheo.openlog.tests.test_witness import served


@pytest.fixture
def keeper() -> Keeper:
    return Keeper().add(300)


@pytest.fixture
def copy(tmp_path: Path, keeper: Keeper) -> mirror.Mirror:
    return mirror.Mirror(tmp_path / "copy", keeper.key.verifier)


def holds(copy: mirror.Mirror, size: int) -> None:
    assert verify.verify(sources.Folder(copy.folder), str(copy.key)).size == size


def files(copy: mirror.Mirror) -> set[str]:
    return {p.relative_to(copy.folder).as_posix() for p in copy.folder.rglob("*") if p.is_file()} - {".lock"}


class Counted:
    """A source that counts what is asked, and dies after so many answers."""

    live = True

    def __init__(self, keeper: Keeper, dies_after: int = 10**9) -> None:
        self.keeper, self.left, self.asked = keeper, dies_after, []  # type: ignore[var-annotated]

    def get(self, path: str) -> bytes | None:
        self.asked.append(path)
        self.left -= 1
        if self.left < 0:
            raise sources.Unreachable("gone")
        return self.keeper.get(path)


def test_it_grows_with_the_log_and_is_always_whole(keeper: Keeper, copy: mirror.Mirror) -> None:
    assert copy.update(keeper).new == 300
    for more in (0, 1, 211, 300):
        keeper.add(more)
        assert copy.update(keeper).new == more
        holds(copy, keeper.size)
        assert files(copy) == {*copying.paths(keeper.size), "checkpoint", "vkey"}
    source = Counted(keeper)
    keeper.add(1)
    copy.update(source)
    assert not [path for path in source.asked if path.startswith(("tile/entries/000", "facts/bundle/000"))]


def test_what_the_log_erased_is_erased_from_the_copy(keeper: Keeper, copy: mirror.Mirror) -> None:
    copy.update(keeper)
    line = keeper.lines[7]
    secret = keeper.lines[270]
    keeper.redact(7)
    keeper.redact(270)
    update = copy.update(keeper)
    assert (update.new, update.erased) == (2, 1)  # the second stood in a partial bundle, which came anew
    for path in files(copy):
        data = (copy.folder / path).read_bytes()
        assert line not in data, path
        assert secret not in data, path
    holds(copy, 302)
    gone = serving.look(copy.folder, "facts/7.json")
    assert (gone.status, json.loads(gone.body)) == (410, {"redacted_by": 300, "index": 7, "part": "facts"})


def test_facts_that_are_served_after_their_redaction_stop_the_copy(keeper: Keeper, copy: mirror.Mirror) -> None:
    copy.update(keeper)
    line = keeper.lines[7]
    keeper.redact(7)
    keeper.lines[7] = line
    with pytest.raises(verify.Wrong, match="redacts them"):
        copy.update(keeper)
    assert copy.head()[0].size == 300  # type: ignore[index]


def test_an_interrupted_copy_goes_on(keeper: Keeper, copy: mirror.Mirror) -> None:
    keeper.add(300)
    with pytest.raises(sources.Unreachable):
        copy.update(Counted(keeper, 7))
    assert copy.head() is None
    source = Counted(keeper)
    copy.update(source)
    assert "tile/entries/000" not in source.asked
    holds(copy, 600)
    assert not list((copy.folder / "incoming").rglob("*"))


def test_what_was_fetched_wrong_is_not_kept(keeper: Keeper, copy: mirror.Mirror) -> None:
    honest = keeper.leaves[5]
    keeper_note = keeper.note()
    keeper.leaves[5] = honest.replace(b'"place":"x"', b'"place":"y"')
    keeper.note = lambda size=None: keeper_note  # type: ignore[method-assign]
    with pytest.raises(verify.Wrong):
        copy.update(keeper)
    keeper.leaves[5] = honest
    assert copy.update(keeper).new == 300
    holds(copy, 300)


@pytest.mark.parametrize("killed_at", range(1, 14, 3))
def test_killed_at_any_step_it_holds_and_goes_on(
    keeper: Keeper, copy: mirror.Mirror, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    copy.update(keeper)
    keeper.add(250)
    keeper.redact(7)
    left = killed_at
    replace = Path.replace

    def die(path: Path, target: Path) -> Path:
        nonlocal left
        if "incoming" not in os.fspath(target):
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", die)
        try:
            copy.update(keeper)
        except KeyboardInterrupt:
            assert copy.tiles().root_at(copy.tiles().size) == keeper.head(copy.tiles().size).root
    copy.update(keeper)
    holds(copy, 551)
    assert files(copy) - {"redacted.json"} == {*copying.paths(551), "checkpoint", "vkey"}


def test_a_damaged_copy_is_made_anew(keeper: Keeper, copy: mirror.Mirror) -> None:
    copy.update(keeper)
    (copy.folder / "tile/0/001.p/44").write_bytes(bytes(44 * 32))
    keeper.add(1)
    copy.update(keeper)
    holds(copy, 301)


def test_another_history_or_another_log_changes_nothing(keeper: Keeper, copy: mirror.Mirror) -> None:
    copy.update(keeper)
    for other in (keeper.forked(100).add(250), keeper.forked(299).add(1), keeper.forked(200)):
        with pytest.raises(verify.Wrong):
            copy.update(other)
        holds(copy, 300)
    with pytest.raises(mirror.Forked):
        copy.update(keeper.forked(100).add(20))  # older, and no part of ours
    with pytest.raises(verify.Wrong, match="another log"):
        mirror.Mirror(copy.folder, Keeper("other.example/log").key.verifier).update(Keeper("other.example/log").add())


def test_it_serves_as_the_log_does(keeper: Keeper, copy: mirror.Mirror) -> None:
    copy.update(keeper)
    server = serving.serve("127.0.0.1", 0, lambda path: serving.look(copy.folder, path))
    try:
        with closing(sources.Server(f"http://127.0.0.1:{server.port}/log/")) as source:
            assert verify.verify(source, str(copy.key)).size == 300
            assert source.get("tile/0/001.p/20") == keeper.get("tile/0/001.p/20")  # cut from a wider one
            assert source.get("tile/entries/001.p/20") == keeper.get("tile/entries/001.p/20")
            assert source.get("facts/bundle/000.p/9") == keeper.get("facts/bundle/000.p/9")
            assert source.get("facts/299.json") == keeper.lines[299]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("path", "status", "kind", "cache"),
    [
        ("checkpoint", 200, "text/plain; charset=utf-8", "no-store"),
        ("log/vkey", 200, "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", 200, "application/octet-stream", serving.FOREVER),
        ("tile/entries/001.p/44", 200, "application/octet-stream", serving.FOREVER),
        ("facts/bundle/000", 200, "application/x-ndjson", "no-cache"),
        ("facts/3.json", 200, "application/json", "no-cache"),
        *[(path, 404, "text/plain; charset=utf-8", "no-store") for path in (
            "", "tile/0/001", "tile/0/001.p/45", "tile/8/000", "tile/0/../0/000", "../checkpoint", "tile/0/000.p/256", "facts/03.json",
            "facts/300.json", "redacted.json", "incoming/tile/0/000", "tile/x/000", "facts/bundle/../../vkey",
        )],
    ],
)  # fmt: skip
def test_paths_and_types(keeper: Keeper, copy: mirror.Mirror, path: str, status: int, kind: str, cache: str) -> None:
    copy.update(keeper)
    answer = serving.look(copy.folder, path)
    assert (answer.status, answer.kind, answer.cache) == (status, kind, cache)


def test_the_command(tmp_path: Path, keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "m")
    with served(keeper) as url:
        assert cli.main(["mirror", url, folder, "--vkey", "nonsense"]) == 1
        assert cli.main(["mirror", url, folder]) == 0
        assert "Trust on first use" in capsys.readouterr().out
        keeper.redact(3)
        assert cli.main(["mirror", url, folder]) == 0
        assert "301 entries hold and are copied, 1 of them new, the facts of 1 erased" in capsys.readouterr().out
        assert cli.main(["verify", folder, "--vkey", str(keeper.key.verifier)]) == 0
        keeper.leaves[9] = keeper.leaves[8]
        assert cli.main(["mirror", url, folder]) == 3
    assert "TWO HISTORIES" in capsys.readouterr().err
    assert cli.main(["mirror", url, folder]) == 2
    assert (Path(folder) / "conflict.txt").read_text().count(keeper.key.name) >= 2
