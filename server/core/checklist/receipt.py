"""控え: what the city read, saw and keeps of a visit, and until when; said to the resident on paper.

Only what really happened is named, and only kinds of things: no answer, no name, no number of a card.
"""

from typing import Literal

from server.core.checklist.case import CaseRecord, CaseSheet
from server.core.city import Retention
from server.protocol.values import Personal

DAY = 24 * 3600.0
What = Literal["answers", "record", "papers", "waiting", "stills", "forms", "signatures"]
CardAlso = Literal["photo", "certificate"]
"""What came off a card besides its four attributes: the face in print, the certificate of its own key."""


class Kept(Personal, frozen=True, kw_only=True):
    """One kind of thing that is kept, how much of it, and until when (wall seconds)."""

    what: What
    count: int
    until: float


class Receipt(Personal, frozen=True, kw_only=True):
    """The whole 控え."""

    card_read: bool
    card_signed: bool = False
    card_also: tuple[CardAlso, ...] = ()
    handed: int = (
        0  # signed forms and papers to send, which the back office has or gets: those go by its own rules
    )
    kept: tuple[Kept, ...]


def receipt(
    case: CaseSheet | None,
    record: CaseRecord,
    *,
    papers: int,
    waiting: int = 0,
    stills: int = 0,
    card_read: bool,
    retention: Retention,
    paper_seconds: float,
    now: float,
    forms: int = 0,
    signatures: int = 0,
    card_also: tuple[CardAlso, ...] = (),
    exports: bool = False,
) -> Receipt:
    """Say what there is at this moment; the days count from the end of the visit, which is today."""
    written = len(record.outcomes) + len(record.notes) + len(record.mailed) + len(record.corrections)
    kept = (
        Kept(
            what="answers",
            count=0 if case is None else len(case.given),
            until=now + retention.sheet_days * DAY,
        ),
        Kept(what="record", count=written, until=now + retention.record_days * DAY),
        Kept(what="papers", count=papers, until=now + paper_seconds),
        # As it was drawn, under a code or on its way by mail: it lies there even after it has come out.
        Kept(what="waiting", count=waiting, until=now + retention.waiting_days * DAY),
        Kept(what="stills", count=stills, until=now + retention.stills_days * DAY),
        Kept(what="forms", count=forms, until=now + retention.forms_days * DAY),
        Kept(what="signatures", count=signatures, until=now + retention.forms_days * DAY),
    )
    return Receipt(
        card_read=card_read,
        card_signed=signatures > 0,
        card_also=card_also,
        handed=forms + len(record.mailed) if exports else 0,
        kept=tuple(one for one in kept if one.count),
    )
