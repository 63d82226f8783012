"""The tree against the RFC 6962 vectors, an independent recursion, and aics-tlog."""

from hashlib import sha256

import aics_tlog
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.openlog import merkle

# Inputs and roots of the Certificate Transparency tests (also transparency-dev/merkle).
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def recursive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + recursive_root(leaves[:k]) + recursive_root(leaves[k:])).digest()


def leaves_of(n: int) -> list[bytes]:
    return [merkle.leaf_hash(str(i).encode()) for i in range(n)]


def test_the_known_vectors() -> None:
    assert merkle.Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    tree = merkle.Tree()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.extend([merkle.leaf_hash(leaf)])
        assert tree.root().hex() == root


def hexes(*texts: str) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


# Proofs over these leaves as transparency-dev/merkle expects them (proof/verify_test.go; there leaves are counted from 1).
A, B, C = hexes(
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E, F = hexes(
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)
G, H = hexes(
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
)
INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, F]),
    (2, 3, hexes(ROOTS[1])),
    (1, 5, [bytes.fromhex(ROOTS[0]), B, D]),
]
CONSISTENCY = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [G, E, F]), (2, 5, [B, D]), (6, 7, [G, H, F])]
OTHER = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def bent(proof: list[bytes], *roots: bytes) -> list[list[bytes]]:
    """The ways in which transparency-dev/merkle bends a proof; each must be refused."""
    ways = [[*proof, b""], [b"", *proof], *[[*proof, root] for root in roots], *[[root, *proof] for root in roots]]
    for i, one in enumerate(proof):
        for bit in range(8):
            ways.append([*proof[:i], bytes([one[0] ^ 1 << bit]) + one[1:], *proof[i + 1 :]])
    if proof:
        ways += [proof[:-1], [], [proof[0], *proof]]
    if len(proof) > 1:
        ways.append([proof[0], OTHER, *proof[1:]])
    return ways


def span(a: int, b: int) -> bytes:
    return recursive_root([merkle.leaf_hash(leaf) for leaf in LEAVES][a:b])


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_the_known_inclusion_proofs(index: int, size: int, proof: list[bytes]) -> None:
    leaf, root = merkle.leaf_hash(LEAVES[index]), bytes.fromhex(ROOTS[size - 1])
    assert merkle.inclusion_proof(index, size, span) == proof
    merkle.verify_inclusion(index, size, leaf, proof, root)
    wrong = [(i, size, leaf, proof, root) for i in {index - 1, index + 1, index ^ 2}]
    wrong += [(index, n, leaf, proof, root) for n in (size * 2, size // 2)]
    wrong += [(index, size, b"WrongLeaf", proof, root), (index, size, leaf, proof, merkle.EMPTY), (index, size, leaf, proof, OTHER)]
    wrong += [(index, size, leaf, way, root) for way in bent(proof, root)]
    for case in wrong:
        with pytest.raises(merkle.BadProof):
            merkle.verify_inclusion(*case)


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_the_known_consistency_proofs(old: int, new: int, proof: list[bytes]) -> None:
    was, now = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert merkle.consistency_proof(old, new, span) == proof
    merkle.verify_consistency(old, new, was, now, proof)
    wrong = [(old, new, was, now, way) for way in bent(proof, was, now)]
    if old != new:
        wrong += [(n, new, was, now, proof) for n in {old - 1, old + 1, old ^ 2}]
        wrong += [(old, n, was, now, proof) for n in (new * 2, new // 2)]
    wrong += [(old, new, b"WrongRoot", now, proof), (old, new, was, b"WrongRoot", proof), (old, new, was, OTHER, proof)]
    wrong += [(old, new, now, was, proof)] if was != now else []
    for case in wrong:
        with pytest.raises(merkle.BadProof):
            merkle.verify_consistency(*case)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 600), min_size=1, max_size=5))
def test_growing_in_any_steps_gives_the_same_root_and_tiles(steps: list[int]) -> None:
    total = sum(steps)
    hashes, tree, full, at = leaves_of(total), merkle.Tree(), {}, 0
    for step in steps:
        for level, number, data, root in tree.extend(hashes[at : at + step]):
            full[level, number] = data
            assert root == recursive_root(merkle.split(data))
        at += step
    assert tree.root() == recursive_root(hashes)
    for number in range(total // 256):
        assert full[0, number] == b"".join(hashes[number * 256 : number * 256 + 256])
    assert merkle.Tree(tree.size, tree.edge).root() == tree.root()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_proofs_hold_here_and_for_an_outside_verifier(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    hashes = leaves_of(size)

    def span(a: int, b: int) -> bytes:
        return recursive_root(hashes[a:b])

    root, old_root = recursive_root(hashes), recursive_root(hashes[:old])
    path, between = merkle.inclusion_proof(index, size, span), merkle.consistency_proof(old, size, span)
    merkle.verify_inclusion(index, size, hashes[index], path, root)
    merkle.verify_consistency(old, size, old_root, root, between)
    assert aics_tlog.verify_inclusion(hashes[index], index, size, path, root)
    assert aics_tlog.verify_consistency(old, size, old_root, root, between)
    # Any change is refused.
    for wrong in ([*path, bytes(32)], path[:-1], [bytes(32), *path[1:]]):
        if wrong != path:
            with pytest.raises(merkle.BadProof):
                merkle.verify_inclusion(index, size, hashes[index], wrong, root)
    for wrong in ([*between, bytes(32)], between[:-1], [bytes(32), *between[1:]]):
        if wrong != between:
            with pytest.raises(merkle.BadProof):
                merkle.verify_consistency(old, size, old_root, root, wrong)


def test_strictness() -> None:
    root = merkle.leaf_hash(b"")
    for bad in (root[:31], root + b"\x00"):
        with pytest.raises(merkle.BadProof):
            merkle.verify_inclusion(0, 1, bad, [], root)
        with pytest.raises(merkle.BadProof):
            merkle.verify_consistency(1, 1, bad, bad, [])
    with pytest.raises(merkle.BadProof):
        merkle.verify_consistency(0, 1, merkle.EMPTY, root, [])
    with pytest.raises(merkle.BadProof):
        merkle.verify_inclusion(0, 0, root, [], merkle.EMPTY)


@given(st.integers(0, 10**12), st.integers(1, 256))
def test_tile_paths_round_trip_and_agree_with_an_outside_tool(number: int, width: int) -> None:
    path = merkle.tile_path(3, number, width)
    assert merkle.parse_number(path.removeprefix("tile/3/")) == (number, width)
    assert path == aics_tlog.tiles.tile_path(3, number, None if width == 256 else width)


@pytest.mark.parametrize(
    "path",
    ["", "1", "0001", "x000/001", "x001", "001/002", "x001/2", "000.p/0", "000.p/256", "000.p/01", "000.p/", "٠٠٠", "../000", "-01"],
)
def test_other_spellings_of_a_tile_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not"):
        merkle.parse_number(path)
