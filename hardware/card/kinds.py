"""What card this is, by what it can do and never by its ATR."""

from datetime import datetime
from typing import Literal

import msgspec

from hardware.card import jpki, layout
from hardware.card.exchange import Certificate, Dialogue, count, read, select_application, select_file
from hardware.card.jpki import Validity

CardKind = Literal["my_number", "face_only", "phone", "other"]
"""What lies on the reader: 顔認証マイナンバーカード has no PIN, and a telephone has no four attributes to read."""

Kind = Literal["my_number", "child", "face_only", "phone", "expired", "other"]
"""`child` has no signing certificate, `expired` means that of its authentication certificate; both still give the attributes."""


class CardFacts(msgspec.Struct, frozen=True):
    """Everything a card says about itself without a secret; nothing of it is about the person.

    `certain` is False where the kind is an inference: an adult can have declined the signing certificate too, and how
    a face-only card answers has not been measured. `expired` is certain as far as this machine's clock is right, and
    speaks of the certificate: when the card itself ends is not readable without a secret.
    """

    kind: Kind
    certain: bool
    attributes_tries: int | None = None
    number_tries: int | None = None  # 照合番号B, where it opens the attributes
    authentication_tries: int | None = None
    signing_tries: int | None = None
    authentication: Validity | None = None
    signs: bool = False


def identify() -> Dialogue[CardKind]:
    """Tell what kind of card this is in the fewest commands; spends no try."""
    if (yield from select_application(layout.TEXT)):
        if not (yield from select_file(layout.ATTRIBUTES_PIN)):
            return "face_only"
        if (yield from count()) != 0:
            return "my_number"
        return "face_only" if (yield from _never_had_a_pin()) else "my_number"
    return "phone" if (yield from _is_phone()) else "other"


def examine(now: datetime) -> Dialogue[CardFacts]:
    """Ask the card everything it says without a secret: kind, four counters, dates of the free certificate."""
    kind = yield from identify()
    if kind == "other":
        return CardFacts("other", certain=True)
    attributes = (yield from _tries(layout.TEXT, layout.ATTRIBUTES_PIN)) if kind != "phone" else None
    number = (yield from _tries(layout.TEXT, layout.NUMBER_B)) if kind != "phone" else None
    authentication = yield from _tries(layout.JPKI, layout.AUTHENTICATION_PIN)
    signing = yield from _tries(layout.JPKI, layout.SIGNING_PASSWORD)
    found = yield from jpki.authentication_certificate()
    dates = jpki.validity(found) if isinstance(found, Certificate) else None
    signs = (yield from select_application(layout.JPKI)) and (yield from jpki.signs_documents())
    full, certain = _full(kind, signs, dates is not None and dates.end < now)
    return CardFacts(full, certain, attributes, number, authentication, signing, dates, signs)


def _full(kind: CardKind, signs: bool, over: bool) -> tuple[Kind, bool]:
    """Refine a kind, and say whether it is certain."""
    if kind != "my_number":
        return kind, kind != "face_only"
    if over:
        return "expired", True
    return ("my_number", True) if signs else ("child", False)


def _tries(application: bytes, file: int) -> Dialogue[int | None]:
    if not (yield from select_application(application)) or not (yield from select_file(file)):
        return None
    return (yield from count())


def _is_phone() -> Dialogue[bool]:
    if not (yield from select_application(layout.JPKI)) or not (yield from select_file(layout.TOKEN_INFO)):
        return False
    return (yield from read(0, 32)).rstrip(b" \x00") in layout.PHONE_TOKENS


def _never_had_a_pin() -> Dialogue[bool]:
    """Tell 顔認証 from a locked card: it has no signing certificate, and its other PIN has no tries either.

    A guess until somebody has measured one; being wrong costs nothing, both ways lead to going on without the card.
    """
    if not (yield from select_application(layout.JPKI)):
        return False
    if not (yield from select_file(layout.CERTIFICATES_PRESENT)):
        return False
    if (yield from read(0, 3))[:1] == b"\x8f":
        return False
    if not (yield from select_file(layout.AUTHENTICATION_PIN)):
        return True
    return (yield from count()) == 0
