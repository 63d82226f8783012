"""Cosignatures and policies: strict, agreed on by an outside tool, and a quorum's strength is what brute force says it is."""

import itertools

import aics_tlog
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.openlog import note
from kheo.openlog.note import COSIGNATURE, BadNote
from kheo.openlog.witnessing import cosignature, policy

LOG = note.SignerKey("kheo/can-tho/0123456789ab", bytes(range(32)))
HEAD = note.Checkpoint(LOG.name, 7, bytes(range(100, 132)))
SIGNED = note.sign(HEAD, LOG)
KEYS = [note.SignerKey(f"witness{i}.example/w", bytes([i]) * 32, COSIGNATURE) for i in range(1, 5)]
TIME = 1_795_492_800


def witnesses(n: int = 4) -> str:
    return f"log {LOG.verifier}\n" + "".join(f"witness w{i} {key.verifier} http://127.0.0.1:1/{i}\n" for i, key in enumerate(KEYS[:n], 1))


THREE_OF_FOUR = policy.parse(witnesses() + "group all-of-them 3 w1 w2 w3 w4\nquorum all-of-them\n")


def cosigned(*keys: note.SignerKey, head: note.Checkpoint = HEAD, signed: str = SIGNED) -> str:
    return signed + "".join(f"{cosignature.cosign(head, key, TIME)}\n" for key in keys)


def test_an_outside_tool_reads_our_cosignatures() -> None:
    text = cosigned(*KEYS[:3])
    outside = aics_tlog.WitnessPolicy(quorum=3, witnesses=tuple(aics_tlog.parse_vkey(str(k.verifier)) for k in KEYS))
    result = aics_tlog.verify_checkpoint(aics_tlog.parse_note(text), aics_tlog.parse_vkey(str(LOG.verifier)), policy=outside)
    assert result.ok, result
    assert set(result.timestamps.values()) == {TIME}


def test_we_read_the_cosignatures_of_an_outside_tool() -> None:
    key = KEYS[0]
    _, line = aics_tlog.sign_cosignature(key.private, key.name, TIME, HEAD.origin, HEAD.size, HEAD.root)
    ours = cosignature.cosign(HEAD, key, TIME)
    assert (line.name, line.key_id, line.signature) == (ours.name, ours.id, ours.data)
    assert str(aics_tlog.cosignature_vkey(key.name, key.verifier.public).key_id.hex()) == key.verifier.id.hex()


def test_a_quorum_opens_a_note_and_less_does_not() -> None:
    seen = policy.open_witnessed(cosigned(*KEYS[:3]), LOG.verifier, THREE_OF_FOUR)
    assert (seen.checkpoint, seen.times, seen.strangers) == (HEAD, {"w1": TIME, "w2": TIME, "w3": TIME}, 0)
    assert policy.open_witnessed(cosigned(*KEYS), None, THREE_OF_FOUR).log == LOG.verifier
    with pytest.raises(BadNote, match="asks for more"):
        policy.open_witnessed(cosigned(*KEYS[:2]), LOG.verifier, THREE_OF_FOUR)
    # The log's own opener still takes nothing but its own line.
    with pytest.raises(BadNote, match="exactly one"):
        note.open_checkpoint(cosigned(KEYS[0]), LOG.verifier)


def test_lines_of_strangers_are_passed_over_and_never_counted() -> None:
    stranger = note.SignerKey("stranger.example", bytes([9]) * 32, COSIGNATURE)
    namesake = note.SignerKey(KEYS[3].name, bytes([9]) * 32, COSIGNATURE)
    seen = policy.open_witnessed(cosigned(*KEYS[:3], stranger, namesake), LOG.verifier, THREE_OF_FOUR)
    assert (len(seen.times), seen.strangers) == (3, 2)
    with pytest.raises(BadNote, match="asks for more"):
        policy.open_witnessed(cosigned(*KEYS[:2], stranger, namesake), LOG.verifier, THREE_OF_FOUR)


def test_a_known_line_that_does_not_hold_or_comes_twice_refuses_the_note() -> None:
    other = note.Checkpoint(LOG.name, 8, HEAD.root)
    with pytest.raises(BadNote, match="does not hold"):
        policy.open_witnessed(cosigned(*KEYS[:3]) + f"{cosignature.cosign(other, KEYS[3], TIME)}\n", LOG.verifier, THREE_OF_FOUR)
    with pytest.raises(BadNote, match="twice"):
        policy.open_witnessed(cosigned(*KEYS[:3], KEYS[0]), LOG.verifier, THREE_OF_FOUR)
    with pytest.raises(BadNote, match="signed twice"):
        policy.open_witnessed(cosigned(*KEYS) + SIGNED.split("\n\n")[1], LOG.verifier, THREE_OF_FOUR)
    with pytest.raises(BadNote, match="not signed by"):
        policy.open_witnessed(cosigned(*KEYS), note.SignerKey("other", bytes(32)).verifier, THREE_OF_FOUR)


