"""A policy from elsewhere instead of a key: ``verify``, ``mirror``, ``witness`` and ``log copy`` ask for its log and its witnesses."""

from pathlib import Path

import pytest

from kheo import cli
from kheo.openlog import mirror, serving, sources, verify
from kheo.openlog.tests.keeper import Keeper
from kheo.openlog.tests.test_policy import KEYS, TIME
from kheo.openlog.tests.test_witness import served
from kheo.openlog.witnessing import cosignature
from kheo.openlog.witnessing.witness import Witness


@pytest.fixture
def keeper() -> Keeper:
    return Keeper().add(20)


def cosigned(keeper: Keeper, size: int | None = None, signers: int = 3) -> str:
    head = keeper.head(size)
    return keeper.note(size) + "".join(f"{cosignature.cosign(head, key, TIME)}\n" for key in KEYS[:signers])


@pytest.fixture
def policy(tmp_path: Path, keeper: Keeper) -> str:
    lines = [f"log {keeper.key.verifier}", *(f"witness w{i} {key.verifier}" for i, key in enumerate(KEYS, 1))]
    (tmp_path / "policy").write_text("\n".join([*lines, "group g 3 w1 w2 w3 w4", "quorum g", ""]))
    return str(tmp_path / "policy")


def test_verify_with_a_policy_asks_for_its_witnesses(keeper: Keeper, policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    with served(keeper) as url:
        assert cli.main(["verify", url, "--policy", policy]) == 1
        assert "o quorum of witnesses has signed" in capsys.readouterr().err
        keeper.seen = cosigned(keeper, 15)
        assert cli.main(["verify", url, "--policy", policy]) == 0
        said = capsys.readouterr().out
        assert "The first 15 of 20 entries are witnessed" in said and said.count("Witnessed by w") == 3
        assert "Trust on first use" not in said
        keeper.seen = cosigned(keeper, signers=2)
        assert cli.main(["verify", url, "--policy", policy]) == 1
        assert "asks for more" in capsys.readouterr().err
        keeper.seen = cosigned(keeper.forked(9).add(8))
        assert cli.main(["verify", url, "--policy", policy]) == 1
        assert "TWO HISTORIES" in capsys.readouterr().err
        keeper.seen, keeper.shown = cosigned(keeper), 12
        assert cli.main(["verify", url, "--policy", policy]) == 1
        assert "went back" in capsys.readouterr().err


def test_a_policy_of_another_log_is_not_this_log(keeper: Keeper, policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Keeper("other.example/log").add(3)
    other.seen = cosigned(other)
    with served(other) as url:
        for words in (["verify", url], ["mirror", url, str(tmp_path / "m")], ["witness", url, "--data", str(tmp_path / "w"), "--once"]):
            assert cli.main([*words, "--policy", policy]) == 1
            assert "is not signed by a log that the policy names" in capsys.readouterr().err
            assert cli.main([*words, "--policy", policy, "--vkey", str(other.key.verifier)]) == 1
            assert "he policy names other logs than this key" in capsys.readouterr().err
        assert not (tmp_path / "w" / "state.json").exists() and not (tmp_path / "m" / "checkpoint").exists()
    assert cli.main(["verify", "nowhere", "--policy", str(tmp_path / "none")]) == 2


def test_copies_carry_the_witnessed_line_and_hold_by_the_policy(keeper: Keeper, policy: str, tmp_path: Path) -> None:
    keeper.seen = cosigned(keeper, 15)
    copied, mirrored, watched = (str(tmp_path / name) for name in ("c", "m", "w"))
    with served(keeper) as url:
        assert cli.main(["log", "copy", url, copied, "--policy", policy]) == 0
        assert cli.main(["mirror", url, mirrored, "--policy", policy]) == 0
        assert cli.main(["witness", url, "--data", watched, "--policy", policy, "--once"]) == 0
        assert cli.main(["witness", "--data", watched, "--policy", policy, "--status"]) == 0
    for folder in (copied, mirrored, f"{watched}/copy"):
        assert cli.main(["verify", folder, "--policy", policy]) == 0


def test_what_witnesses_signed_and_the_log_denies_is_two_histories(keeper: Keeper, tmp_path: Path) -> None:
    copy = mirror.Mirror(tmp_path / "m", keeper.key.verifier)
    keeper.seen = cosigned(keeper.forked(9).add(8))
    with pytest.raises(mirror.Forked):
        copy.update(keeper)
    assert copy.head() is None
    keeper.seen = cosigned(keeper)
    copy.update(keeper)
    keeper.seen = "nonsense"
    with pytest.raises(verify.Wrong, match="witnessed line"):
        copy.update(keeper)
    assert sources.Folder(copy.folder).get("witnessed") == cosigned(keeper).encode()


def test_a_witness_does_not_sign_a_log_that_denies_what_others_have_signed(keeper: Keeper, tmp_path: Path) -> None:
    witness = Witness(tmp_path / "w", keeper.key.verifier)
    keeper.seen = cosigned(keeper.forked(9).add(8))
    with pytest.raises(mirror.Forked):
        witness.round(keeper)
    assert witness.state().first
    (kept,) = witness.conflicts()
    assert keeper.note() in kept.read_text() and keeper.seen in kept.read_text()


def test_a_wrong_address_accuses_nobody_and_a_bare_one_finds_the_log(
    keeper: Keeper, policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def get(path: str) -> serving.Answer:
        data = keeper.get(path.removeprefix("log/")) if path.startswith("log/") else None
        return serving.NOT_THERE if data is None else serving.Answer(200, data)

    server = serving.serve("127.0.0.1", 0, get)
    try:
        bare = f"http://127.0.0.1:{server.port}"
        for more in ([], ["--vkey", str(keeper.key.verifier)], ["--policy", policy]):
            assert cli.main(["verify", f"{bare}/elsewhere/", *more]) == 2
            assert "there is no log at this address" in capsys.readouterr().err
        keeper.seen = cosigned(keeper)
        for more in ([], ["--vkey", str(keeper.key.verifier)], ["--policy", policy]):
            assert cli.main(["verify", bare, *more]) == 0
    finally:
        server.shutdown()
        server.server_close()
