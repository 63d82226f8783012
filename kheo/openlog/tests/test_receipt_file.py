"""A receipt at home: holds without a network, with a key or a policy from elsewhere; anything changed is refused."""

import copy
import json
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from kheo import cli
from kheo.openlog import canonical, entries, merkle, note, receipt_file
from kheo.openlog.tests.keeper import Keeper
from kheo.openlog.tests.test_policy import KEYS, TIME
from kheo.openlog.witnessing import cosignature

KEEPER = Keeper().add(11)
VKEY = str(KEEPER.key.verifier)
LINES = "".join(f"{cosignature.cosign(KEEPER.head(), key, TIME)}\n" for key in KEYS[:3])
POLICY = f"log {VKEY}\n" + "".join(f"witness w{i} {key.verifier}\n" for i, key in enumerate(KEYS, 1)) + "group g 3 w1 w2 w3 w4\nquorum g\n"


def plain(index: int = 4, witnessed: bool = False) -> dict[str, Any]:
    """A .json receipt as the log writes it."""
    proof = KEEPER.receipt(index)
    facts, salt = entries.parse_facts_line(KEEPER.lines[index])
    return {
        "index": index,
        "entry": canonical.decode(KEEPER.leaves[index]),
        "served": {"facts": canonical.decode(facts), "salt": salt.hex()},
        "log": "https://keeper.example/log/",
        "vkey": VKEY,
        "proof": [note.b64(h) for h in proof.hashes],
        "checkpoint": KEEPER.note() + (LINES if witnessed else ""),
    }


def lay(tmp_path: Path, content: str, name: str = "kept.json") -> str:
    (tmp_path / name).write_text(content)
    return str(tmp_path / name)


def tlog_proof(content: dict[str, Any], carry: bool = True) -> str:
    extra = canonical.encode({k: content[k] for k in ("entry", "served", "vkey", "log")}) if carry else b""
    return note.format_proof(content["index"], [note.unb64(h) for h in content["proof"]], content["checkpoint"], extra)


def test_a_receipt_holds_with_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in (json.dumps(plain(), indent=1, ensure_ascii=False), tlog_proof(plain())):
        assert cli.main(["receipt", lay(tmp_path, text), "--vkey", VKEY]) == 0
        said = capsys.readouterr().out
        assert "entry 4 of 11" in said
        assert "quantity: 4" in said
        assert "Trust on first use" not in said
        assert cli.main(["receipt", lay(tmp_path, text), "--vkey", str(Keeper("other").key.verifier)]) == 1


def test_without_a_key_it_says_what_that_is_worth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["receipt", lay(tmp_path, json.dumps(plain()))]) == 0
    assert "Trust on first use" in capsys.readouterr().out
    bare = {k: v for k, v in plain().items() if k != "vkey"}
    assert cli.main(["receipt", lay(tmp_path, json.dumps(bare))]) == 1


def test_a_policy_asks_for_its_witnesses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = lay(tmp_path, POLICY, "policy")
    seen = lay(tmp_path, tlog_proof(plain(witnessed=True)), "seen.tlog-proof")
    assert cli.main(["receipt", seen, "--policy", policy]) == 0
    said = capsys.readouterr().out
    assert said.count("Witnessed by w") == 3
    assert "Trust on first use" not in said
    assert cli.main(["receipt", lay(tmp_path, tlog_proof(plain())), "--policy", policy]) == 1
    assert "asks for more" in capsys.readouterr().err
    assert cli.main(["receipt", seen, "--vkey", VKEY]) == 0
    assert "3 more signatures by keys that you did not name" in capsys.readouterr().out
    weak = lay(tmp_path, POLICY.replace("group g 3", "group g 2"), "weak")
    assert cli.main(["receipt", seen, "--policy", weak]) == 0
    assert "Weak policy: two quorums can have no witness in common" in capsys.readouterr().out
    assert cli.main(["receipt", seen, "--policy", lay(tmp_path, "quorum", "bad")]) == 2
    assert cli.main(["receipt", str(tmp_path / "nowhere")]) == 2


def test_a_proof_without_its_entry_takes_it_from_a_file(tmp_path: Path) -> None:
    bare = lay(tmp_path, tlog_proof(plain(), carry=False), "bare.tlog-proof")
    assert cli.main(["receipt", bare, "--vkey", VKEY]) == 1
    (tmp_path / "entry").write_bytes(KEEPER.leaves[4] + b"\n")
    assert cli.main(["receipt", bare, "--vkey", VKEY, "--entry", str(tmp_path / "entry")]) == 0
    (tmp_path / "entry").write_bytes(KEEPER.leaves[5])
    assert cli.main(["receipt", bare, "--vkey", VKEY, "--entry", str(tmp_path / "entry")]) == 1


