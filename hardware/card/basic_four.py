"""What EF 0002 of 券面事項入力補助 says: bytes to `FourBasicData`.

    FF 20 <len>
      DF 21 08  where the four fields begin (not needed: every field carries its own tag)
      DF 22 n   氏名, UTF-8, family U+3000 given
      DF 23 n   住所, UTF-8
      DF 24 08  生年月日, ASCII YYYYMMDD
      DF 25 01  性別, ASCII

Strict about what a person would see, tolerant of what they would not: filler, order, unknown tags.
Errors name the field, never its content.
"""

import re
from collections.abc import Iterator

from hardware.card import ber
from hardware.errors import CardMute
from server.protocol.values import FourBasicData

FILE = b"\xff\x20"
HEAD = ber.HEAD

_NAME, _ADDRESS, _BIRTH, _SEX = 0xDF22, 0xDF23, 0xDF24, 0xDF25
_NAMES = {_NAME: "name", _ADDRESS: "address", _BIRTH: "birth date", _SEX: "sex"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LIMITS = {_NAME: 400, _ADDRESS: 800, _BIRTH: 8, _SEX: 1}


def extent(head: bytes) -> tuple[int, int]:
    """Say where the content begins and ends in the file, from its first `HEAD` bytes."""
    return ber.extent(head, FILE, "attributes")


def parse(file: bytes) -> FourBasicData:
    """Read the four attributes; raises CardMute when the file does not say all of them."""
    body, end = extent(file)
    if end > len(file):
        raise CardMute("attributes: the file is shorter than it says")
    found: dict[int, str] = {}
    for tag, value in _objects(file[body:end]):
        if tag in found:
            raise CardMute(f"attributes: {_NAMES[tag]} twice")
        if tag in _NAMES:
            found[tag] = _text(tag, value)
    missing = [name for tag, name in _NAMES.items() if tag not in found]
    if missing:
        raise CardMute(f"attributes: no {missing[0]}")
    birth = found[_BIRTH]
    if len(birth) != 8 or not birth.isascii() or not birth.isdigit():
        raise CardMute("attributes: birth date is not eight digits")
    match found[_SEX]:
        case "1" | "2" | "9" | "0" as sex:
            return FourBasicData(name=found[_NAME], address=found[_ADDRESS], birth_date=birth, sex=sex)
        case _:  # any other text of the card's: a peer's mistake, not a state of ours
            raise CardMute("attributes: sex is none of 0, 1, 2, 9")


def _objects(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (tag, value) until the body or its filler ends."""
    at = 0
    while at < len(body):
        if body[at] in (0x00, 0xFF):  # ISO 7816-4 §5.2.2: 00 and FF between objects mean nothing
            at += 1
            continue
        if at + 2 > len(body) or body[at] != 0xDF:
            raise CardMute("attributes: a tag we do not know")
        tag = int.from_bytes(body[at : at + 2])
        length, begin = ber.length(body, at + 2, "attributes")
        if begin + length > len(body):
            raise CardMute("attributes: a field is longer than the file")
        yield tag, body[begin : begin + length]
        at = begin + length


def _text(tag: int, value: bytes) -> str:
    """Decode one field, without the padding around it."""
    try:
        text = value.decode("utf-8").strip(" \x00\u3000\uffff")
    except UnicodeDecodeError:
        # `from None`: the original carries the bytes of the field.
        raise CardMute(f"attributes: {_NAMES[tag]} is not UTF-8") from None
    if not text or len(text) > _LIMITS[tag]:
        raise CardMute(f"attributes: {_NAMES[tag]} is empty or too long")
    if _CONTROL.search(text):
        raise CardMute(f"attributes: {_NAMES[tag]} has control characters")
    return text
