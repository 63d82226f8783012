"""The witness: signs what continues, remembers before it signs, keeps what contradicts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aics_tlog
import pytest

from kheo import cli
from kheo.openlog import mirror, note, serving, sources, verify
from kheo.openlog.outside import answer_for
from kheo.openlog.serving import Answer
from kheo.openlog.tests.keeper import Keeper
from kheo.openlog.witnessing import cosignature, policy
from kheo.openlog.witnessing.witness import SIZE, NotOurs, Witness

NOW = 1_795_492_800


@pytest.fixture
def keeper() -> Keeper:
    return Keeper().add(20)


@pytest.fixture
def witness(tmp_path: Path, keeper: Keeper) -> Witness:
    return open_again(tmp_path, keeper)


def open_again(tmp_path: Path, keeper: Keeper) -> Witness:
    return Witness(tmp_path / "witness", keeper.key.verifier, "w.example/1", clock=lambda: NOW)


def signed_by(witness: Witness, answer: Answer, head: note.Checkpoint) -> int:
    assert answer.status == 200, answer.body
    return cosignature.verify(note.Signature.parse(answer.body.decode().removesuffix("\n")), head, witness.key.verifier)


def kept(witness: Witness) -> list[str]:
    return [path.read_text() for path in witness.conflicts()]


@contextmanager
def served(keeper: Keeper) -> Iterator[str]:
    def get(path: str) -> Answer:
        data = keeper.get(path.removeprefix("log/"))
        return serving.NOT_THERE if data is None else Answer(200, data)

    server = serving.serve("127.0.0.1", 0, get)
    yield f"http://127.0.0.1:{server.port}/log/"
    server.shutdown()
    server.server_close()


# Following ----------------------------------------------------------------------------------------------------------------------------


def test_it_follows_signs_and_keeps_a_copy_that_verifies(tmp_path: Path, keeper: Keeper, witness: Witness) -> None:
    assert witness.round(keeper) == ["cosigned 20 entries, 20 of them new"]
    assert witness.round(keeper) == []
    keeper.add(300)
    assert witness.round(keeper) == ["cosigned 320 entries, 300 of them new"]
    signed = witness.cosigned()
    asked = policy.parse(f"witness w {witness.key.verifier}\nquorum w\n")
    seen = policy.open_witnessed(signed or "", keeper.key.verifier, asked)
    assert (seen.checkpoint, seen.times) == (keeper.head(), {"w": NOW})
    outside = aics_tlog.verify_checkpoint(
        aics_tlog.parse_note(signed or ""),
        aics_tlog.parse_vkey(str(keeper.key.verifier)),
        [aics_tlog.parse_vkey(str(witness.key.verifier))],
        1,
    )
    assert outside.ok, outside
    assert verify.verify(sources.Folder(witness.copy.folder), str(keeper.key.verifier)).size == 320
    assert (tmp_path / "witness" / "witness.key").stat().st_mode & 0o77 == 0


def test_restarted_it_goes_on_with_its_key_and_memory(tmp_path: Path, keeper: Keeper, witness: Witness) -> None:
    witness.round(keeper)
    again = open_again(tmp_path, keeper)
    assert (again.key, again.made, again.state()) == (witness.key, False, witness.state())
    with pytest.raises(NotOurs, match="another log"):
        Witness(tmp_path / "witness", Keeper("other.example/log").key.verifier)
    (tmp_path / "witness" / "state.json").unlink()
    with pytest.raises(NotOurs, match="gone"):
        open_again(tmp_path, keeper)
    (tmp_path / "witness" / "state.json").write_text("{}")
    with pytest.raises(NotOurs, match="can't be read"):
        open_again(tmp_path, keeper)


def test_a_log_that_went_back_is_not_signed(keeper: Keeper, witness: Witness) -> None:
    witness.round(keeper)
    keeper.shown = 12
    with pytest.raises(mirror.Older, match="went back"):
        witness.round(keeper)
    assert (witness.state().size, kept(witness)) == (20, [])
    assert "went back" in witness.status()["fault"]
    keeper.shown = None
    keeper.add()
    witness.round(keeper)
    assert (witness.state().size, witness.status()["fault"]) == (21, "")


@pytest.mark.parametrize(("common", "size"), [(19, 20), (10, 30), (19, 21), (5, 12)])
def test_a_fork_is_kept_and_never_signed(keeper: Keeper, witness: Witness, common: int, size: int) -> None:
    witness.round(keeper)
    other = keeper.forked(common).add(size - common)
    with pytest.raises(mirror.Forked):
        witness.round(other)
    assert witness.state().size == 20
    (text,) = kept(witness)
    assert keeper.note() in text
    assert other.note() in text
    with pytest.raises(mirror.Forked):  # shouted until somebody looked
        witness.round(keeper)


def test_a_log_whose_tiles_lead_nowhere_is_not_signed(keeper: Keeper, witness: Witness) -> None:
    witness.round(keeper)
    old, honest = keeper.leaves, keeper.note
    keeper.add(5)
    keeper.note = lambda size=None: note.sign(note.Checkpoint(keeper.key.name, 25, bytes(32)), keeper.key)  # type: ignore[method-assign]
    with pytest.raises(verify.Wrong, match="do not lead"):
        witness.round(keeper)
    assert (witness.state().size, kept(witness), len(old)) == (20, [], 25)
    keeper.note = honest  # type: ignore[method-assign]
    witness.round(keeper)
    assert witness.state().size == 25


def test_facts_that_vanish_without_a_word_are_shouted(keeper: Keeper, witness: Witness) -> None:
    keeper.lines[3], keeper.live = b"null", False
    with pytest.raises(verify.Wrong, match="entry 3"):
        witness.round(keeper)
    assert "entry 3" in witness.status()["fault"]


# Add-checkpoint -----------------------------------------------------------------------------------------------------------------------


def test_add_checkpoint_as_the_specification_says(keeper: Keeper, witness: Witness) -> None:
    assert signed_by(witness, witness.add_checkpoint(keeper.request(0, 10)), keeper.head(10)) == NOW
    assert signed_by(witness, witness.add_checkpoint(keeper.request(10, 20)), keeper.head(20)) == NOW
    assert signed_by(witness, witness.add_checkpoint(keeper.request(20, 20)), keeper.head(20)) == NOW  # asked twice
    for old in (0, 10, 19):
        answer = witness.add_checkpoint(keeper.request(old, 20))
        assert (answer.status, answer.kind, answer.body) == (409, SIZE, b"20\n")
    keeper.add(5)
    assert witness.add_checkpoint(keeper.request(25, 20, [])).status == 400
    assert witness.add_checkpoint(keeper.request(20, 25, [])).status == 422
    assert witness.add_checkpoint(keeper.request(20, 25, [bytes(32)] * 3)).status == 422
    assert witness.add_checkpoint(keeper.request(20, 20, [bytes(32)])).status == 422
    assert witness.add_checkpoint(Keeper("other.example/log").add(3).request(0)).status == 404
    wrong = keeper.note().rpartition(" ")[0] + " " + note.b64(keeper.key.verifier.id + bytes(64)) + "\n"
    assert witness.add_checkpoint(keeper.request(20, 25, signed=wrong)).status == 403
    stranger = note.sign(keeper.head(), note.SignerKey(keeper.key.name, bytes(32)))
    assert witness.add_checkpoint(keeper.request(20, 25, signed=stranger)).status == 403
    assert witness.state().size == 20
    strange_line = str(cosignature.cosign(keeper.head(), witness.key, 1))
    assert signed_by(witness, witness.add_checkpoint(keeper.request(20, 25, signed=f"{keeper.note()}{strange_line}\n")), keeper.head())
    assert strange_line not in witness.state().note


@pytest.mark.parametrize(
    "change",
    [
        lambda r: b"",
        lambda r: b"\xff" + r,
        lambda r: r.replace(b"old 0", b"old 00"),
        lambda r: r.replace(b"old 0", b"old -1"),
        lambda r: r.replace(b"old 0", b"older 0"),
        lambda r: r.replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n", 1).replace(b"AAA=", b"AAB="),
        lambda r: r.replace(b"\n\n", b"\nAAAA\n\n", 1),
        lambda r: r.replace(b"\n\n", b"\n" + (b"A" * 43 + b"=\n") * 64 + b"\n", 1),
        lambda r: r.replace(b"\n\n", b"\n", 1),
        lambda r: r[:-1],
        lambda r: r.replace(b"\n20\n", b"\n020\n"),
    ],
)
def test_what_is_no_request(keeper: Keeper, witness: Witness, change: object) -> None:
    assert witness.add_checkpoint(change(keeper.request(0))).status == 400  # type: ignore[operator]
    assert witness.state().first


def test_an_empty_log_can_be_signed_once_and_only_empty(keeper: Keeper, witness: Witness) -> None:
    odd = note.sign(note.Checkpoint(keeper.key.name, 0, bytes(32)), keeper.key)
    assert witness.add_checkpoint(keeper.request(0, 0, signed=odd)).status == 422
    assert witness.add_checkpoint(keeper.request(0, 0)).status == 200
    assert witness.add_checkpoint(keeper.request(0, 0, signed=odd)).status == 409
    assert witness.add_checkpoint(keeper.request(0, 5, [bytes(32)])).status == 422
    assert witness.add_checkpoint(keeper.request(0, 5)).status == 200


def test_forks_that_are_handed_in_are_kept(keeper: Keeper, witness: Witness) -> None:
    witness.round(keeper)
    other = keeper.forked(10).add(10)
    assert witness.add_checkpoint(other.request(20)).status == 409  # the same size
    assert len(kept(witness)) == 1
    assert witness.add_checkpoint(other.request(10, 15)).body == b"20\n"  # one from before: our copy refutes it
    assert len(kept(witness)) == 2
    assert witness.add_checkpoint(keeper.request(10, 15)).body == b"20\n"  # an honest old one is none
    assert len(kept(witness)) == 2


def test_a_head_without_a_proof_is_looked_at_in_the_next_round(keeper: Keeper, witness: Witness) -> None:
    witness.round(keeper)
    forged = keeper.forked(10).add(15)
    keeper.add(5)
    for honest in (keeper.request(20, 25, [bytes(32)] * 3), forged.request(20, 25)):
        assert witness.add_checkpoint(honest).status == 422
    assert len(list((witness.folder / "unproven").iterdir())) == 2
    assert kept(witness) == []
    with pytest.raises(mirror.Forked):
        witness.round(keeper)
    (text,) = kept(witness)
    assert forged.note() in text
    assert list((witness.folder / "unproven").iterdir()) == []
    assert witness.state().size == 25


def test_it_remembers_before_it_signs(tmp_path: Path, keeper: Keeper, witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Witness, "_sign", die)
        with pytest.raises(KeyboardInterrupt):
            witness.add_checkpoint(keeper.request(0, 20))
    again = open_again(tmp_path, keeper)
    assert again.state().size == 20
    # The other history of that size is refused although nothing was ever answered for the first one.
    assert again.add_checkpoint(keeper.forked(10).add(10).request(20)).status == 409
    signed_by(again, again.add_checkpoint(keeper.request(20, 20)), keeper.head())


def test_killed_while_it_writes_it_has_not_signed(
    tmp_path: Path, keeper: Keeper, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness.add_checkpoint(keeper.request(0, 10))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            witness.add_checkpoint(keeper.request(10, 20))
    again = open_again(tmp_path, keeper)
    assert again.add_checkpoint(keeper.request(0, 20)).body == b"10\n"
    assert again.add_checkpoint(keeper.request(10, 20)).status == 200


def test_its_times_never_go_back(tmp_path: Path, keeper: Keeper) -> None:
    times = iter([NOW, NOW - 5000, NOW + 7])
    witness = Witness(tmp_path / "w", keeper.key.verifier, clock=lambda: next(times))
    said = [signed_by(witness, witness.add_checkpoint(keeper.request(a, b)), keeper.head(b)) for a, b in ((0, 5), (5, 6), (6, 7))]
    assert said == [NOW, NOW, NOW + 7]


def test_many_at_once_over_http_never_sign_a_smaller_log_after_a_larger(tmp_path: Path, keeper: Keeper) -> None:
    # Two witnesses over one folder stand for two processes; both answer, and what they remember only grows.
    pair = [open_again(tmp_path, keeper) for _ in range(2)]
    grown: list[int] = []
    for one in pair:
        persist = one._persist
        one._persist = lambda head, signed, persist=persist: (grown.append(head.size), persist(head, signed))[1]  # type: ignore[method-assign]
    assert pair[0].add_checkpoint(keeper.request(0, 1)).status == 200
    servers = [
        serving.serve("127.0.0.1", 0, lambda path, w=w: answer_for(w, path), lambda _, body, w=w: w.add_checkpoint(body)) for w in pair
    ]
    answers: list[tuple[int, int]] = []

    def hand_in(size: int) -> None:
        from kheo.openlog import witnesses

        said = witnesses.post(f"http://127.0.0.1:{servers[size % 2].port}", keeper.request(1, size))
        answers.append((size, said.status))
        if said.status == 200:
            line = note.Signature.parse(said.body.removesuffix("\n"))
            cosignature.verify(line, keeper.head(size), pair[0].key.verifier)

    threads = [threading.Thread(target=hand_in, args=(size,)) for size in range(2, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.shutdown()
        server.server_close()
    assert grown == sorted(grown)
    assert sorted(status for _, status in answers) == [200] + [409] * 11
    assert pair[0].state() == pair[1].state()


# The command --------------------------------------------------------------------------------------------------------------------------


def test_the_command_and_its_exit_codes(tmp_path: Path, keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "w")]
    with served(keeper) as url:
        assert cli.main(["witness", *data, "--status"]) == 2
        assert cli.main(["witness", *data, "--once"]) == 2
        assert cli.main(["witness", url, *data, "--vkey", "nonsense", "--once"]) == 1
        assert cli.main(["witness", url, *data, "--once", "--name", "bao.example/w"]) == 0
        said = capsys.readouterr().out
        assert "Trust on first use" in said
        assert "witness bao.example/w bao.example/w+" in said
        assert cli.main(["witness", url, *data, "--vkey", str(keeper.key.verifier), "--once"]) == 0
        assert cli.main(["witness", *data, "--status"]) == 0
        assert "Signed last: 20 entries" in capsys.readouterr().out
        keeper.shown = 3
        assert cli.main(["witness", url, *data, "--once"]) == 1
        assert cli.main(["witness", *data, "--status"]) == 1
        keeper.shown = None
        keeper.leaves[19] = keeper.leaves[0]
        keeper.add()
        assert cli.main(["witness", url, *data, "--once"]) == 3
        assert "TWO HISTORIES" in capsys.readouterr().err
        assert cli.main(["witness", *data, "--status"]) == 3
    assert cli.main(["witness", url, *data, "--once"]) == 2


def test_what_it_serves(keeper: Keeper, witness: Witness) -> None:
    from hashlib import sha256

    assert answer_for(witness, f"{sha256(keeper.key.name.encode()).hexdigest()}/checkpoint").status == 404
    witness.round(keeper)
    shown = answer_for(witness, f"{sha256(keeper.key.name.encode()).hexdigest()}/checkpoint")
    assert shown.body.decode() == witness.cosigned()
    assert answer_for(witness, "witness.vkey").body.decode().strip() == str(witness.key.verifier)
    assert answer_for(witness, "checkpoint").body == keeper.get("checkpoint")
    assert b"Signed last: 20 entries" in answer_for(witness, "").body
    for path in ("witness.key", "state.json", "../witness.key", "conflicts/../witness.key", "tile/../witness.key"):
        assert answer_for(witness, path).status == 404, path
    with pytest.raises(mirror.Forked):
        witness.round(keeper.forked(10).add(10))
    assert answer_for(witness, f"conflicts/{witness.conflicts()[0].name}").status == 200
