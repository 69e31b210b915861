"""The little of BER that files on a card are made of (ISO 7816-4 §5.2.2); errors name the file, never its content."""

from hardware.errors import CardMute

STRAY = 2
"""Cards issued about 2023 are said to have two more bytes in front of FF20; not confirmed, harmless to accept."""
HEAD = STRAY + 2 + 3
"""Bytes from which `extent` can always tell the length: the longest header is 82 hh ll."""


def extent(head: bytes, tag: bytes, what: str) -> tuple[int, int]:
    """Say where the content of a file's one object begins and ends, from the first `HEAD` bytes of the file."""
    start = head.find(tag, 0, STRAY + len(tag))
    if start < 0:
        raise CardMute(f"{what}: the file does not begin with {tag.hex().upper()}")
    size, body = length(head, start + len(tag), what)
    return body, body + size


def length(data: bytes, at: int, what: str) -> tuple[int, int]:
    """Read a length (one byte, 81 xx, 82 xxxx); also say where the value begins."""
    if at >= len(data):
        raise CardMute(f"{what}: the length is missing")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if count not in (1, 2) or at + 1 + count > len(data):
        raise CardMute(f"{what}: a length we do not understand")
    return int.from_bytes(data[at + 1 : at + 1 + count]), at + 1 + count
