from __future__ import annotations

import pytest

from huiyin.ledger import notes, proofs, tree

# The example of C2SP tlog-proof; its signatures are abridged there, so only the form can be checked.
EXAMPLE = """c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

"""


def genuine() -> tuple[proofs.Proof, bytes, notes.Signer]:
    signer = notes.Signer("voices.example/log", bytes(32))
    leaves = [b"one", b"two", b"three"]
    hashes = [tree.leaf_hash(leaf) for leaf in leaves]
    tiles = tree.Tiles(lambda level, index, width: b"".join(hashes))
    note = notes.sign_head(notes.Head("voices.example/log", 3, tiles.root(3)), 1_700_000_000, [signer])
    return proofs.Proof(1, tuple(tiles.inclusion(1, 3)), note), b"two", signer


def test_the_example_of_the_specification_is_read_and_written_back() -> None:
    proof = proofs.parse(EXAMPLE)
    assert (proof.index, len(proof.path)) == (73894, 5)
    assert proof.extra == b"age-v1.2.1-darwin-arm64.tar.gz"
    assert proof.checkpoint.startswith("example.com/fancylog\n109482\n")
    assert proof.text == EXAMPLE


def test_a_proof_travels_as_text_and_verifies() -> None:
    proof, leaf, signer = genuine()
    again = proofs.parse(proof.text)
    assert again == proof
    assert proofs.verify(again, leaf, [signer.key]).head.size == 3


def test_a_proof_of_another_leaf_or_by_another_key_is_refused() -> None:
    proof, leaf, signer = genuine()
    with pytest.raises(tree.ProofError):
        proofs.verify(proof, b"three", [signer.key])
    with pytest.raises(notes.NoteError):
        proofs.verify(proof, leaf, [notes.Signer("voices.example/log", bytes([1]) * 32).key])


@pytest.mark.parametrize(
    ("old", "new"),
    [("@v1", "@v2"), ("index 1", "index 01"), ("index 1", "index -1"), ("index 1", "place 1"), ("=\n\n", "\n\n")],
)
def test_malformed_proofs_are_refused(old: str, new: str) -> None:
    text = genuine()[0].text
    assert old in text
    with pytest.raises(notes.NoteError):
        proofs.parse(text.replace(old, new, 1))
