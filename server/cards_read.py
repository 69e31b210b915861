"""What cards really said in the calls that go on: a form takes 「カード」 only for what passed this server.

The attributes go from the kiosk to one clerk and are kept by nobody. What stays here is a digest under a key of this
process, for as long as the visit lasts: enough to know the same words again, and of no use to read them. After a
restart every kiosk says its whole view once more, and with it what its resident's card said.
"""

import hmac
import secrets
from collections.abc import Container

import msgspec

from server.core.board import Board
from server.core.city import Device
from server.core.forms.by_card import COUNTS
from server.protocol.messages import CallSnapshot
from server.protocol.values import FourBasicData, TicketId

MOST = 8
"""Cards of one visit that are known again: a family's."""


class CardsRead:
    """The digests of every running visit."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._seen: dict[TicketId, tuple[bytes, ...]] = {}

    def note(self, ticket: TicketId, said: FourBasicData, going_on: Container[TicketId]) -> bool:
        """Remember what the card of this visit said; of visits that are over nothing stays. False: it is known."""
        digest = self._digest(ticket, said)
        known = self._seen.get(ticket, ())
        if digest in known:
            return False
        self._seen = {one: digests for one, digests in self._seen.items() if one in going_on}
        self._seen[ticket] = (*known, digest)[-MOST:]
        return True

    def said(self, ticket: TicketId, claimed: FourBasicData) -> bool:
        """Say whether a card of this visit said exactly this."""
        digest = self._digest(ticket, claimed)
        return any(hmac.compare_digest(digest, one) for one in self._seen.get(ticket, ()))

    def _digest(self, ticket: TicketId, data: FourBasicData) -> bytes:
        return hmac.digest(self._key, ticket.encode() + b"\0" + msgspec.json.encode(data), "sha256")


def read_for(board: Board, device: Device, snapshot: CallSnapshot) -> TicketId | None:
    """Return the visit whose card this snapshot quotes; None where nothing was read, or nobody asked for a card.

    A window in a visitor's hand has no reader: whatever it says of a card is a claim.
    """
    post = board.posts.get(device.id)
    if snapshot.attributes is None or device.kind == "window" or post is None or post.ticket is None:
        return None
    asked = any(
        order.ticket == post.ticket and order.ask in ("attributes", "attributes_by_number")
        for order in post.orders
    )
    return post.ticket if asked else None


def was_there(board: Board, ticket: TicketId) -> bool:
    """Say whether a card took part in this visit: its attributes were shared, or its key answered."""
    return any(
        order.ticket == ticket and order.kind == "card" and order.outcome in ("shared", *COUNTS)
        for post in board.posts.values()
        for order in post.orders
    )
