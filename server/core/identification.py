"""How sure it is who sits at the kiosk, and why: computed from what the cards of this visit came to.

Only a certificate that signed, and of which somebody entitled said that it is not revoked, proves a person. All else is
a hint for the clerk, who asks; nothing here ever turns several hints into a proof.
"""

from collections.abc import Sequence

from server.core.board import PlacedOrder
from server.core.checklist.receipt import CardAlso
from server.protocol.values import CardAsk, Certainty, Identification, Identity, Key

HINTS: tuple[tuple[CardAsk, Key], ...] = (
    ("photo", "photo"),
    ("attributes", "pin"),
    ("attributes_by_number", "number"),
)
"""What a card showed without proving anything, the strongest first."""


def also_read(orders: Sequence[PlacedOrder]) -> tuple[CardAlso, ...]:
    """Return what else of a card was read in these orders of a visit; paper that denied it would be untrue."""
    photo = any(order.ask == "photo" and order.outcome == "shared" for order in orders)
    proof = any(order.ask == "identity" and order.identity is not None for order in orders)
    return (*(("photo",) if photo else ()), *(("certificate",) if proof else ()))


def identification(orders: Sequence[PlacedOrder]) -> Identification:
    """Return the clerk's one line for these orders of a visit; the newest check of the card's key decides."""
    shown = {order.ask for order in orders if order.outcome == "shared"}
    hints = tuple(reason for ask, reason in HINTS if ask in shown)
    check = last_check(orders)
    if check is None:
        return Identification(certainty="partly" if hints else "none", reasons=hints)
    return Identification(certainty=_certainty(check), reasons=(f"identity.{check.outcome}", *hints))


def last_check(orders: Sequence[PlacedOrder]) -> Identity | None:
    """Return what the newest check of a card's key came to: a card that failed now is not saved by an older one."""
    # A signed document says that its signer knew the password; who sits here is another question.
    checks = [order.identity for order in orders if order.ask == "identity" and order.identity is not None]
    return checks[-1] if checks else None


def _certainty(check: Identity) -> Certainty:
    match check.outcome:
        case "valid":
            return "proved"
        case "unchecked":
            return "partly"
        case "expired" | "revoked" | "unknown_issuer" | "wrong_use" | "bad_signature":
            return "refused"
