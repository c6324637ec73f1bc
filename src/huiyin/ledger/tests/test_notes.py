from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.ledger import notes

# Go's golang.org/x/mod/sumdb/note (package documentation and note_test.go).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# C2SP signed-note, "Example" of the version with verifier keys.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# A checkpoint published by the Go checksum database (transparency-dev/formats, log/checkpoint_test.go).
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n\u2014 sum.golang.org "
    "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n"
)
# C2SP signed-note, "Format": the text itself holds an empty line.
QUASIMODO = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \u00e8 subito sera.\n\n"
    "\u2014 quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
# C2SP tlog-cosignature, the example at its head (no keys are published for it).
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
# A cosigner's verifier key of type 0x04 (transparency-dev/formats, note/note_cosigv1_test.go).
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

ROOT = bytes(range(32))


def signer(name: str = "voices.example/log", seed: int = 1) -> notes.Signer:
    return notes.Signer(name, bytes([seed]) * 32)


def test_the_note_of_the_go_documentation_opens_and_is_signed_to_the_byte() -> None:
    peter, enoch = notes.Key.parse(PETER), notes.Key.parse(ENOCH)
    assert notes.open_note(notes.join(TEXT, [PETER_LINE]), [peter]).text == TEXT
    both = notes.open_note(notes.join(TEXT, [PETER_LINE, ENOCH_LINE]), [peter, enoch])
    assert both.signed_by == (peter, enoch)
    secret = notes.Signer.parse(PETER_SECRET)
    assert secret.key.text == PETER
    assert secret.secret_text == PETER_SECRET
    assert secret.sign(TEXT) == PETER_LINE


def test_notes_and_checkpoints_of_others_open_with_their_keys() -> None:
    assert notes.open_note(FOO_NOTE, [notes.Key.parse(FOO)]).text == "This is an example message.\n"
    head = notes.Head.parse(notes.open_note(SUMDB_NOTE, [notes.Key.parse(SUMDB)]).text)
    assert (head.origin, head.size) == ("go.sum database tree", 6476701)


def test_the_text_of_a_note_may_hold_empty_lines() -> None:
    text, signatures = notes.split(QUASIMODO)
    assert text.endswith("sole:\n\ned \u00e8 subito sera.\n")
    assert [(s.name, len(s.data)) for s in signatures] == [("quasimodo.example/salvatore", 64)]


def test_the_time_in_the_example_cosignature_is_the_one_the_specification_prints() -> None:
    text, signatures = notes.split(COSIGNED)
    witness = signatures[1]
    assert int.from_bytes(witness.data[:8], "big") == 1679315147
    assert len(witness.data) == 72
    # The signed message as printed in tlog-cosignature, "Ed25519 signed message".
    assert notes.cosigned_message(text, 1679315147) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


@pytest.mark.parametrize("text", [PETER, ENOCH, FOO, SUMDB, REMORA])
def test_verifier_keys_are_read_and_written_back(text: str) -> None:
    assert notes.Key.parse(text).text == text


def test_mangled_verifier_keys_are_refused() -> None:
    # The manglings of Go's TestNewVerifier: every shorter piece, every changed character.
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(notes.NoteError):
                    notes.Key.parse(PETER[start:end])
    for place in range(len(PETER)):
        with pytest.raises(notes.NoteError):
            notes.Key.parse(PETER[:place] + chr(ord(PETER[place]) + 1) + PETER[place + 1 :])
    for text in (
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ):
        with pytest.raises(notes.NoteError):
            notes.Key.parse(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        TEXT + PETER_LINE,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        TEXT + "\n" + PETER_LINE.replace("\u2014 ", "- "),
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Peter+Neumann"),
        TEXT + "\n" + PETER_LINE.replace("=\n", "==\n"),
        TEXT + "\n" + PETER_LINE.replace("=\n", "\n"),
        TEXT.replace("you", "y\tou", 1) + "\n" + PETER_LINE,
        TEXT + "\n" + PETER_LINE * 65,
        TEXT + "\n\u2014 PeterNeumann x08go/Y=\n",
    ],
)
def test_malformed_notes_are_refused(note: str) -> None:
    with pytest.raises(notes.NoteError):
        notes.open_note(note, [notes.Key.parse(PETER)])


def test_a_signature_by_a_known_key_that_fails_spoils_the_note() -> None:
    forged = notes.join(TEXT.replace("answer", "cure"), [PETER_LINE])
    with pytest.raises(notes.NoteError):
        notes.open_note(forged, [notes.Key.parse(PETER)])


def test_signatures_of_strangers_are_ignored_and_do_not_count() -> None:
    stranger = signer("other.example/witness", 9)
    note = notes.join(TEXT, [stranger.sign(TEXT), PETER_LINE])
    assert notes.open_note(note, [notes.Key.parse(PETER)]).signed_by == (notes.Key.parse(PETER),)
    with pytest.raises(notes.NoteError):
        notes.open_note(notes.join(TEXT, [stranger.sign(TEXT)]), [notes.Key.parse(PETER)])


def test_a_witness_may_add_its_cosignature_to_our_checkpoint() -> None:
    log, witness = signer(), signer("archive.example/witness", 2)
    head = notes.Head("voices.example/log", 12, ROOT)
    note = notes.sign_head(head, 1_700_000_000, [log])
    cosigned = note + witness.cosign(head.text, 1_700_000_060)
    opened = notes.open_note(cosigned, [log.key, witness.key.clock()])
    assert opened.times == ((witness.key.clock(), 1_700_000_060),)
    assert notes.open_head(cosigned, [log.key]).time == 1_700_000_000


def test_the_time_of_a_checkpoint_cannot_be_changed() -> None:
    log = signer()
    head = notes.Head("voices.example/log", 12, ROOT)
    genuine = notes.sign_head(head, 1_700_000_000, [log])
    other = notes.sign_head(head, 1_600_000_000, [log])
    assert notes.open_head(genuine, [log.key], "voices.example/log").time == 1_700_000_000
    lines = genuine.split("\n\n")[1].splitlines(keepends=True)
    others = other.split("\n\n")[1].splitlines(keepends=True)
    data = notes._decode(lines[1].rsplit(" ", 1)[1].strip())
    moved = notes._line(log.key.name, data[:4] + (1_600_000_000).to_bytes(8, "big") + data[12:])
    for signatures in ([lines[0], moved], [lines[0]], [lines[1]], [others[1]]):
        with pytest.raises(notes.NoteError):
            notes.open_head(notes.join(head.text, signatures), [log.key])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    log = signer()
    note = notes.sign_head(notes.Head("other.example/log", 12, ROOT), 1_700_000_000, [log])
    with pytest.raises(notes.NoteError):
        notes.open_head(note, [log.key], "voices.example/log")


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "\n1\n" + "A" * 43 + "=\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n1\nAAAA\n",
        "a\n1\n" + "A" * 43 + "=\nextension\n",
        "a\n1\n" + "A" * 43 + "=",
    ],
)
def test_a_body_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(notes.NoteError):
        notes.Head.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "plus+sign", "cosignature/v1", "tab\tname"])
def test_names_that_could_be_misread_are_refused(name: str) -> None:
    with pytest.raises(notes.NoteError):
        signer(name)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**53), st.integers(0, 2**40))
def test_what_is_signed_opens_and_says_the_same(root: bytes, size: int, time: int) -> None:
    log = signer()
    opened = notes.open_head(notes.sign_head(notes.Head("voices.example/log", size, root), time, [log]), [log.key])
    assert (opened.head.size, opened.head.root, opened.time) == (size, root, time)
