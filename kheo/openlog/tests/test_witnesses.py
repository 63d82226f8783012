"""The log asks its witnesses; a quorum's note is served, receipts and seeds rest on it, a contradiction is shown loudly."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from kheo.core import clock
from kheo.openlog import keys, merkle, note, own_policy, receipt_file, sequencer, serving, stored, testing, witnesses
from kheo.openlog.models import Asked, Checkpoint, Entry, Witnessed
from kheo.openlog.witnessing.policy import BadPolicy, open_witnessed, parse
from kheo.openlog.witnessing.witness import SIZE, Witness

pytestmark = pytest.mark.django_db


class Four:
    """Four witnesses at hand, asked without a network; ``down``: those that do not answer."""

    def __init__(self, folder: Path) -> None:
        self.all = {f"w{i}": Witness(folder / f"w{i}", keys.verifier(), f"w{i}.example") for i in range(1, 5)}
        self.down: set[str] = set()
        self.asked: list[str] = []

    def post(self, url: str, body: bytes) -> witnesses.Said:
        name = url.rpartition("/")[2]
        self.asked.append(name)
        if name in self.down:
            return witnesses.Said(0, "", "refused")
        answer = self.all[name].add_checkpoint(body)
        return witnesses.Said(answer.status, answer.kind, answer.body.decode())

    def policy(self, k: int = 3) -> str:
        lines = [f"witness {name} {w.key.verifier} http://127.0.0.1:1/{name}" for name, w in self.all.items()]
        return "\n".join([f"log {keys.verifier()}", *lines, f"group g {k} {' '.join(self.all)}", "quorum g", ""])


@pytest.fixture
def four(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Four:
    testing.append_many(20)
    found = Four(tmp_path)
    monkeypatch.setattr(witnesses, "post", found.post)
    (tmp_path / "policy").write_text(found.policy())
    settings.KHEO_WITNESS_POLICY = str(tmp_path / "policy")
    return found


def later(monkeypatch: pytest.MonkeyPatch, minutes: int = 5) -> None:
    at = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: at)


def test_without_a_policy_the_address_says_so(client: Client) -> None:
    testing.append_many(2)
    answer = client.get("/log/witnessed", headers={"Accept-Language": "en"})
    assert (answer.status_code, b"no witnesses yet" in answer.content) == (404, True)
    assert client.get("/log/policy").status_code == 404
    assert stored.witnessed() == stored.newest()
    assert not witnesses.ask()
    assert "Witnesses" not in client.get("/log/", headers={"Accept-Language": "en"}).content.decode()


def test_a_quorum_is_served_and_receipts_carry_it(client: Client, four: Four) -> None:
    assert stored.witnessed() is None
    assert b"No quorum" in client.get("/log/witnessed", headers={"Accept-Language": "en"}).content
    assert "Not enough of them" in client.get("/log/", headers={"Accept-Language": "en"}).content.decode()
    four.down = {"w4"}
    assert witnesses.ask()
    served = client.get("/log/witnessed")
    asked = parse(client.get("/log/policy").content)
    seen = open_witnessed(served.content.decode(), None, asked)
    assert (seen.checkpoint.size, set(seen.times)) == (20, {"w1", "w2", "w3"})
    assert served.headers["Cache-Control"] == "no-store"
    head = stored.witnessed()
    assert head
    assert (head.size, head.root) == (20, seen.checkpoint.root)
    for path in ("7.json", "7.tlog-proof"):
        held = receipt_file.check(receipt_file.read(client.get(f"/log/{path}").content), None, asked)
        assert set(held.times) == {"w1", "w2", "w3"}
    page = client.get("/log/", headers={"Accept-Language": "en"}).content.decode()
    assert "3 of 4" in page
    assert "Has not signed yet" in page
    # Newer entries have the log's own line until the witnesses have signed.
    testing.append_many(5)
    assert "5 newer entries still wait" in client.get("/log/", headers={"Accept-Language": "en"}).content.decode()
    kept = receipt_file.read(client.get("/log/22.json").content)
    assert receipt_file.check(kept, str(keys.verifier())).checkpoint.size == 25
    assert receipt_file.check(receipt_file.read(client.get("/log/7.json").content), None, asked).checkpoint.size == 20
    assert client.get("/log/7/").status_code == 200


def test_whoever_was_away_is_asked_again_but_not_at_once(four: Four, monkeypatch: pytest.MonkeyPatch) -> None:
    four.down = {"w3", "w4"}
    assert not witnesses.ask()
    assert Witnessed.objects.count() == 0
    four.down, four.asked = set(), []
    assert not witnesses.ask()
    assert four.asked == []
    later(monkeypatch)
    assert witnesses.ask()
    assert sorted(four.asked) == ["w3", "w4"]  # who has signed is not asked again
    assert stored.witnessed()
    assert not witnesses.ask()
    # They fell behind while the log grew: they say where they are, and are proven from there.
    four.down = {"w4"}
    testing.append_many(3)
    assert witnesses.ask()
    testing.append_many(300)
    four.down = set()
    later(monkeypatch)
    assert witnesses.ask()
    assert four.all["w4"].state().size == 323


def test_a_witness_that_knows_more_than_the_row_is_proven_from_there(four: Four) -> None:
    witnesses.ask()
    testing.append_many(4)
    Asked.objects.update(size=0, line="")
    assert witnesses.ask()
    head = stored.witnessed()
    assert head
    assert head.size == 24


def test_another_history_is_shown_loudly(client: Client, four: Four, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witnesses.ask()
    key = keys.signer()
    # w1 has signed another log of 25 entries by the same key, w2 another one of 20.
    for name, size, old in (("w1", 25, 20), ("w2", 20, 0)):
        tree, leaves = stored.tree_at(old), [bytes([i]) * 32 for i in range(size - old)]
        tree.extend(leaves)
        head = note.Checkpoint(key.name, size, tree.root())
        four.all[name] = Witness(tmp_path / f"other-{name}", keys.verifier(), f"{name}.example")
        four.all[name]._persist(head, note.sign(head, key))
        four.all[name].key = Witness(tmp_path / name, keys.verifier()).key
    assert not witnesses.forked()
    testing.append_many(3)
    witnesses.ask()
    assert witnesses.forked()
    assert set(Asked.objects.filter(forked_at__isnull=False).values_list("key", flat=True)) == {
        str(four.all[name].key.verifier) for name in ("w1", "w2")
    }
    page = client.get("/log/", headers={"Accept-Language": "en"}).content.decode()
    assert "A witness says that this log is not the one it saw." in page
    assert page.count("Says that this is not the log it saw") == 2
    assert client.get("/healthz").json()["witnesses"] == "another history"
    assert len(four.all["w2"].conflicts()) == 0  # it could not be proven there; kept as unproven
    assert [p.name for p in (four.all["w2"].folder / "unproven").iterdir()]


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (witnesses.Said(200, "text/plain", ""), "cut short"),
        (witnesses.Said(200, "text/plain", "hello\n"), "not a signature line"),
        (witnesses.Said(200, "text/plain", f"{note.DASH}other {note.b64(bytes(76))}\n"), "not the one in the policy"),
        (witnesses.Said(404, "text/plain", "This witness watches another log."), "answered 404"),
        (witnesses.Said(500, "text/plain", "x" * 9999), "answered 500"),
        (witnesses.Said(409, SIZE, "07\n"), ""),
        (witnesses.Said(0, "", "refused"), "refused"),
    ],
)
def test_answers_that_are_none(four: Four, monkeypatch: pytest.MonkeyPatch, said: witnesses.Said, trouble: str) -> None:
    monkeypatch.setattr(witnesses, "post", lambda url, body: said)
    assert not witnesses.ask()
    assert all(trouble in row.trouble and len(row.trouble) < 400 and not row.line for row in Asked.objects.all())


def test_a_cosignature_by_another_key_or_of_another_head_does_not_count(four: Four, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = four.post

    def of_the_first(url: str, body: bytes) -> witnesses.Said:
        return honest(f"{url.rpartition('/')[0]}/w1", body)

    monkeypatch.setattr(witnesses, "post", of_the_first)
    assert not witnesses.ask()
    assert Asked.objects.exclude(line="").count() == 1


def test_the_first_after_a_moment(four: Four, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    six = clock.now() + timedelta(hours=1)
    witnesses.ask()
    assert stored.witnessed(since=six) is None
    monkeypatch.setattr(clock, "now", lambda: six + timedelta(minutes=3))
    testing.append_many(1)
    witnesses.ask()
    testing.append_many(1)
    monkeypatch.setattr(clock, "now", lambda: six + timedelta(minutes=9))
    witnesses.ask()
    first = stored.witnessed(since=six)
    assert first
    assert (first.size, first.at) == (21, six + timedelta(minutes=3))
    settings.KHEO_WITNESS_POLICY = ""
    own = stored.witnessed(since=six)
    assert own
    assert own.size == Checkpoint.objects.filter(at__gte=six).order_by("at").values_list("size", flat=True)[0]


def test_a_stricter_policy_does_not_take_what_was_gathered_before(four: Four, settings: Any) -> None:
    four.down = {"w4"}
    witnesses.ask()
    Path(settings.KHEO_WITNESS_POLICY).write_text(four.policy(4))
    assert stored.witnessed() is None
    Path(settings.KHEO_WITNESS_POLICY).write_text(four.policy(3) + "# again\n")
    assert stored.witnessed()


def ids(*wanted: str) -> list[str]:
    return [m.id for m in run_checks() if m.id and m.id[-3:] in ("020", "021")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nonsense", ["kheo.E020"]),
        ("quorum none", ["kheo.E020"]),
        ("W1\nW2\ngroup g 1 w1 w2\nquorum g", ["kheo.E020"]),
        ("LOG\nW1\nquorum w1", ["kheo.W020"]),
        ("LOG\nW1\nW2\ngroup g 2 w1 w2\nquorum g", []),
        ("LOG\nW1\nW2-\ngroup g 2 w1 w2\nquorum g", ["kheo.E021"]),
        ("log OTHER\nW1\nW2\ngroup g 2 w1 w2\nquorum g", ["kheo.W021"]),
    ],
)
def test_a_policy_that_protects_nobody_is_said_before_the_city_starts(four: Four, settings: Any, text: str, found: list[str]) -> None:
    def whole(line: re.Match[str]) -> str:
        name = line[1].lower()
        return f"witness {name} {four.all[name].key.verifier}" + ("" if line[2] else f" http://127.0.0.1:1/{name}")

    text = text.replace("LOG", f"log {keys.verifier()}").replace("OTHER", str(note.SignerKey.generate("other").verifier))
    text = re.sub(r"^(W\d)(-?)$", whole, text, flags=re.MULTILINE)  # whole lines: a key may have "W4" in it
    Path(settings.KHEO_WITNESS_POLICY).write_text(text)
    assert ids() == found
    if found == ["kheo.E020"]:
        with pytest.raises(BadPolicy):
            own_policy.policy()


def test_a_policy_file_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.KHEO_WITNESS_POLICY = str(tmp_path / "nowhere")
    assert ids() == ["kheo.E020"]


def test_asking_over_the_network(four: Four, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    sequencer.drain()
    head = stored.newest()
    assert head
    server = serving.serve("127.0.0.1", 0, lambda _: serving.NOT_THERE, lambda path, body: four.all["w1"].add_checkpoint(body))
    address = f"http://127.0.0.1:{server.port}"
    said = witnesses.post(address, witnesses._request(head, 0))
    assert said.status == 200
    assert witnesses.post(address, b"nonsense").status == 400
    assert witnesses.post(address, b"x" * 70_000).status in (413, 0)
    server.shutdown()
    server.server_close()
    assert witnesses.post(address, b"").status == 0
    assert witnesses.post("ftp://example.org", b"").status == 0
    assert witnesses.post("http://[", b"").status == 0


def test_proofs_to_an_older_head_lead_to_its_root(four: Four) -> None:
    witnesses.ask()
    testing.append_many(290)
    head = stored.witnessed()
    assert head
    for index in (0, 13, 19):
        path = merkle.inclusion_proof(index, head.size, stored.range_hash)
        merkle.verify_inclusion(index, head.size, merkle.leaf_hash(bytes(Entry.objects.get(index=index).leaf)), path, head.root)
    assert head.at.tzinfo is not None
    assert head.at <= datetime.now(UTC)


def test_a_seed_rests_on_a_head_that_holds_its_book(four: Four) -> None:
    start = clock.now() - timedelta(hours=1)
    witnesses.ask()
    assert stored.witnessed(since=start, holding=19)
    assert stored.witnessed(since=start, holding=20) is None
    testing.append_many(2)
    assert stored.witnessed(since=start, holding=20) is None  # signed by the log, by no witness yet
    witnesses.ask()
    head = stored.witnessed(since=start, holding=20)
    assert head
    assert head.size == 22
