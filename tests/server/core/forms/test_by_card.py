"""A card's word stands beside the form it signed, once for each order, and the best proof is the one that is shown."""

import hashlib

from server.core.forms.by_card import CardWord, newest, noted
from server.protocol.values import DocumentDigest, Identity, IdentityOutcome, OrderId, TicketId

DOCUMENT = DocumentDigest(sha256=hashlib.sha256(b"pdf").digest(), sha384=hashlib.sha384(b"pdf").digest())
OTHER = DocumentDigest(sha256=hashlib.sha256(b"x").digest(), sha384=hashlib.sha384(b"x").digest())
FORM = "a" * 64


def word(
    order: str, outcome: IdentityOutcome, document: DocumentDigest = DOCUMENT, proof: bytes = b""
) -> CardWord:
    said = Identity(outcome=outcome, at="2026-11-21T10:00:00+09:00")
    return CardWord(ticket=TicketId("t"), order=OrderId(order), document=document, identity=said, proof=proof)


def test_an_order_is_noted_once_and_only_beside_the_form_whose_pdf_it_signed():
    known = noted((), {FORM: DOCUMENT}, word("o1", "unchecked", proof=b"cms"))
    assert [(one.form, one.order, one.proved) for one in known] == [(FORM, "o1", True)]
    assert noted(known, {FORM: DOCUMENT}, word("o1", "valid", proof=b"cms")) is known
    assert noted(known, {FORM: DOCUMENT}, word("o2", "valid", OTHER, b"cms")) is known


def test_a_later_card_that_fails_does_not_take_a_proof_away_and_a_valid_one_wins():
    known = noted((), {FORM: DOCUMENT}, word("o1", "revoked"))
    found = newest(known, FORM)
    assert found is not None
    assert (found.identity.outcome, found.proved) == ("revoked", False)
    for order, outcome in (("o2", "valid"), ("o3", "unchecked")):
        known = noted(known, {FORM: DOCUMENT}, word(order, outcome, proof=b"cms"))
    known = noted(known, {FORM: DOCUMENT}, word("o4", "expired"))
    found = newest(known, FORM)
    assert found is not None
    assert found.order == "o2"
    assert newest(known, "b" * 64) is None
