"""Replaying: what holds holds, and one flipped byte is found and named."""

import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo import cli
from kheo.openlog import canonical, copying, database, entries, keys, merkle, note, sources, testing, verify
from kheo.openlog.tests.conftest import SIZE

pytestmark = pytest.mark.django_db


def wrong(folder: Path, vkey: str | None = None) -> verify.Wrong:
    with pytest.raises(verify.Wrong) as caught:
        verify.verify(sources.Folder(folder), vkey)
    return caught.value


def flip(path: Path, at: int, bit: int = 1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    path.write_bytes(data)


def position(folder: Path, bundle: str, index: int) -> int:
    """Where entry ``index`` of a bundle begins, behind its length."""
    return len(entries.frame(entries.unframe((folder / bundle).read_bytes())[:index])) + 2


def test_a_whole_log_holds(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", str(copied)]) == 0
    said = capsys.readouterr().out
    assert f"{SIZE} entries hold." in said
    assert "Trust on first use" in said
    assert cli.main(["verify", str(copied), "--vkey", str(keys.verifier())]) == 0
    assert "Trust on first use" not in capsys.readouterr().out
    assert cli.main(["verify", str(copied), "--vkey", str(note.SignerKey.generate("other").verifier)]) == 1
    assert cli.main(["verify", str(copied / "nowhere")]) == 2


@pytest.mark.parametrize("index", [0, 17, 255, 256, SIZE - 1])
def test_a_flipped_byte_in_an_entry_is_named(copied: Path, index: int) -> None:
    bundle = merkle.tile_path("entries", index // 256, 256 if index < 256 else SIZE - 256)
    flip(copied / bundle, position(copied, bundle, index % 256) + 100)
    fault = wrong(copied)
    assert (fault.index, fault.what) == (index, "its bytes are not the ones that were signed")


@pytest.mark.parametrize("index", [0, 255, 256, SIZE - 1])
def test_a_flipped_byte_in_a_tile_is_named(copied: Path, index: int) -> None:
    tile = merkle.tile_path(0, index // 256, 256 if index < 256 else SIZE - 256)
    flip(copied / tile, index % 256 * 32 + 5)
    fault = wrong(copied)
    assert fault.index == index
    assert "its hash in tile/0/" in fault.what


def test_a_flipped_byte_higher_up_is_named(copied: Path) -> None:
    flip(copied / "tile/1/000.p/1", 3)
    fault = wrong(copied)
    assert fault.index == 0
    assert "tile/1/000.p/1" in fault.what


@pytest.mark.parametrize("where", [0, 12, 30, -3, -40])
@pytest.mark.parametrize("index", [0, 256])
def test_a_flipped_byte_in_a_fact_is_named(copied: Path, index: int, where: int) -> None:
    path = copied / ("facts/bundle/000" if index < 256 else f"facts/bundle/001.p/{SIZE - 256}")
    lines = path.read_bytes().split(b"\n")
    line = bytearray(lines[index % 256])
    line[where] ^= 1
    lines[index % 256] = bytes(line)
    path.write_bytes(b"\n".join(lines))
    assert wrong(copied).index == index


def test_every_flipped_byte_of_the_checkpoint_is_found(copied: Path) -> None:
    whole = (copied / "checkpoint").read_bytes()
    for at in range(len(whole)):
        flip(copied / "checkpoint", at)
        assert "checkpoint" in wrong(copied).what
        (copied / "checkpoint").write_bytes(whole)
    verify.verify(sources.Folder(copied))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_anywhere_is_found(copied: Path, data: st.DataObject) -> None:
    files = sorted(p for p in copied.rglob("*") if p.is_file())
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    flip(path, data.draw(st.integers(0, len(whole) - 1)), 1 << data.draw(st.integers(0, 7)))
    try:
        wrong(copied)
    finally:
        path.write_bytes(whole)


def test_missing_pieces_are_found(copied: Path) -> None:
    for path in ("tile/entries/000", "tile/0/000", "tile/1/000.p/1", "facts/bundle/000", "checkpoint", "vkey"):
        kept = (copied / path).read_bytes()
        (copied / path).unlink()
        wrong(copied)
        (copied / path).write_bytes(kept)
    lines = (copied / "facts/bundle/000").read_bytes().split(b"\n")
    lines[9] = b"null"
    (copied / "facts/bundle/000").write_bytes(b"\n".join(lines))
    assert str(wrong(copied)) == "entry 9: its facts are missing and no later entry redacts them"


def rewritten(folder: Path, leaves: list[bytes], lines: list[bytes]) -> Path:
    """A log that its keeper signed, whatever is in it."""
    key, tree = note.SignerKey.generate("keeper"), merkle.Tree()
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    tree.extend(hashes)
    n = len(leaves)
    for path, data in {
        merkle.tile_path("entries", 0, n): entries.frame(leaves),
        merkle.tile_path(0, 0, n): b"".join(hashes),
        f"facts/bundle/000.p/{n}": b"".join(line + b"\n" for line in lines),
        "vkey": str(key.verifier).encode(),
        "checkpoint": note.sign(note.Checkpoint(key.name, n, tree.root()), key).encode(),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def one(**changes: object) -> tuple[bytes, bytes]:
    row = testing.sealed_many(1)[0]
    leaf = {**canonical.decode(row["leaf"]), **changes}
    return canonical.encode({k: v for k, v in leaf.items() if v is not ...}), entries.facts_line(row["facts"], row["facts_salt"])


def test_what_the_keeper_signed_must_still_be_canonical_and_well_formed(tmp_path: Path) -> None:
    leaf, line = one()
    assert verify.verify(sources.Folder(rewritten(tmp_path, [leaf, leaf], [line, line]))).size == 2
    spaced = leaf.replace(b'","', b'", "', 1)
    for bad in (
        spaced,
        leaf.upper(),
        b"{}",
        b"",
        one(v=2)[0],
        one(extra=1)[0],
        one(time="2026-01-01T00:30Z")[0],
        one(verb="A")[0],
        one(id=...)[0],
    ):
        fault = wrong(rewritten(tmp_path, [leaf, bad], [line, b"null"]))
        assert fault.index == 1
    # Facts that were committed to in another spelling.
    salt = bytes(32)
    for content in (b'{"n": 1}', b'{"n":1.0}', b'{"n":1,"n":1}', b'{"n":01}', b'{"b":1,"a":1}', b'{"n":9007199254740993}'):
        bad = one(facts=entries.commit(salt, content))[0]
        fault = wrong(rewritten(tmp_path, [leaf, bad], [line, entries.facts_line(content, salt)]))
        assert fault.index == 1
        assert "canonical" in fault.what
    # The quick way has learnt the shape {"n":…}: odd spellings of it are refused all the same.
    good = entries.facts_line(b'{"n":1}', salt)
    first = one(facts=entries.commit(salt, b'{"n":1}'))[0]
    for content in (b'{"n":-0}', b'{"n":"\\u0041"}', b'{"n":1.0}', b'{"n":1}\r', b'{"n":12345678901234567}'):
        bad = one(facts=entries.commit(salt, content))[0]
        assert wrong(rewritten(tmp_path, [first, bad], [good, entries.facts_line(content, salt)])).index == 1
    # Served without having been committed to; a salt in capital letters.
    assert wrong(rewritten(tmp_path, [leaf, one(facts=...)[0]], [line, line])).index == 1
    assert wrong(rewritten(tmp_path, [first], [good.replace(b"0" * 64, b"A" * 64)])).index == 0


def test_redactions_must_point_back(tmp_path: Path) -> None:
    leaf, line = one()

    def redaction(**clear: object) -> bytes:
        return one(verb="log.redacted", facts=..., clear=clear)[0]

    good = redaction(index=0, part="facts", ground="g", role="operator")
    assert verify.verify(sources.Folder(rewritten(tmp_path, [leaf, good], [b"null", b"null"]))).redacted == 1
    assert wrong(rewritten(tmp_path, [leaf, good], [line, b"null"])).index == 0
    for clear in (
        {"index": 1, "part": "facts"},
        {"index": -1, "part": "facts"},
        {"index": True, "part": "facts"},
        {"index": 0, "part": "clear"},
        {},
    ):
        assert wrong(rewritten(tmp_path, [leaf, redaction(**clear)], [b"null", b"null"])).index == 1


def test_quick_and_slow_agree(db: None) -> None:
    quick = verify.Quick()
    for row in testing.sealed_many(20, clear_every=3):
        leaf, verb = canonical.decode(row["leaf"]), row["verb"].encode()
        if "clear" in leaf:
            quick.learn_clear(verb, leaf["clear"])
        assert quick.leaf(row["leaf"]) == (leaf["facts"].encode(), verb)


def test_the_quick_way_takes_a_clear_part_only_as_the_slow_way_writes_it() -> None:
    clear = {"legs": [{"amount": -5, "unit": "kg"}, {"amount": 5, "unit": "kg"}], "what": "xi măng"}
    leaf = one(facts=..., clear=clear)[0]
    quick = verify.Quick()
    assert quick.leaf(leaf) is None, "an unknown shape goes the slow way"
    quick.learn_clear(canonical.decode(leaf)["verb"].encode(), clear)
    assert quick.leaf(leaf) is not None
    decomposed = unicodedata.normalize("NFD", "măng").encode()
    odd = [
        (b"-5", b"-05"),
        (b"5,", b"5 ,"),
        (b"-5", b"-0"),
        ("măng".encode(), decomposed),
        (b"kg", b"\\u006bg"),
        (b"kg", b"k\xff"),
        (b"xi", b'x"'),
    ]
    for old, new in odd:
        bad = leaf.replace(old, new, 1)
        assert bad != leaf
        assert quick.leaf(bad) is None, new


@pytest.mark.django_db(transaction=True)
def test_over_http_while_the_log_grows(live_server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    testing.append_many(260)
    assert cli.main(["verify", f"{live_server.url}/log/", "--vkey", str(keys.verifier())]) == 0
    assert "260 entries hold." in capsys.readouterr().out
    assert cli.main(["log", "copy", f"{live_server.url}/log/", str(tmp_path / "copy")]) == 0
    assert "260 entries hold." in capsys.readouterr().out
    testing.append_many(5)
    with closing(sources.Server(f"{live_server.url}/log")) as server:
        assert copying.copy(server, tmp_path / "copy") == 265
    assert verify.verify(sources.Folder(tmp_path / "copy")).size == 265
    assert cli.main(["verify", f"{live_server.url}/nothing/"]) == 2  # which accuses nobody


def test_a_redaction_in_the_middle_of_verifying_is_waited_for() -> None:
    """Facts vanish a moment before the redaction has its number: verify asks for a newer checkpoint."""
    from kheo.openlog import redaction, sequencer
    from kheo.openlog.models import Entry

    testing.append_many(3)
    row = Entry.objects.get(index=1)
    redaction._remember({"key": row.key, "index": 1, "part": "facts", "ground": "asked", "role": "operator", "place": ""})
    redaction.replay_redactions()
    source = database.Database()
    source.live = True
    waited = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        sequencer.drain()

    report = verify.verify(source, wait=wait)
    assert (report.size, report.redacted, waited) == (4, 1, [1.0])


def test_a_tree_head_that_an_entry_names_must_be_the_logs_own(copied: Path) -> None:
    """A draw's seed rests on such a head: a keeper who could invent one could choose what is checked."""
    tree, heads = merkle.Tree(), []
    leaves = [leaf for n, w in ((0, 256), (1, 44)) for leaf in entries.unframe((copied / merkle.tile_path("entries", n, w)).read_bytes())]
    for index, leaf in enumerate(leaves, start=1):
        tree.extend([merkle.leaf_hash(leaf)])
        heads.append((index, tree.root().hex(), index))

    class Names:
        verbs: frozenset[str] = frozenset()

        def __init__(self) -> None:
            self.heads = heads

        def see(self, index: int, entry: object) -> None: ...

        def done(self) -> list[str]:
            return ["all heads held"]

    replay = verify.Replay(sources.Folder(copied), audits=[Names()])
    head, key, _ = verify.checkpoint(sources.Folder(copied), None)
    verify.replay_all(replay, head, key)
    verify.check_heads(replay, head)
    for size, root in ((7, heads[8][1]), (256, "00" * 32), (300, "zz" * 32), (301, heads[299][1]), (0, merkle.EMPTY.hex())):
        heads[:] = [(size, root, 42)]
        with pytest.raises(verify.Wrong, match="entry 42: it names"):
            verify.check_heads(replay, head)


def test_the_name_of_a_log_can_not_steer_the_terminal(tmp_path, capsys):
    key = note.SignerKey.generate("log\x9b2J\u202e")
    (tmp_path / "checkpoint").write_text("x")
    assert cli.main(["verify", str(tmp_path), "--vkey", str(key.verifier)]) == 1
    told = capsys.readouterr()
    assert told.err and not set("\x9b\u202e") & set(told.out + told.err)
    signed = note.sign(note.Checkpoint(key.name, 0, merkle.EMPTY), key)
    (tmp_path / "checkpoint").write_text(signed)
    assert cli.main(["verify", str(tmp_path), "--vkey", str(key.verifier)]) == 0
    told = capsys.readouterr()
    assert "\\u009b2J" in told.out and not set("\x9b\u202e") & set(told.out + told.err)
