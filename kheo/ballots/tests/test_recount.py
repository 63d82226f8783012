"""`kheo verify` counts every secret vote again from the log alone: what was changed is named."""

import copy
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo import cli
from kheo.ballots import choices, codes, slips
from kheo.ballots.recount import Recount, outcome
from kheo.openlog import canonical, copying, database, sequencer
from kheo.openlog.models import Entry
from kheo.openlog.verify import Wrong

THREE = {"title_1": "Đèn", "title_2": "Cầu", "title_3": "Cống"}


@pytest.fixture
def counted(vote: Any, city: Any) -> Any:
    """A counted ballot of scores, numbered in the log."""
    vote.call(city.area2, "scores", most="5", **THREE)
    vote.print(4)
    vote.open(4)
    vote.count([(vote.codes[0], {"points_1": "5", "points_2": "0", "points_3": "2"}), (vote.codes[1], {"points_2": "1"})])
    sequencer.drain()
    return vote


def entries() -> list[dict[str, Any]]:
    """The log's entries about ballots and decisions, as a verifier reads them."""
    return [canonical.decode(bytes(e.leaf)) for e in Entry.objects.exclude(index=None).order_by("index") if e.verb in Recount.verbs]


def replay(found: list[dict[str, Any]]) -> list[str]:
    audit = Recount()
    for index, entry in enumerate(found):
        audit.see(index, entry)
    return audit.done()


