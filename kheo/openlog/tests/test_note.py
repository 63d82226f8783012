"""Signed notes: strict here, accepted by aics-tlog (and by Go: test_outside.py)."""

import aics_tlog
import pytest

from kheo.openlog import note

KEY = note.SignerKey("kheo/can-tho/0123456789ab", bytes(range(32)))
HEAD = note.Checkpoint(KEY.name, 7, bytes(range(100, 132)))
SIGNED = note.sign(HEAD, KEY)


def test_a_checkpoint_opens_with_its_key_only() -> None:
    assert note.open_checkpoint(SIGNED, KEY.verifier) == HEAD
    with pytest.raises(note.BadNote):
        note.open_checkpoint(SIGNED, note.SignerKey(KEY.name, bytes(32)).verifier)
    with pytest.raises(note.BadNote):
        note.open_checkpoint(SIGNED, note.SignerKey("other", KEY.seed).verifier)


def test_keys_round_trip() -> None:
    assert note.VerifierKey.parse(str(KEY.verifier)) == KEY.verifier
    assert note.SignerKey.parse(KEY.secret_text()) == KEY
    assert note.b64(KEY.seed) not in repr(KEY)


def test_every_flipped_bit_is_refused() -> None:
    data = SIGNED.encode()
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            try:
                text = changed.decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(note.BadNote):
                note.open_checkpoint(text, KEY.verifier)


def resigned(body: str) -> str:
    signature = KEY.private.sign(body.encode())
    return f"{body}\n{note.DASH}{KEY.name} {note.b64(KEY.verifier.id + signature)}\n"


@pytest.mark.parametrize(
    "body",
    [
        f"{KEY.name}\n07\n{note.b64(bytes(32))}\n",
        f"{KEY.name}\n+7\n{note.b64(bytes(32))}\n",
        f"{KEY.name}\n7\n{note.b64(bytes(31))}\n",
        f"{KEY.name}\n7\n{note.b64(bytes(32))}\nextension\n",
        f"other\n7\n{note.b64(bytes(32))}\n",
        f"{KEY.name}\n7\n{note.b64(bytes(32))[:-2]}B=\n",
    ],
)
def test_odd_bodies_are_refused_even_when_signed(body: str) -> None:
    with pytest.raises(note.BadNote):
        note.open_checkpoint(resigned(body), KEY.verifier)


def test_a_second_signature_line_is_refused() -> None:
    with pytest.raises(note.BadNote):
        note.open_checkpoint(SIGNED + SIGNED.split("\n\n")[1], KEY.verifier)


def test_proofs_round_trip() -> None:
    hashes = [bytes([i]) * 32 for i in range(3)]
    assert note.parse_proof(note.format_proof(5, hashes, SIGNED)) == note.Proof(5, hashes, SIGNED)
    with pytest.raises(note.BadNote):
        note.parse_proof(note.format_proof(5, [b"short"], SIGNED))
    assert note.parse_proof(note.format_proof(0, [], SIGNED)) == note.Proof(0, [], SIGNED)


def test_aics_tlog_accepts_our_checkpoint() -> None:
    result = aics_tlog.verify_checkpoint(aics_tlog.parse_note(SIGNED), aics_tlog.parse_vkey(str(KEY.verifier)))
    assert result.ok, result
    assert aics_tlog.parse_checkpoint(HEAD.body) == aics_tlog.Checkpoint(HEAD.origin, HEAD.size, HEAD.root)
