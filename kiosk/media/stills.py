"""Full-resolution pictures of the paper on request, over the data channel "stills".

Request, text: {"still": "document"}. Answer, text: {"still": "document", "bytes": n, "width": w, "height": h} followed
by the JPEG in binary chunks, or {"still": "document", "error": "camera_missing" | "held" | "busy"}.
"""

from typing import Literal

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

CHUNK = 16_384
JPEG_QUALITY = 88


class Request(msgspec.Struct, frozen=True):
    """What the console asks."""

    still: Literal["document"]


class Announced(msgspec.Struct, frozen=True):
    """A picture of this size follows."""

    still: Literal["document"]
    bytes: int
    width: int
    height: int


class Refused(msgspec.Struct, frozen=True):
    """There is none."""

    still: Literal["document"]
    error: Literal["camera_missing", "held", "busy"]


def asked(message: object) -> bool:
    """Say whether a message of the channel is a request; anything else is ignored."""
    if not isinstance(message, str) or len(message) > 200:
        return False
    try:
        msgspec.json.decode(message, type=Request)
    except msgspec.DecodeError:
        return False
    return True


def jpeg(image: NDArray[np.uint8]) -> bytes:
    """Encode one picture; takes tens of milliseconds, so call it in a thread."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes()


def announcement(image: NDArray[np.uint8], data: bytes) -> str:
    """Return the text before the chunks."""
    height, width = image.shape[:2]
    return msgspec.json.encode(Announced("document", len(data), width, height)).decode()


def refusal(error: Literal["camera_missing", "held", "busy"]) -> str:
    """Return the text instead of a picture."""
    return msgspec.json.encode(Refused("document", error)).decode()


def chunks(data: bytes) -> list[bytes]:
    """Cut for a channel whose messages must stay small."""
    return [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