def test_every_receipt_of_a_log_holds() -> None:
    for index in range(KEEPER.size):
        held = receipt_file.check(receipt_file.read(json.dumps(plain(index)).encode()), VKEY)
        assert held.facts == {"quantity": index, "unit": "m"}


def changes() -> list[Any]:
    def at(*path: Any, value: Any) -> Any:
        def change(content: dict[str, Any]) -> None:
            inner: Any = content
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = value

        return change

    return [
        at("index", value=5),
        at("index", value=True),
        at("index", value=-1),
        at("index", value=11),
        at("index", value="4"),
        at("entry", "place", value="y"),
        at("entry", "more", value=1),
        at("entry", value=None),
        at("entry", value=[]),
        at("served", "facts", "quantity", value=5),
        at("served", "facts", value=[1]),
        at("served", "salt", value="00" * 32),
        at("served", "salt", value="07" * 31),
        at("served", "salt", value="zz" * 32),
        at("served", "salt", value=7),
        at("served", value=[]),
        at("proof", 0, value=note.b64(bytes(32))),
        at("proof", 0, value=note.b64(bytes(31))),
        at("proof", 0, value="!"),
        at("proof", value=[]),
        at("proof", value=None),
        at("checkpoint", value=KEEPER.note(10)),
        at("checkpoint", value=""),
        at("checkpoint", value=None),
    ]


@pytest.mark.parametrize("change", changes())
def test_whatever_was_changed_is_refused(change: Any) -> None:
    content = copy.deepcopy(plain())
    change(content)
    with pytest.raises(receipt_file.BadReceipt):
        receipt_file.check(receipt_file.read(json.dumps(content).encode()), VKEY)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"{}", b"[]", b"1.5", b'{"index":1,"index":2}', b"c2sp.org/tlog-proof@v1\nindex 04\n\n", b"c2sp.org/tlog-proof@v1\n"],
)
def test_what_is_no_receipt(data: bytes) -> None:
    with pytest.raises(receipt_file.BadReceipt):
        receipt_file.check(receipt_file.read(data), VKEY)


def test_facts_of_an_entry_that_commits_to_none_are_refused() -> None:
    keeper = Keeper().add(facts=False)
    proof = keeper.receipt(0)
    kept = receipt_file.Receipt(0, proof.hashes, keeper.note(), keeper.leaves[0], {"facts": {"a": 1}, "salt": "07" * 32})
    with pytest.raises(receipt_file.BadReceipt, match="commits to"):
        receipt_file.check(kept, str(keeper.key.verifier))
    assert merkle.leaf_hash(keeper.leaves[0]) == keeper.head().root


def scanned(content: dict[str, Any]) -> str:
    return f"https://keeper.example/log/4/#{receipt_file.digits({k: v for k, v in content.items() if k != 'log'})}"


def test_what_a_phone_reads_from_paper_is_the_receipt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, text = lay(tmp_path, POLICY, "policy"), scanned(plain(witnessed=True))
    for read in (text, text.partition("#")[2], f"{text}\n"):
        assert cli.main(["receipt", lay(tmp_path, read, "scan.txt"), "--policy", policy]) == 0
        said = capsys.readouterr().out
        assert "entry 4 of 11" in said and "quantity: 4" in said and said.count("Witnessed by w") == 3
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))
    assert cli.main(["receipt", "-", "--vkey", VKEY]) == 0
    assert receipt_file.read(text.encode()) == receipt_file.read(json.dumps(plain(witnessed=True)).encode())


def test_every_digit_that_was_read_wrong_is_found() -> None:
    held = receipt_file.check(receipt_file.read(scanned(plain()).encode()), VKEY)
    head, _, number = scanned(plain()).partition("#")
    for at in range(len(number)):
        text = f"{head}#{number[:at]}{(int(number[at]) + 1 + at % 9) % 10}{number[at + 1 :]}"
        try:
            assert receipt_file.check(receipt_file.read(text.encode()), VKEY) == held
        except receipt_file.BadReceipt:
            continue
    for short in (number[:-1], number[:-5], number[5:], number + "00000", "9" * 200, "0" * 200):
        with pytest.raises(receipt_file.BadReceipt):
            receipt_file.read(f"{head}#{short}".encode())


@pytest.mark.parametrize("text", [json.dumps(plain(), ensure_ascii=False), tlog_proof(plain())], ids=["json", "tlog-proof"])
def test_no_flipped_bit_of_a_receipt_changes_what_it_says(text: str) -> None:
    # What is not evidence may differ without harm: the layout, the address of the log, the key that came along.
    whole, held = text.encode(), receipt_file.check(receipt_file.read(text.encode()), VKEY)
    for at in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[at] ^= 1 << bit
            try:
                other = receipt_file.check(receipt_file.read(bytes(data)), VKEY)
            except receipt_file.BadReceipt:
                continue
            assert (other.checkpoint, other.entry, other.facts, other.receipt.index) == (held.checkpoint, held.entry, held.facts, 4), at
