"""How sure the identification is follows from what the cards of a visit came to, and from nothing else.

`python -m tests.server.core.test_identification` writes the table anew; look at the difference.
"""

from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest

from server.core.board import PlacedOrder
from server.core.commands import IdentityJudged, Refusal
from server.core.identification import also_read, identification
from server.core.views import view_for_staff
from server.protocol import messages as m
from server.protocol.values import (
    CardAsk,
    CommandId,
    Identification,
    Identity,
    IdentityOutcome,
    KioskId,
    OrderId,
    TicketId,
)
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, MINAMI, SATO

PRINTED = Path(__file__).with_name("identification.table.md")
HINTS: tuple[CardAsk, ...] = ("attributes", "attributes_by_number", "photo")


def order(ask: CardAsk, outcome: str | None = "shared") -> PlacedOrder:
    return PlacedOrder(id=OrderId(ask), kind="card", at=0.0, ask=ask, outcome=outcome)


def check(outcome: IdentityOutcome) -> PlacedOrder:
    identity = Identity(outcome=outcome, at="2026-11-20T10:42:00+09:00")
    return PlacedOrder(
        id=OrderId("i"), kind="card", at=0.0, ask="identity", outcome=outcome, identity=identity
    )


TABLE: tuple[tuple[tuple[PlacedOrder, ...], str, str], ...] = (
    ((), "none", ""),
    ((order("attributes", "declined"),), "none", ""),
    ((order("identity", "no_certificate"),), "none", ""),
    ((order("attributes_by_number"),), "partly", "number"),
    ((order("attributes"),), "partly", "pin"),
    ((order("attributes"), order("photo")), "partly", "photo pin"),
    ((check("unchecked"), order("attributes")), "partly", "identity.unchecked pin"),
    ((check("valid"),), "proved", "identity.valid"),
    ((order("attributes"), check("valid"), order("photo")), "proved", "identity.valid photo pin"),
    ((check("valid"), check("revoked")), "refused", "identity.revoked"),
    ((check("bad_signature"), check("valid")), "proved", "identity.valid"),
    ((check("expired"), order("attributes")), "refused", "identity.expired pin"),
)


@pytest.mark.parametrize(("orders", "certainty", "reasons"), TABLE)
def test_what_happened_gives_the_clerks_line(orders: tuple[PlacedOrder, ...], certainty: str, reasons: str):
    found = identification(orders)
    assert (found.certainty, " ".join(found.reasons)) == (certainty, reasons)


def table() -> str:
    """Return what every check together with every hint comes to, for people to read."""
    shown = [hints for count in range(len(HINTS) + 1) for hints in combinations(HINTS, count)]
    lines = ["| check | " + " | ".join("+".join(hints) or "nothing" for hints in shown) + " |"]
    lines.append("|---" * (len(shown) + 1) + "|")
    for outcome in (None, *get_args(IdentityOutcome)):
        cells: list[str] = []
        for hints in shown:
            found = identification([*map(order, hints), *([] if outcome is None else [check(outcome)])])
            cells.append(f"{found.certainty}: {' '.join(found.reasons) or '-'}")
        lines.append(f"| {outcome or 'none'} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_table_of_all_that_can_happen_is_the_committed_one():
    assert table() == PRINTED.read_text("utf-8")


def test_only_a_valid_certificate_proves_a_person_whatever_else_was_shown():
    for outcome in get_args(IdentityOutcome):
        for count in range(len(HINTS) + 1):
            for shown in combinations(HINTS, count):
                hints = [order(ask) for ask in shown]
                assert identification(hints).certainty != "proved"
                found = identification([*hints, check(outcome)])
                assert (found.certainty == "proved") == (outcome == "valid")


def test_a_photo_that_was_shown_and_a_key_that_was_checked_are_named_on_paper_whatever_came_of_them():
    assert also_read([order("attributes"), order("photo"), check("revoked")]) == ("photo", "certificate")
    assert also_read([order("attributes")]) == ()


# ---------------------------------------------------------------- on the board


def asked() -> tuple[Desk, str]:
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    ticket = desk.call(SATO)
    assert desk.staff(SATO, m.RequestCard(id="c", ticket=ticket, generation=1, ask="identity")) is None
    return desk, ticket


def judged(
    ticket: str, command: str = "p1", kiosk: KioskId = KITA, order: str = "c", generation: int = 1
) -> IdentityJudged:
    return IdentityJudged(
        kiosk=kiosk,
        order=OrderId(order),
        ticket=TicketId(ticket),
        generation=generation,
        command=CommandId(command),
        identity=Identity(outcome="valid", at="2026-11-20T10:42:00+09:00", source="ocsp"),
        card="abc",
    )


def refused(desk: Desk, command: IdentityJudged) -> str | None:
    decided = desk.news(command)
    return decided.code if isinstance(decided, Refusal) else None


def test_a_proof_closes_its_order_and_its_clerk_sees_how_sure_it_is():
    desk, ticket = asked()
    assert refused(desk, judged(ticket)) is None
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert mine.orders == (m.OrderForStaff(id="c", kind="card", ask="identity", outcome="valid"),)
    assert mine.identification == Identification(certainty="proved", reasons=("identity.valid",))
    assert mine.identity is not None
    assert mine.identity.source == "ocsp"


def test_a_second_proof_a_foreign_one_and_an_old_generation_change_nothing():
    desk, ticket = asked()
    before = desk.board
    assert refused(desk, judged(ticket, kiosk=MINAMI)) == "unknown"
    assert refused(desk, judged(ticket, order="d")) == "unknown"
    assert refused(desk, judged("t9")) == "unknown"
    assert refused(desk, judged(ticket, generation=0)) == "stale"
    assert desk.board == before
    assert refused(desk, judged(ticket)) is None
    after = desk.board
    assert refused(desk, judged(ticket, command="p2")) == "stale"
    assert desk.news(judged(ticket)) == (), "the same command again is granted already"
    assert desk.board == after


def test_a_proof_that_comes_after_the_call_or_after_it_was_taken_back_is_refused():
    desk, ticket = asked()
    assert desk.staff(SATO, m.WithdrawOrder(id="w", order="c")) is None
    assert refused(desk, judged(ticket)) == "stale"
    desk, ticket = asked()
    desk.end(SATO, ticket)
    assert refused(desk, judged(ticket)) == "stale"


def test_a_kiosk_may_say_that_nothing_came_of_a_proof_but_never_that_it_succeeded():
    desk, _ = asked()
    for outcome in ("shared", "valid", "printed"):
        assert desk.kiosk(KITA, m.OrderSettled(id=f"s-{outcome}", order="c", outcome=outcome)) == "invalid"
    assert desk.kiosk(KITA, m.OrderSettled(id="s", order="c", outcome="no_certificate")) is None


def test_a_signature_is_not_asked_for_without_its_document():
    desk, ticket = asked()
    desk.staff(SATO, m.WithdrawOrder(id="w", order="c"))
    wish = m.RequestCard(id="s", ticket=ticket, generation=1, ask="signature")
    assert desk.staff(SATO, wish) == "invalid"


if __name__ == "__main__":
    PRINTED.write_text(table(), "utf-8")
