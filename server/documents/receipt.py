"""控え: what was read, seen and is kept of a visit, and until when, ready for its template."""

from typing import Annotated, Any

from msgspec import Meta

from server.core.checklist.receipt import Receipt
from server.documents import dates
from server.documents.text import clean, phrases
from server.protocol.values import Personal, Short


class ReceiptPaper(Personal, frozen=True, kw_only=True):
    """What a printed 控え depends on."""

    city: Short
    site: Short
    number: Annotated[int, Meta(ge=1, le=99_999)]
    at: float
    telephone: Annotated[str, Meta(max_length=20)]
    hours: Annotated[str, Meta(max_length=60)] = ""
    receipt: Receipt


def receipt_data(paper: ReceiptPaper) -> dict[str, Any]:
    """Return what the template of the 控え reads."""
    kept = paper.receipt.kept
    return {
        "city": clean(paper.city),
        "site": phrases(clean(paper.site)),
        "date": dates.day(paper.at),
        "number": paper.number,
        "telephone": clean(paper.telephone),
        "hours": phrases(clean(paper.hours)),
        "card_read": paper.receipt.card_read,
        "card_signed": paper.receipt.card_signed,
        "card_also": paper.receipt.card_also,
        "handed": paper.receipt.handed,
        "kept": [{"what": one.what, "count": one.count, "until": dates.day(one.until)} for one in kept],
    }
