"""予約の控え: when, where and with which digits somebody comes, ready for its template."""

from typing import Annotated, Any

from msgspec import Meta

from server.documents import dates
from server.documents.text import clean, phrases
from server.protocol.values import BookingCode, Personal, Short


class BookingPaper(Personal, frozen=True, kw_only=True):
    """What a printed reservation depends on; no name is on it."""

    city: Short
    site: Short
    starts: float
    code: BookingCode
    purpose: Short
    bring: tuple[Annotated[str, Meta(max_length=60)], ...] = ()
    telephone: Annotated[str, Meta(max_length=20)] = ""
    hours: Annotated[str, Meta(max_length=60)] = ""


def booking_data(paper: BookingPaper) -> dict[str, Any]:
    """Return what the template of the reservation reads."""
    year, _, day = dates.day(paper.starts).rpartition("年)")
    return {
        "city": phrases(clean(paper.city)),
        "site": phrases(clean(paper.site)),
        "year": f"{year}年)",
        "day": day,
        "clock": dates.clock(paper.starts),
        "code": [paper.code[:3], paper.code[3:]],
        "purpose": phrases(clean(paper.purpose)),
        "bring": [phrases(clean(one)) for one in paper.bring],
        "telephone": clean(paper.telephone),
        "hours": phrases(clean(paper.hours)),
    }
