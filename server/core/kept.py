"""Papers that could not be printed and wait, each under a code that is good for one paper, printed once.

A code is used up by the first order of it that is known to have come out. While one is under way nobody can order a
second; after one that may have come out, somebody has to say aloud that it shall be printed again.
"""

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.protocol.values import Key, KioskId, OrderId, TicketId


class KeptPaper(msgspec.Struct, frozen=True, kw_only=True):
    """One paper that waits until the end of the day `until`; what stands on it is sealed in the case of its ticket."""

    code: str
    order: OrderId  # under which it could not be printed
    ticket: TicketId
    kiosk: KioskId
    kind: e.OrderKind
    until: str
    trying: OrderId | None = None  # under way now
    maybe: bool = False  # nobody knows whether it has come out


def kept(papers: dict[str, KeptPaper], event: e.PaperKept, kind: e.OrderKind, outcome: Key | None, day: str):
    """Return the papers that wait after one more; those whose last day is over are forgotten."""
    known = {code: one for code, one in papers.items() if one.until >= day}
    one = KeptPaper(
        code=event.code,
        order=event.order,
        ticket=event.ticket,
        kiosk=event.kiosk,
        kind=kind,
        until=event.until,
        maybe=outcome == "unknown",
    )
    return {**known, event.code: one}


def tried(papers: dict[str, KeptPaper], code: str, order: OrderId) -> dict[str, KeptPaper]:
    """Return the papers that wait once this one was ordered."""
    one = papers.get(code)
    return papers if one is None else {**papers, code: replace(one, trying=order)}


def settled(papers: dict[str, KeptPaper], order: OrderId, outcome: Key) -> dict[str, KeptPaper]:
    """Return the papers that wait once an order of any kind came to its end."""
    one = next((one for one in papers.values() if one.trying == order), None)
    if one is None:
        return papers
    if outcome == "printed":
        return {code: other for code, other in papers.items() if code != one.code}
    maybe = one.maybe or outcome == "unknown"
    return {**papers, one.code: replace(one, trying=None, maybe=maybe)}
