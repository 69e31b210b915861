"""手続きチェックシート: what a household has to do, per counter, on A4 and on 80 mm paper.

Names and answers never come here: a sheet is veiled again before it is drawn, so that what is marked
`print: hide_name` or `never` cannot reach paper by a caller's mistake, and the code in the corner is only a number.
"""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from server.core.checklist.catalogue import Counter
from server.core.checklist.sheet import Bring, Line, Sheet, veiled
from server.documents import dates
from server.documents.codes import qr
from server.documents.papers import Papers, Raster
from server.documents.text import clean, phrases
from server.protocol.values import Short, Value

GROUPS = ("here", "counter", "elsewhere")
Code = Annotated[str, Meta(pattern=r"^[0-9A-Z]{4,12}$")]
"""What the QR code holds, and nothing else: a short number under which the city finds the visit again."""


class Frame(Value, frozen=True, kw_only=True):
    """What stands around a checklist: nothing of the person."""

    city: Short
    site: Short = ""
    number: Annotated[int, Meta(ge=1, le=99_999)] | None = None  # None: made before the visit, by telephone
    at: float  # wall seconds since 1970
    telephone: Annotated[str, Meta(max_length=20)] = ""
    hours: Annotated[str, Meta(max_length=60)] = ""
    code: Code | None = None


def checklist_receipt(papers: Papers, sheet: Sheet, frame: Frame) -> Raster:
    """Draw the checklist for the kiosk's printer. Raises PaperFailed."""
    return papers.raster("checklist", _data(sheet, frame))


def checklist_pdf(papers: Papers, sheet: Sheet, frame: Frame) -> bytes:
    """Make the checklist as an A4 PDF/A-2b. Raises PaperFailed."""
    return papers.pdf("checklist_a4", _data(sheet, frame), frame.at)


def checklist_pages(papers: Papers, sheet: Sheet, frame: Frame, ppi: float = 144.0) -> tuple[bytes, ...]:
    """Draw the A4 checklist as PNG pages for a screen. Raises PaperFailed."""
    return papers.pages("checklist_a4", _data(sheet, frame), ppi)


def _data(sheet: Sheet, frame: Frame) -> dict[str, Any]:
    shown = veiled(sheet)
    needed = [line for line in shown.lines if line.state == "needed"]
    return {
        "city": clean(frame.city),
        "site": _flow(frame.site),
        "title": _flow(shown.title),
        "number": frame.number,
        "date": dates.day(frame.at),
        "time": dates.clock(frame.at),
        "counters": _by_counter(needed),
        "check": [_line(line) for line in shown.lines if line.state == "check"],
        "bring": [_thing(thing) for thing in shown.bring if thing.state == "needed"],
        "maybe": [_thing(thing) for thing in shown.bring if thing.state == "check"],
        "count": len(needed),
        "first": _first(needed),
        "telephone": clean(frame.telephone),
        "hours": _flow(frame.hours),
        "code": frame.code,
        "qr": None if frame.code is None else qr(frame.code),
        "version": shown.version,
    }


def _by_counter(lines: list[Line]) -> list[dict[str, Any]]:
    """Gather the lines of each counter, in the order a person walks: here, at city hall, elsewhere."""
    found: dict[tuple[int, str], tuple[Line, Counter, list[Line]]] = {}
    for line in lines:
        key = (GROUPS.index(line.group), line.counter.name)
        found.setdefault(key, (line, line.counter, []))[2].append(line)
    ordered = sorted(found.items(), key=lambda item: item[0][0])
    return [
        {
            "name": _flow(counter.name),
            "plain": _flow(counter.plain) if counter.plain != counter.name else [],
            "group": first.group,
            "lines": [_line(line) for line in at],
        }
        for _, (first, counter, at) in ordered
    ]


def _line(line: Line) -> dict[str, Any]:
    due = line.due
    return {
        "name": _flow(line.name),
        "where": _flow(line.counter.plain),
        "day": _day(due.day) if due is not None and due.day is not None else [],
        "how": _flow(due.how) if due is not None and due.day is None else [],
        "careful": [_flow(text) for text in (due and due.severe, line.warn) if text],
        "overdue": due is not None and due.overdue,
        "maybe": due is not None and not due.certain,
        "bring": [_thing(thing) for thing in line.bring],
        "remote": _flow(line.remote_words),
        "auto": _flow(line.auto or ""),
        "give": _flow(line.give or ""),
    }


def _thing(thing: Bring) -> dict[str, Any]:
    return {"name": _flow(thing.name), "note": _flow(thing.note or ""), "check": thing.state == "check"}


def _first(lines: list[Line]) -> list[str]:
    """Name the earliest day: what an old person should remember if it is only one thing."""
    days = [line.due.day for line in lines if line.due is not None and line.due.day is not None]
    return _day(min(days)) if days else []


def _day(day: date) -> list[str]:
    """Write a day so that a line may end after the year only: 「12月」 never parts from 「7日(月)」."""
    year, after, rest = dates.on(day).partition("年)")
    return [year + after, rest] if after else [year]


def _flow(text: str) -> list[str]:
    return phrases(clean(text))
