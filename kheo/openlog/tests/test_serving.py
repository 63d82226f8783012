"""What the log serves: to machines as C2SP says, to people in their language."""

import json
import secrets
from pathlib import Path

import aics_tlog
import pytest
from django.test import Client
from django.utils import translation

from kheo import cli
from kheo.openlog import (
    canonical,
    entries,
    keys,
    merkle,
    note,
    papers,
    receipts,
    redaction,
    sequencer,
    stored,
    testing,
    words,
)
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
SIZE = 300


@pytest.fixture
def grown() -> None:
    testing.append_many(SIZE)


class Served:
    """An aics-tlog tile reader over our own pages."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def _get(self, path: str) -> bytes | None:
        answer = self.client.get(f"/log/{path}")
        return answer.content if answer.status_code == 200 else None

    def read_tile(self, level: int, index: int, width: int | None) -> bytes | None:
        return self._get(aics_tlog.tiles.tile_path(level, index, width))

    def read_entry_bundle(self, index: int, width: int | None) -> bytes | None:
        return self._get(aics_tlog.tiles.entry_bundle_path(index, width))


def test_an_outside_tool_audits_our_log(client: Client, grown: None) -> None:
    vkey = aics_tlog.parse_vkey(client.get("/log/vkey").content.decode().strip())
    signed = client.get("/log/checkpoint").content
    assert aics_tlog.verify_checkpoint(aics_tlog.parse_note(signed), vkey).ok
    head = note.open_checkpoint(signed.decode(), keys.verifier())
    report = aics_tlog.audit_tiles(Served(client), head.size, head.root)
    assert (report.size, report.bundles) == (SIZE, 2)
    for index in (0, 255, 256, 299):
        proof = aics_tlog.inclusion_proof_from_tiles(Served(client), index, SIZE)
        kept = note.parse_proof(client.get(f"/log/{index}.tlog-proof").content.decode())
        assert (kept.index, kept.hashes, kept.note.encode()) == (index, proof, signed)
        leaf = bytes(Entry.objects.get(index=index).leaf)
        assert aics_tlog.verify_leaf_inclusion(leaf, index, SIZE, kept.hashes, head.root)


def test_headers(client: Client, grown: None) -> None:
    for path, kind, cache in (
        ("checkpoint", "text/plain; charset=utf-8", "no-store"),
        ("vkey", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/1/000.p/1", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("facts/bundle/000", "application/x-ndjson", "no-cache"),
        ("facts/7.json", "application/json", "no-cache"),
    ):
        answer = client.get(f"/log/{path}")
        assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (200, kind, cache), path
    assert client.post("/log/checkpoint").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001", "tile/0/001.p/45", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/8/000", "tile/-1/000", "tile/x/000",
        "tile/entries/002", "tile/0/x000/000", "tile/2/000.p/1", "facts/bundle/001", "facts/300.json", "facts/99999999999999999999.json",
        "300/", "300.json", "300.tlog-proof", "tile/0/../0/000",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, grown: None, path: str) -> None:
    assert client.get(f"/log/{path}").status_code == 404


def test_nothing_is_signed_yet(client: Client) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/").status_code == 200
    sequencer.sequence()
    assert b"\n0\n47DEQpj8HBSa" in client.get("/log/checkpoint").content


def test_facts_are_served_exactly_and_gone_when_erased(client: Client, grown: None) -> None:
    line = client.get("/log/facts/7.json").content
    assert client.get("/log/facts/bundle/000").content.split(b"\n")[7] == line
    facts, salt = entries.parse_facts_line(line)
    leaf = canonical.decode(bytes(Entry.objects.get(index=7).leaf))
    assert entries.commit(salt, facts) == leaf["facts"]
    row = Entry.objects.get(index=7)
    redaction._remember({"key": row.key, "index": 7, "part": "facts", "ground": "asked", "role": "operator", "place": ""})
    redaction.replay_redactions()
    sequencer.drain()
    gone = client.get("/log/facts/7.json")
    assert (gone.status_code, json.loads(gone.content)) == (
        410,
        {"redacted_by": SIZE, "index": 7, "part": "facts", "ground": "asked", "role": "operator"},
    )
    assert client.get("/log/facts/bundle/000").content.split(b"\n")[7] == b"null"
    assert "asked" in client.get("/log/7/").content.decode()
    assert client.get(f"/log/facts/{SIZE}.json").status_code == 404  # a redaction has no facts of its own


def test_private_content_is_never_served(client: Client, grown: None) -> None:
    Entry.objects.create(**{**testing.sealed_many(1)[0], "private": b'{"actor":"user:secret"}'})
    sequencer.drain()
    salt = bytes(Entry.objects.get(index=SIZE).private_salt or b"").hex()
    for path in ("", f"{SIZE}/", f"{SIZE}.json", f"facts/{SIZE}.json", "tile/entries/001.p/45", "facts/bundle/001.p/45"):
        body = client.get(f"/log/{path}").content.decode("latin-1")
        assert "secret" not in body
        assert salt not in body
        assert "results.result:" not in body


@pytest.mark.parametrize(("language", "words"), [("vi", "Sổ công khai"), ("en", "Public log"), ("id", "Catatan publik")])
def test_people_read_the_log(client: Client, grown: None, language: str, words: str) -> None:
    page = client.get("/log/", headers={"Accept-Language": language}).content.decode()
    assert words in page
    assert "/log/299/" in page
    assert "/log/249/" not in page
    assert "/log/249/" in client.get("/log/?before=250").content.decode()
    assert client.get("/log/?before=x&act=nothing").status_code == 200
    receipt = client.get("/log/12/", headers={"Accept-Language": language}).content.decode()
    assert "khu-vuc-3-ninh-kieu" in receipt


def test_a_receipt_to_keep_proves_itself(client: Client, grown: None) -> None:
    kept = json.loads(client.get("/log/12.json").content)
    head = note.open_checkpoint(kept["checkpoint"], keys.verifier())
    leaf = canonical.encode(kept["entry"])
    merkle.verify_inclusion(kept["index"], head.size, merkle.leaf_hash(leaf), [note.unb64(h) for h in kept["proof"]], head.root)
    assert entries.commit(bytes.fromhex(kept["served"]["salt"]), canonical.encode(kept["served"]["facts"])) == kept["entry"]["facts"]


def test_a_receipt_says_in_the_readers_words_what_its_parts_are() -> None:
    with translation.override("vi"):
        told = dict(words.rows({"legs": [{"account": "hand", "amount": -5}], "passed": True, "new_key": None}))
        counted, closed = dict(words.rows({"book": 5, "cash": 3})), dict(words.rows({"book": 5, "claim": 3}))
    assert counted == {"trong sổ thu chi": "5", "tiền mặt": "3"} and "trong sổ thu chi" not in closed, "one key, two books"
    assert told == {"ghi sổ": "mục sổ: hand, số lượng: -5", "đã chốt": "có", "new key": "–"}


def test_a_printed_receipt_holds_the_whole_proof(client: Client, grown: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = Entry.objects.get(index=7)
    address, digits = receipts.scan(entry)
    assert address.endswith("/log/7/#") and len(digits) <= receipts.LONGEST
    (tmp_path / "scan.txt").write_text(address + digits)
    assert cli.main(["receipt", str(tmp_path / "scan.txt"), "--vkey", str(keys.verifier())]) == 0
    assert f"entry 7 of {SIZE}" in capsys.readouterr().out
    paper = client.get("/log/7.pdf")
    assert paper.headers["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    said = papers.receipt_data(entry)
    assert said["whole"] and str(keys.verifier()) in said["command"] and said["signed"].endswith(proof_root())
    assert "/log/7.pdf" in client.get("/log/7/").content.decode()
    assert client.get(f"/log/{SIZE}.pdf").status_code == 404


def proof_root() -> str:
    return note.b64(stored.head()[1])


def test_what_is_too_long_for_paper_gets_a_code_of_its_page(db: None) -> None:
    testing.append_many(1)
    row = testing.sealed_many(1)[0]
    row["leaf"] = canonical.encode({**canonical.decode(row["leaf"]), "clear": {"opened": [secrets.token_hex(16) for _ in range(200)]}})
    Entry.objects.create(**row)
    sequencer.drain()
    long = Entry.objects.get(index=1)
    assert receipts.scan(long)[1] == "" and not papers.receipt_data(long)["whole"]