@pytest.mark.django_db
def test_a_stranger_recounts_a_copy_without_django(counted: Any, tmp_path: Path) -> None:
    copying.copy(database.Database(), tmp_path / "copy")
    run = [sys.executable, "-m", "kheo", "verify", str(tmp_path / "copy")]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nowhere", "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    said = subprocess.run(run, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "1 secret votes recounted, 2 codes found among their commitments." in said.stdout


def _choice(e: dict[str, Any]) -> None:
    e["clear"]["votes"][0][1] = "1:4,3:2" if e["clear"]["votes"][0][1] != "1:4,3:2" else "1:3"


def _code(e: dict[str, Any]) -> None:
    e["clear"]["votes"][0][0] = codes.new_codes(1)[0]


def _twice(e: dict[str, Any]) -> None:
    e["clear"]["votes"].append(e["clear"]["votes"][0])


def _lost(e: dict[str, Any]) -> None:
    e["clear"]["votes"].pop()


def _too_many_points(e: dict[str, Any]) -> None:
    e["clear"]["votes"][0][1] = "1:6"


def _result(e: dict[str, Any]) -> None:
    e["clear"]["result"]["totals"][0] += 1


def _salt(e: dict[str, Any]) -> None:
    e["clear"]["salt"] = codes.new_salt()


def _returned(e: dict[str, Any]) -> None:
    e["clear"]["returned"] += 1


def _handed_out(e: dict[str, Any]) -> None:
    e["clear"]["handed_out"] = 1


def _late(e: dict[str, Any]) -> None:
    e["time"] = "2026-12-02T02Z"


def _early(e: dict[str, Any]) -> None:
    e["time"] = "2026-12-02T09Z"


def _added(e: dict[str, Any]) -> None:
    e["clear"]["commitments"].append(codes.commitment("00", "ACDEFGHJ"))


def _stuffed(e: dict[str, Any]) -> None:
    e["clear"]["households"] = 3


def _more_than_printed(e: dict[str, Any]) -> None:
    e["clear"]["handed_out"] = 5


def _less_than_none(e: dict[str, Any]) -> None:
    e["clear"]["invalid"]["unclear"] = -1
    e["clear"]["returned"] -= 1


def _no_sense(e: dict[str, Any]) -> None:
    e["clear"] = {"ballot": e["clear"]["ballot"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "change", "words"),
    [
        ("ballot.choices", _choice, "counted again gives totals"),
        ("ballot.choices", _code, "which was never printed"),
        ("ballot.choices", _twice, "twice"),
        ("ballot.choices", _lost, "counted again gives counted = 1, not 2"),
        ("ballot.choices", _too_many_points, "more than 5 points"),
        ("ballot.choices", _no_sense, "makes no sense"),
        ("ballot.published", _result, "counted again gives totals"),
        ("ballot.published", _salt, "which was never printed"),
        ("ballot.published", _returned, "slips came back"),
        ("ballot.published", _handed_out, "counted again gives holds"),
        ("ballot.published", _early, "before the voting ended"),
        ("ballot.published", _no_sense, "makes no sense"),
        ("ballot.called", _stuffed, "4 slips handed out of 4 for 3 households"),
        ("ballot.published", _more_than_printed, "5 slips handed out of 4"),
        ("ballot.published", _less_than_none, "for a reason that nobody published"),
        ("ballot.sealed", _late, "after the voting began"),
        ("ballot.sealed", _added, "5 commitments"),
    ],
)
def test_whatever_a_dishonest_server_signs_is_named(counted: Any, verb: str, change: Any, words: str) -> None:
    whole = entries()
    assert replay(whole) == ["1 secret votes recounted, 2 codes found among their commitments."]
    forged = copy.deepcopy(whole)
    change(next(e for e in forged if e["verb"] == verb))
    with pytest.raises(Wrong, match=words) as caught:
        replay(forged)
    assert caught.value.index is not None


@pytest.mark.django_db
def test_a_choice_changed_in_the_database_is_named_by_its_entry(counted: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from django.db import connection

    from kheo.openlog import triggers

    row = Entry.objects.get(verb="ballot.choices")
    leaf = bytes(row.leaf).replace(b'"1:5,3:2"', b'"1:1,3:2"')
    assert leaf != bytes(row.leaf)
    triggers.lift(connection)
    Entry.objects.filter(pk=row.pk).update(leaf=leaf)
    triggers.install(connection)
    assert "1:1,3:2" in counted.other.get(f"/ballots/{counted.ballot.pk}/votes.csv").content.decode(), "the file says what the log says"
    assert cli.main(["log", "check"]) == 1
    assert f"secret vote {counted.ballot.pk} counted again gives totals = [1, 1, 2], not [5, 1, 2]" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("at", [-3, 3])
def test_a_choice_or_code_flipped_in_a_copy_is_named_by_its_entry(counted: Any, tmp_path: Path, capsys: Any, at: int) -> None:
    copying.copy(database.Database(), tmp_path)
    index = Entry.objects.get(verb="ballot.choices").index
    bundle = next(path for path in (tmp_path / "tile" / "entries").rglob("*") if path.is_file())
    data = bytearray(bundle.read_bytes())
    place = data.index(f'["{min(counted.codes[:2])}"'.encode()) + (2 + at if at > 0 else 11)
    data[place] ^= 1
    bundle.write_bytes(data)
    assert cli.main(["verify", str(tmp_path)]) == 1
    assert f"Entry {index}: its bytes are not the ones that were signed" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_code_can_be_checked_by_hand(counted: Any) -> None:
    said = {e["verb"]: e["clear"] for e in entries()}
    code = said["ballot.choices"]["votes"][0][0]
    by_hand = hashlib.sha256(f"kheo-ballot-v1\n{said['ballot.published']['salt']}\n{code}".encode()).hexdigest()
    assert by_hand in said["ballot.sealed"]["commitments"]


@pytest.mark.django_db
def test_a_log_that_continues_an_older_one_says_what_it_cannot_recount(counted: Any) -> None:
    later = [e for e in entries() if e["verb"] == "ballot.published"]
    with pytest.raises(Wrong, match="never called"):
        replay(later)
    opened = {"verb": "log.epoch-opened", "time": "2026-12-02T10Z", "clear": {}}
    assert replay([opened, *later]) == ["1 secret votes began in an older log and can't be recounted from this one."]


# ── what holds for every pile of slips ──

PRINTED = [f"CODE{n}" for n in range(8)]
PILE = st.lists(st.tuples(st.sampled_from([*PRINTED, "STRANGE", ""]), st.sampled_from(["", "1", "2", "1,3"])), max_size=20)


@given(PILE, st.randoms())
def test_count_is_recount_in_whatever_order(pile: list[tuple[str, str]], dice: Any) -> None:
    printed = set(PRINTED).__contains__
    votes = slips.votes(pile, printed)
    shuffled = pile.copy()
    dice.shuffle(shuffled)
    assert slips.votes(shuffled, printed) == votes
    assert not slips.differing(pile, shuffled, printed)
    assert votes.returned == len(pile), "every slip is counted once, as a vote or as invalid"
    terms = {"method": "approval", "options": 3}
    result = outcome(terms, votes.choices, len(pile))
    again = outcome(terms, json.loads(json.dumps(votes.choices)), len(pile))
    assert result == again
    assert result["counted"] == sum(1 for choice in votes.choices.values() if choice) <= len(set(PRINTED))
    assert sum(result["totals"]) == sum(len(choice.split(",")) for choice in votes.choices.values() if choice)


@given(PILE.filter(bool), st.data())
def test_one_slip_entered_otherwise_is_noticed(pile: list[tuple[str, str]], data: st.DataObject) -> None:
    printed = set(PRINTED).__contains__
    at = data.draw(st.integers(0, len(pile) - 1))
    code, choice = pile[at]
    other = [*pile[:at], (code, "3" if choice != "3" else "1"), *pile[at + 1 :]]
    assert slips.differing(pile, other, printed) == ({code} if printed(code) else set())
    assert slips.differing(pile, pile[:at] + pile[at + 1 :], printed) == ({code} if printed(code) else {""})


@given(st.sampled_from(list(choices.Way)), st.dictionaries(st.integers(1, 6), st.integers(0, 5), max_size=6))
def test_a_choice_is_read_as_it_was_written(way: choices.Way, given_points: dict[int, int]) -> None:
    if way != choices.Way.SCORES:
        given_points = {option: min(p, 1) for option, p in given_points.items()}
    if way == choices.Way.YES_NO:
        given_points = dict(list(given_points.items())[:1])
    text = choices.write(way, given_points)
    assert choices.points(way, text, 6, 5) == {option: p for option, p in sorted(given_points.items()) if p}


@pytest.mark.parametrize(
    ("way", "text"),
    [("approval", t) for t in ("2,1", "1,1", "4", "0", "01", "1:1", "1,", " 1", "١")]
    + [("yes-no", "1,2"), ("scores", "1:0"), ("scores", "1:6"), ("scores", "1")],
)
def test_a_choice_has_one_spelling(way: str, text: str) -> None:
    with pytest.raises(choices.BadChoice):
        choices.points(way, text, 3, 5)


@given(st.integers(1, 300))
def test_codes_are_different_and_read_as_they_are_spelt(count: int) -> None:
    made = codes.new_codes(count)
    assert len(set(made)) == count
    assert all(codes.read(codes.spell(code).lower()) == code for code in made)
    assert not set("".join(made)) & set("0O1IL2Z5S8BUV")
