"""What a card's signing key said of a signed form: the newest word counts, and a bad word takes nothing away from the paper."""

import hashlib

from server.core.forms.content import Filed
from server.protocol.values import DocumentDigest, Identity, OrderId, Personal, TicketId, Value


class CardWord(Personal, frozen=True, kw_only=True):
    """A card answered an order to sign a document; `proof` (CMS) is empty where the signature does not count."""

    ticket: TicketId
    order: OrderId
    document: DocumentDigest
    identity: Identity
    proof: bytes = b""


class CardSignature(Value, frozen=True, kw_only=True):
    """How the card's signature of one form came out; the proof itself lies beside the form's PDF."""

    form: str  # SHA-256 the form was filed under
    order: OrderId
    identity: Identity
    proved: bool  # there is a signature to keep: valid, or nobody could say that it was not


class Copied(Filed, frozen=True, kw_only=True):
    """A signed form for its 控え, with what the card said by then."""

    card: Identity | None = None


COUNTS = ("valid", "unchecked")
"""Outcomes whose signature is kept: 「有効性未確認」 stays unconfirmed on every paper, it is not thrown away."""


def noted(
    known: tuple[CardSignature, ...], documents: dict[str, DocumentDigest], word: CardWord
) -> tuple[CardSignature, ...]:
    """Write a card's word beside its form, once for each order; unchanged when no form has this digest."""
    form = next((sha256 for sha256, digest in documents.items() if digest == word.document), None)
    if form is None or any(one.order == word.order for one in known):
        return known
    new = CardSignature(form=form, order=word.order, identity=word.identity, proved=bool(word.proof))
    return (*known, new)


def newest(known: tuple[CardSignature, ...], sha256: str) -> CardSignature | None:
    """Return what counts for a form: the best proof there is, else the newest word."""
    of = [one for one in known if one.form == sha256]
    kept = [one for one in of if one.proved]
    valid = [one for one in kept if one.identity.outcome == "valid"]
    return next((some[-1] for some in (valid, kept, of) if some), None)


def copied(filed: Filed, card: Identity | None) -> Copied:
    """Return a form for its 控え."""
    return Copied(
        content=filed.content,
        agreed_at=filed.agreed_at,
        at=filed.at,
        signature=filed.signature,
        attestation=filed.attestation,
        sha256=filed.sha256,
        card=card,
    )


def digests(document: bytes) -> DocumentDigest:
    """Return what a card signs of a document."""
    return DocumentDigest(sha256=hashlib.sha256(document).digest(), sha384=hashlib.sha384(document).digest())
