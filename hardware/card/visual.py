"""券面事項確認: the face photo, opened by 照合番号B, for a clerk who compares it with who is there.

Of the file only the photo is read: its neighbours (name, address, security code as pictures) are stepped over.
"""

from hardware.card import ber, layout
from hardware.card.exchange import Dialogue, Refused, open_with, read, read_to, select_file, wipe
from hardware.errors import CardMute
from server.protocol.values import Personal

_FILE = b"\xff\x20"
_PHOTO = b"\xdf\x27"
_STARTS = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")  # JP2, or its bare code stream
_MOST_FIELDS = 24
_LONGEST = 0x7FFF


class Photo(Personal, frozen=True, kw_only=True):
    """The face photo as it lies on the card (JPEG 2000); `photo.decode` makes a JPEG of it."""

    jp2: bytes


def face_photo(digits: bytearray, *, allow_last_try: bool = False) -> Dialogue[Photo | Refused]:
    """Read the face photo by 照合番号B (14 digits) with one VERIFY at most; `digits` is zero afterwards.

    The last try, or a try of which the card does not say whether it is the last, is spent only with `allow_last_try`.
    """
    try:
        if len(digits) != 14 or not digits.isdigit():
            raise ValueError("照合番号B has fourteen digits")
        refused = yield from open_with(
            layout.VISUAL, layout.FACE_NUMBER_B, digits, allow_last_try=allow_last_try
        )
    finally:
        wipe(digits)
    if refused is not None:
        return refused
    if not (yield from select_file(layout.FACE)):
        raise CardMute("photo: no such file")
    return (yield from _photo())


def _photo() -> Dialogue[Photo]:
    at, end = ber.extent((yield from read(0, ber.HEAD)), _FILE, "photo")
    for _ in range(_MOST_FIELDS):
        head = yield from read(at, 5)
        if len(head) < 3 or head[0] != 0xDF:
            break
        size, begin = ber.length(head, 2, "photo")
        at += begin
        if at + size > end:
            raise CardMute("photo: a field is longer than the file")
        if head[:2] == _PHOTO:
            jp2 = yield from read_to(b"", at + size, start=at, most=_LONGEST, what="photo")
            if not jp2.startswith(_STARTS):
                raise CardMute("photo: it is no JPEG 2000")
            return Photo(jp2=jp2)
        at += size
    raise CardMute("photo: there is none in the file")
