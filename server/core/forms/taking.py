"""What somebody typed becomes the one spelling we keep, or a reason why it cannot be kept. Nothing is dropped silently."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import phonenumbers

from server.core.forms import eras
from server.core.forms.book import LIMITS, Field
from server.protocol.values import Key, Personal, Value

Warning = Literal["stripped", "gaiji", "unprintable", "private", "phone_unusual", "card_differs"]
Reason = Literal[
    "empty", "too_long", "emoji", "sign", "kana_only", "not_a_date", "no_such_day", "not_in_era", "ahead", "too_old",
    "postal", "phone", "option", "count", "too_few", "too_many", "digits", "my_number",
]  # fmt: skip
OLDEST = 130
"""Years: nobody's birth, nobody's move lies further back."""


class Taken(Personal, frozen=True, kw_only=True):
    """A value in the spelling we keep, and what somebody should know about it."""

    value: str
    warnings: tuple[Warning, ...] = ()


class NotTaken(Value, frozen=True, kw_only=True):
    """Why a value was refused; `limit` or `name` fill the sentence, the value itself is not repeated."""

    reason: Reason
    limit: int = 0
    name: str = ""


class Points:
    """A set of code points, one bit each: a font has tens of thousands, and a server keeps them for years."""

    __slots__ = ("_bits",)

    def __init__(self, points: Iterable[int] = ()) -> None:
        bits = bytearray((sys.maxunicode >> 3) + 1)
        for point in points:
            bits[point >> 3] |= 1 << (point & 7)
        self._bits = bytes(bits).rstrip(b"\0")

    def __contains__(self, point: int) -> bool:
        at = point >> 3
        return at < len(self._bits) and bool(self._bits[at] >> (point & 7) & 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Points) and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self._bits)


class Letters(Value, frozen=True, kw_only=True):
    """Which characters the fonts of the papers have: the main one, and any of them."""

    main: Points = Points()
    any: Points = Points()


def take(
    field: Field, raw: str, options: Mapping[Key, str], today: date, letters: Letters
) -> Taken | NotTaken:
    """Normalise and judge what was typed into a field."""
    limit = field.most if field.most is not None and field.kind != "count" else LIMITS[field.kind]
    if len(raw) > 4 * limit + 100:  # nobody's slip of the finger; not worth normalising
        return NotTaken(reason="too_long", limit=limit)
    text, stripped = tidy(raw)
    if not text:
        return NotTaken(reason="empty")
    taken = _by_kind(field, text, options, today)
    if isinstance(taken, NotTaken):
        return taken
    if len(taken.value) > limit:
        return NotTaken(reason="too_long", limit=limit)
    if field.kind in ("name", "kana", "address", "text", "digits") and holds_my_number(taken.value):
        return NotTaken(reason="my_number")
    found: list[Warning] = ["stripped"] if stripped else []
    return Taken(value=taken.value, warnings=(*found, *taken.warnings, *rare(taken.value, letters)))


def tidy(raw: str) -> tuple[str, bool]:
    """Return one line without control and bidirectional characters, and whether any were removed.

    Composed (NFC) except for compatibility ideographs: NFC would turn the 神 of a name into another shape of it.
    """
    spaced = "".join(" " if c in "\n\r\t\v\f\u2028\u2029\u00a0" else c for c in raw)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn"))
    composed = "".join(
        part if _compatible(part[:1]) else unicodedata.normalize("NFC", part)
        for part in re.split(r"([\uf900-\ufaff\U0002f800-\U0002fa1f]+)", kept)
    )
    return re.sub(" +", " ", composed).strip(" \u3000"), len(kept) != len(spaced)


def rare(value: str, letters: Letters) -> tuple[Warning, ...]:
    """Name what papers, or other systems, may not have a letter for."""
    points = {ord(c) for c in value if not c.isspace() and unicodedata.category(c) != "Mn"}
    found: list[Warning] = []
    if any(unicodedata.category(chr(point)) == "Co" for point in points):
        found.append("private")
    if any(point not in letters.any for point in points):
        found.append("unprintable")
    elif any(point not in letters.main for point in points):
        found.append("gaiji")
    return tuple(found)


def holds_my_number(value: str) -> bool:
    """Say whether twelve digits stand there whose check digit is that of a 個人番号: such a number is never kept.

    平成26年総務省令第85号5条: 11 minus the weighted sum modulo 11, and 0 where that remainder is 0 or 1.
    """
    folded = re.sub(r"(?<=\d)[ \u3000‐‑–—―−ー-](?=\d)", "", unicodedata.normalize("NFKC", value))
    for run in re.findall(r"(?<!\d)\d{12}(?!\d)", folded):
        digits = [int(c) for c in reversed(run)]
        remainder = sum(d * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(digits[1:], 1)) % 11
        if digits[0] == (0 if remainder <= 1 else 11 - remainder):
            return True
    return False


def _by_kind(field: Field, text: str, options: Mapping[Key, str], today: date) -> Taken | NotTaken:
    match field.kind:
        case "name":
            return _name(text)
        case "kana":
            return _kana(text)
        case "date":
            return _date(field, text, today)
        case "postal":
            digits = _digits(text.removeprefix("〒"))
            known = re.fullmatch(r"\d{7}", digits)
            return Taken(value=f"{digits[:3]}-{digits[3:]}") if known else NotTaken(reason="postal")
        case "address":
            return NotTaken(reason="emoji") if _pictures(text) else Taken(value=_address(text))
        case "phone":
            return _phone(text)
        case "choice":
            return Taken(value=text) if text in options else NotTaken(reason="option")
        case "choices":
            chosen = dict.fromkeys(part.strip() for part in text.split(","))
            kept = [
                key for key in options if key in chosen
            ]  # in the order of the list, whatever was pressed first
            return Taken(value=",".join(kept)) if len(kept) == len(chosen) else NotTaken(reason="option")
        case "count":
            return _count(field, text)
        case "digits":
            digits = _digits(text)
            least = field.least or 1
            if not re.fullmatch(r"[0-9]+", digits) or len(digits) < least:
                return NotTaken(reason="digits", limit=least)
            return Taken(value=digits)
        case "text":
            return Taken(value=text)


def _name(text: str) -> Taken | NotTaken:
    if _pictures(text):
        return NotTaken(reason="emoji")
    value = _spaced(text)
    if not all(
        unicodedata.category(c)[0] in "LM" or c in " \u3000・.,'’‐-ー〜()（）" or _private(c) for c in value
    ):
        return NotTaken(reason="sign")
    return Taken(value=value)


def _kana(text: str) -> Taken | NotTaken:
    if _pictures(text):
        return NotTaken(reason="emoji")
    full = unicodedata.normalize("NFKC", text)  # half-width katakana become full-width, voiced marks join
    value = _spaced("".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in full))
    value = re.sub(r"(?<=[ァ-ヺ])[-‐‑–—―−]", "ー", value)  # a hyphen after katakana was meant to be long
    if not re.fullmatch(r"[ァ-ヺー・ヽヾ \u3000]+", value):
        return NotTaken(reason="kana_only")
    return Taken(value=value)


def _date(field: Field, text: str, today: date) -> Taken | NotTaken:
    try:
        day = eras.read(text)
    except eras.NoSuchDay as wrong:
        return NotTaken(reason="not_in_era" if wrong.era else "no_such_day", name=wrong.era)
    if day is None:
        return NotTaken(reason="not_a_date")
    if field.days == "past" and day > today:
        return NotTaken(reason="ahead")
    if day.year < today.year - OLDEST:
        return NotTaken(reason="too_old")
    return Taken(value=day.isoformat())


def _phone(text: str) -> Taken | NotTaken:
    folded = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\+?[0-9()（）‐‑–—―−ー. -]+", folded):
        return NotTaken(reason="phone")
    digits = re.sub(r"[^0-9+]", "", folded)
    if not re.fullmatch(r"0\d{9,10}|\+\d{8,15}", digits):
        return NotTaken(reason="phone")
    number = phonenumbers.parse(digits, "JP")
    home = number.country_code == 81
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    if not phonenumbers.is_valid_number(number):
        return Taken(value=digits, warnings=("phone_unusual",))
    return Taken(value=phonenumbers.format_number(number, style))


def _count(field: Field, text: str) -> Taken | NotTaken:
    digits = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[0-9]{1,4}", digits):
        return NotTaken(reason="count")
    count, most = int(digits), field.most or 99
    if count < field.least:
        return NotTaken(reason="too_few", limit=field.least)
    if count > most:
        return NotTaken(reason="too_many", limit=most)
    return Taken(value=str(count))


def _address(text: str) -> str:
    """Write figures half-width and a dash between them as a hyphen; leave everything else as it was said."""
    half = "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in text)
    return _spaced(re.sub(r"(?<=[0-9])[‐‑–—―−ーｰ](?=[0-9])", "-", half))


def _digits(text: str) -> str:
    return re.sub(r"[ \u3000‐‑–—―−ー-]", "", unicodedata.normalize("NFKC", text))


def _spaced(text: str) -> str:
    """Write each gap once: half-width between Latin words, full-width in Japanese."""

    def gap(found: "re.Match[str]") -> str:
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        return " " if before.isascii() and after.isascii() else "\u3000"

    return re.sub(r"[ \u3000]+", gap, text)


def _pictures(text: str) -> bool:
    """Say whether emoji or other symbols stand there: So, Sk outside kana marks, and what joins emoji."""
    return any(unicodedata.category(c) == "So" or 0x1F000 <= ord(c) <= 0x1FAFF for c in text)


def _private(c: str) -> bool:
    return unicodedata.category(c) == "Co"


def _compatible(c: str) -> bool:
    return "\uf900" <= c <= "\ufaff" or "\U0002f800" <= c <= "\U0002fa1f"