def test_a_cosignature_is_of_one_time_one_key_and_one_kind() -> None:
    line = cosignature.cosign(HEAD, KEYS[0], TIME)
    for changed in (
        note.Signature(line.name, line.id, (TIME + 1).to_bytes(8, "big") + line.data[8:]),
        note.Signature(line.name, line.id, bytes(8) + line.data[8:]),
        note.Signature(line.name, line.id, b"\xff" * 8 + line.data[8:]),
        note.Signature(line.name, line.id, line.data[8:]),
        note.Signature(line.name, line.id, line.data + b"\0"),
    ):
        with pytest.raises(BadNote):
            cosignature.verify(changed, HEAD, KEYS[0].verifier)
    with pytest.raises(BadNote):
        cosignature.cosign(HEAD, LOG, TIME)
    with pytest.raises(BadNote):
        note.VerifierKey.parse(str(KEYS[0].verifier))  # a witness's key is no log's key
    with pytest.raises(BadNote):
        note.VerifierKey.parse(str(LOG.verifier), COSIGNATURE)
    assert note.SignerKey.parse(KEYS[0].secret_text(), COSIGNATURE) == KEYS[0]


def test_a_flipped_bit_in_any_byte_of_a_witnessed_note_is_refused() -> None:
    both = policy.parse(witnesses(1) + "quorum w1\n")
    data = cosigned(KEYS[0]).encode()
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << (at * 3 % 8)
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(BadNote):
            policy.open_witnessed(text, LOG.verifier, both)


# Policy files -------------------------------------------------------------------------------------------------------------------------


def test_a_policy_of_two_levels() -> None:
    text = witnesses() + "group one 2 w1 w2\n\n  # a remark\n\tgroup two\tany w3 w4\ngroup both all one two\nquorum both\n"
    found = policy.parse(text.encode())
    assert found.logs[0].key == LOG.verifier
    assert found.witnesses["w2"].url == "http://127.0.0.1:1/2"
    assert found.satisfied({"w1", "w2", "w4"})
    assert not found.satisfied({"w1", "w3", "w4"})
    assert found.wanted() is None
    assert THREE_OF_FOUR.wanted() == (3, 4)
    assert policy.parse(f"witness báo {KEYS[0].verifier}\nquorum báo\n").wanted() == (1, 1)
    assert policy.parse(b"quorum none\n").satisfied(set())


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "quorum nobody",
        "quorum none\nquorum none",
        "quorum none extra",
        "witness none VKEY1\nquorum none",
        "witness a VKEY1\nwitness a VKEY2\nquorum a",
        "witness a VKEY1\nwitness b VKEY1\nquorum a",
        "witness a LOG\nquorum a",
        "log VKEY1\nquorum none",
        "log LOG\nlog LOG\nquorum none",
        "log LOG one two\nquorum none",
        "witness a VKEY1\ngroup g 2 a\nquorum g",
        "witness a VKEY1\ngroup g 0 a\nquorum g",
        "witness a VKEY1\ngroup g 01 a\nquorum g",
        "witness a VKEY1\ngroup g some a\nquorum g",
        "witness a VKEY1\ngroup g all a a\nquorum g",
        "witness a VKEY1\ngroup g all a\ngroup h all a\nquorum h",
        "witness a VKEY1\ngroup g all none\nquorum g",
        "witness a VKEY1\ngroup g all g\nquorum g",
        "group g all a\nwitness a VKEY1\nquorum g",
        "witness a VKEY1\ngroup g all\nquorum g",
        "quorum none\r",
        "quorum none\x00",
        "quorum none\x7f",
        "quorum\u00a0none",
        "# " + "x" * 70_000 + "\nquorum none",
    ],
)
def test_what_is_no_policy(lines: str) -> None:
    text = lines.replace("VKEY1", str(KEYS[0].verifier)).replace("VKEY2", str(KEYS[1].verifier)).replace("LOG", str(LOG.verifier))
    with pytest.raises(policy.BadPolicy):
        policy.parse(text)


def test_names_are_octets() -> None:
    found = policy.parse(b"witness \xff " + str(KEYS[0].verifier).encode() + b"\nquorum \xff\n")
    assert len(found.witnesses) == 1
    with pytest.raises(policy.BadPolicy):
        policy.parse(b"witness \xff " + str(KEYS[0].verifier).encode() + b"\nquorum \xfe\n")


@pytest.mark.parametrize(("k", "n", "shared"), [(3, 4, 2), (2, 3, 1), (4, 4, 4), (1, 2, 0), (1, 1, 1), (2, 4, 0)])
def test_how_many_liars_a_quorum_bears(k: int, n: int, shared: int) -> None:
    found = policy.parse(witnesses(n) + f"group g {k} {' '.join(f'w{i}' for i in range(1, n + 1))}\nquorum g\n")
    assert found.overlap() == shared == max(0, 2 * k - n)
    assert bool(found.weakness()) == (shared < 2)


@settings(max_examples=25)
@given(st.data())
def test_the_overlap_is_the_least_that_two_quorums_share(data: st.DataObject) -> None:
    names = [f"n{i}" for i in range(data.draw(st.integers(1, 6)))]
    open_names, groups, nodes = list(names), {}, iter(range(99))
    while len(open_names) > 1 or data.draw(st.booleans()):
        if len(groups) > 4:
            break
        members = tuple(data.draw(st.permutations(open_names))[: data.draw(st.integers(1, len(open_names)))])
        name = f"g{next(nodes)}"
        groups[name] = policy.Group(data.draw(st.integers(1, len(members))), members)
        open_names = [n for n in open_names if n not in members] + [name]
    found = policy.Policy((), {n: policy.Witness(n, KEYS[0].verifier) for n in names}, groups, open_names[-1])
    subsets = [set(c) for r in range(len(names) + 1) for c in itertools.combinations(names, r)]
    good = [s for s in subsets if found.satisfied(s)]
    assert found.overlap() == min(len(a & b) for a in good for b in good)
