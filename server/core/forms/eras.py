"""Japanese eras and the calendar: 昭和19年5月3日 is 1944-05-03, and back; days an era never had are refused."""

import re
import unicodedata
from datetime import date

ERAS = (
    ("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
    ("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    ("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    ("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    ("令和", "R", date(2019, 5, 1), date(9999, 12, 31)),
)
"""Name, letter, first and last day. 1912-07-30, 1926-12-25 belong to both neighbours by law; the newer one is written."""
GREGORIAN_SINCE = date(1873, 1, 1)
"""明治6年: before it Japan counted by the moon, and a date would be another day."""

_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])\.?(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_PLAIN = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COPIED = re.compile(r"\(.*?\)")  # 令和8年(2026年)11月24日(火), as our own papers write it


class NoSuchDay(Exception):
    """The words are a date, but no such day ever was; `era` is set when it lies outside the era it names."""

    def __init__(self, era: str = "") -> None:
        super().__init__("no such day")
        self.era = era


def read(words: str) -> date | None:
    """Read a date as people write it; None when it is none. Raises NoSuchDay."""
    text = _COPIED.sub("", "".join(unicodedata.normalize("NFKC", words).upper().split()))
    if match := _ERA.fullmatch(text):
        name, _, first, last = next(era for era in ERAS if match[1] in era[:2])
        year = first.year - 1 + (1 if match[2] == "元" else int(match[2]))
        day = _day(year, int(match[3]), int(match[4]))
        # The last day of an era and the first of the next are the same: 大正15年12月25日 was written and is meant.
        if not (first <= day <= last or day in (date(1912, 7, 30), date(1926, 12, 25))) or match[2] == "0":
            raise NoSuchDay(name)
    elif match := _PLAIN.fullmatch(text) or _DIGITS.fullmatch(text):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
    else:
        return None
    if day < GREGORIAN_SINCE:
        raise NoSuchDay
    return day


def year(day: date) -> str:
    """Write the year of a day in its era: 昭和19年, 令和元年."""
    name, _, first, _ = next(era for era in reversed(ERAS) if era[2] <= day)
    count = day.year - first.year + 1
    return f"{name}{'元' if count == 1 else count}年"


def write(day: date) -> str:
    """Write a day as forms do: 昭和19年5月3日."""
    return f"{year(day)}{day.month}月{day.day}日"


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay from None
