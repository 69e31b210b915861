"""Shared pages arrive whole or not at all."""

import hashlib

import msgspec

from kiosk.media.leaves import Arriving

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 300


def header(data: bytes = JPEG, **more: object) -> str:
    said = {
        "page": 2,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "width": 1600,
        "height": 1131,
    }
    return msgspec.json.encode(said | more).decode()


def test_a_page_is_there_when_its_last_piece_has_come_and_its_hash_fits():
    arriving = Arriving()
    assert arriving.take(header()) is None
    assert arriving.take(JPEG[:40_000]) is None
    leaf = arriving.take(JPEG[40_000:])
    assert leaf is not None
    assert (leaf.header.page, leaf.jpeg) == (2, JPEG)
    assert repr(leaf) == "<Leaf 2>"
    assert arriving.take(JPEG) is None, "bytes without a header are nobody's"


def test_what_does_not_fit_its_header_is_dropped():
    other = b"\xff\xd8\xff\xe0" + bytes(len(JPEG) - 4)
    for said, data in (
        (header(), other),
        (header(), JPEG + b"x"),
        (header(b"GIF8" + JPEG), b"GIF8" + JPEG),
        (header(page=31), JPEG),
        (header(bytes=50_000_000), JPEG),
        ("{", JPEG),
        (header() + " " * 500, JPEG),
    ):
        arriving = Arriving()
        arriving.take(said)
        assert arriving.take(data) is None
        assert arriving.take(5) is None


def test_a_new_header_begins_anew():
    arriving = Arriving()
    arriving.take(header())
    arriving.take(JPEG[:10])
    arriving.take(header())
    assert arriving.take(JPEG) is not None
