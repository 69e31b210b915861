"""A photo from a card becomes a small JPEG, and hostile bytes become our own error before they cost anything."""

import random

import cv2
import numpy as np
import pytest

from hardware.card.photo import LARGEST, decode
from hardware.card.virtual.face import HEIGHT, WIDTH, portrait
from hardware.errors import CardMute

PHOTO = portrait("ordinary", "2")


def test_the_photo_is_the_same_face_as_a_jpeg_that_fits_a_message():
    jpeg = decode(PHOTO)
    assert len(jpeg) <= LARGEST
    seen = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    drawn = cv2.imdecode(np.frombuffer(PHOTO, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert seen is not None
    assert drawn is not None
    assert seen.shape == (HEIGHT, WIDTH)
    assert float(np.abs(seen.astype(float) - drawn.astype(float)).mean()) < 3


def sized(width: int, height: int, tile: int = 4096, components: int = 1) -> bytes:
    """The photo, but claiming another size."""
    at = PHOTO.index(b"\xff\x4f\xff\x51") + 8
    claims = b"".join(n.to_bytes(4) for n in (width, height, 0, 0, tile, tile, 0, 0)) + components.to_bytes(2)
    return PHOTO[:at] + claims + PHOTO[at + len(claims) :]


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"not a picture at all",
        b"\xff\xd8\xff\xe0" + bytes(100),
        PHOTO[:60],
        PHOTO[: len(PHOTO) // 40],
        sized(0xFFFFFFFF, 0xFFFFFFFF),
        sized(60_000, 60_000),
        sized(0, 0),
        sized(1000, 1000, tile=1),
        sized(1000, 1000, tile=0),
        sized(100, 100, components=16384),
        PHOTO + bytes(0x8000),
    ],
)
def test_what_is_no_photo_of_a_persons_size_is_refused(hostile: bytes):
    with pytest.raises(CardMute, match="photo"):
        decode(hostile)


def test_damaged_photos_give_a_picture_or_our_own_error():
    chance = random.Random(19440503)
    for _ in range(150):
        damaged = bytearray(PHOTO)
        for _ in range(chance.randrange(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert len(decode(bytes(damaged))) <= LARGEST
        except CardMute:
            pass
