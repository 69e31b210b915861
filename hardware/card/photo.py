"""From the JPEG 2000 on a card to a JPEG for a page; its bytes are a stranger's, so their size is judged before they are decoded."""

import cv2
import numpy as np

from hardware.errors import CardMute

LARGEST = 40_000
"""Bytes of the JPEG: what one message carries."""

_MOST_BYTES = 0x7FFF
_MOST_PIXELS = 1024
_MOST_TILES = 16
_SIZ = b"\xff\x4f\xff\x51"
_QUALITIES = (92, 80, 65, 45, 25)


def decode(jp2: bytes) -> bytes:
    """Make a JPEG of at most `LARGEST` bytes; raises CardMute for anything that is no small photo. Blocks for milliseconds."""
    _judge(jp2)
    try:
        picture = cv2.imdecode(np.frombuffer(jp2, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        raise CardMute("photo: cannot be decoded") from None
    if picture is None:
        raise CardMute("photo: cannot be decoded")
    for quality in _QUALITIES:
        done, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
        if done and jpeg.size <= LARGEST:
            return jpeg.tobytes()
    raise CardMute("photo: too rich for a small picture")


def _judge(jp2: bytes) -> None:
    """Read the image's own size (ISO 15444-1 §A.5.1): a kilobyte can claim gigabytes."""
    at = jp2.find(_SIZ)
    if len(jp2) > _MOST_BYTES or at < 0 or len(jp2) < at + 42:
        raise CardMute("photo: no JPEG 2000 of a photo's size")
    width, height, left, top, tile_width, tile_height = (
        int.from_bytes(jp2[at + 8 + 4 * n : at + 12 + 4 * n]) for n in range(6)
    )
    components = int.from_bytes(jp2[at + 40 : at + 42])
    fits = left < width <= _MOST_PIXELS and top < height <= _MOST_PIXELS and components in (1, 3)
    if not fits or not tile_width or not tile_height:
        raise CardMute("photo: not the size of a photo")
    if -(-width // tile_width) * -(-height // tile_height) > _MOST_TILES:
        raise CardMute("photo: cut into too many tiles")
