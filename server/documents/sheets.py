"""What 手続きチェックシート and 控え say: a household's lines by counter, with days and belongings, ready for a template.

It is given what paper may show (`printable`) and shows all of it; nothing is decided here.
"""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from server.core.checklist.receipt import Receipt
from server.core.checklist.sheet import Bring, Line, Sheet
from server.documents import dates
from server.documents.text import clean, phrases
from server.protocol.values import Personal, Short


class ChecklistPaper(Personal, frozen=True, kw_only=True):
    """What a printed checklist depends on. `at` is wall seconds since 1970."""

    city: Short
    site: Short
    number: Annotated[int, Meta(ge=1, le=99_999)]
    at: float
    telephone: Annotated[str, Meta(max_length=20)]
    hours: Annotated[str, Meta(max_length=60)] = ""
    sheet: Sheet


class ReceiptPaper(Personal, frozen=True, kw_only=True):
    """What a printed 控え depends on."""

    city: Short
    site: Short
    number: Annotated[int, Meta(ge=1, le=99_999)]
    at: float
    telephone: Annotated[str, Meta(max_length=20)]
    hours: Annotated[str, Meta(max_length=60)] = ""
    receipt: Receipt


def checklist_data(paper: ChecklistPaper) -> dict[str, Any]:
    """Return what the checklist's templates read."""
    sheet = paper.sheet
    needed = [line for line in sheet.lines if line.state == "needed"]
    check = [line for line in sheet.lines if line.state == "check"]
    return {
        **_head(paper),
        "title": _flow(sheet.title),
        "count": len(needed),
        "bring": [_thing(thing) for thing in sheet.bring if thing.state == "needed"],
        "maybe": [_thing(thing) for thing in sheet.bring if thing.state == "check"],
        "desks": [_desk(name, lines, sheet.today) for name, lines in _by_counter(needed)],
        "check": [_line(line, sheet.today) for line in check],
    }


def receipt_data(paper: ReceiptPaper) -> dict[str, Any]:
    """Return what the template of the 控え reads."""
    kept = paper.receipt.kept
    return {
        **_head(paper),
        "card_read": paper.receipt.card_read,
        "kept": [{"what": one.what, "count": one.count, "until": dates.day(one.until)} for one in kept],
    }


def _head(paper: ChecklistPaper | ReceiptPaper) -> dict[str, Any]:
    return {
        "city": clean(paper.city),
        "site": _flow(paper.site),
        "date": dates.day(paper.at),
        "time": dates.clock(paper.at),
        "number": paper.number,
        "telephone": clean(paper.telephone),
        "hours": _flow(paper.hours),
    }


def _by_counter(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Group lines by where they are settled: the city's counters in the order of its lines, other authorities last."""
    groups: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.group == "elsewhere"):
        groups.setdefault(line.counter.plain or line.counter.name, []).append(line)
    return list(groups.items())


def _desk(name: str, lines: list[Line], today: date) -> dict[str, Any]:
    return {"name": _flow(name), "lines": [_line(line, today) for line in lines]}


def _line(line: Line, today: date) -> dict[str, Any]:
    due = line.due
    day = None if due is None or due.day is None else due.day
    return {
        "name": _flow(line.name),
        "counter": _flow(line.counter.plain or line.counter.name),
        "until": [] if day is None else _flow(_day(day, today)),
        "left": "" if day is None else _left(day, today),
        "how": [] if due is None or day is not None else _flow(due.how),
        "severe": [] if due is None or not due.severe else _flow(due.severe),
        "auto": _flow(line.auto or ""),
        "bring": [_thing(thing) for thing in line.bring],
        "here": line.group == "here",
    }


def _thing(thing: Bring) -> list[str]:
    return _flow(thing.plain or thing.name)


def _day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日({dates.WEEKDAYS[day.weekday()]})"


def _left(day: date, today: date) -> str:
    days = (day - today).days
    return "今日" if days == 0 else f"あと {days}日" if days > 0 else "すぎています"


def _flow(text: str) -> list[str]:
    return phrases(clean(text))
