"""券面事項入力補助: the four attributes, opened by the resident's PIN or by 照合番号B that the clerk reads from the card."""

from hardware.card import basic_four, layout
from hardware.card.exchange import (
    Dialogue,
    Refused,
    count,
    open_with,
    read,
    read_to,
    select_application,
    select_file,
    wipe,
)
from hardware.errors import CardMute, CardRefused
from server.protocol.values import FourBasicData

Attributes = FourBasicData | Refused
_LONGEST = 4096


def tries_left() -> Dialogue[int | None]:
    """Ask how often the four digits may still be wrong (0 = locked, None = the card does not say); spends no try."""
    if not (yield from select_application(layout.TEXT)):
        raise CardRefused("select 券面事項入力補助", 0x6A82)
    if not (yield from select_file(layout.ATTRIBUTES_PIN)):
        raise CardRefused("select its PIN", 0x6A82)
    return (yield from count())


def four_attributes(pin: bytearray, *, allow_last_try: bool = False) -> Dialogue[Attributes]:
    """Read 基本4情報 with one VERIFY at most; `pin` is overwritten with zeros, whatever happens.

    The last try, or a try of which the card does not say whether it is the last, is spent only with `allow_last_try`.
    """
    try:
        if len(pin) != 4 or not pin.isdigit():
            raise ValueError("a PIN of 券面事項入力補助 has four digits")
        return (yield from _attributes(layout.ATTRIBUTES_PIN, pin, allow_last_try))
    finally:
        wipe(pin)


def attributes_by_number(digits: bytearray, *, allow_last_try: bool = False) -> Dialogue[Attributes]:
    """Read 基本4情報 by 照合番号B (14 digits) with the care due to a PIN: one VERIFY at most, `digits` is zero afterwards."""
    try:
        if len(digits) != 14 or not digits.isdigit():
            raise ValueError("照合番号B has fourteen digits")
        return (yield from _attributes(layout.NUMBER_B, digits, allow_last_try))
    finally:
        wipe(digits)


def _attributes(file: int, secret: bytearray, allow_last_try: bool) -> Dialogue[Attributes]:
    refused = yield from open_with(layout.TEXT, file, secret, allow_last_try=allow_last_try)
    if refused is not None:
        return refused
    if not (yield from select_file(layout.ATTRIBUTES)):
        raise CardMute("attributes: no such file")
    head = yield from read(0, basic_four.HEAD)
    _, end = basic_four.extent(head)
    return basic_four.parse((yield from read_to(head, end, most=_LONGEST, what="attributes")))
