"""What counts as a card's word."""

from msgspec.structs import replace

from server.cards_read import MOST, CardsRead, read_for, was_there
from server.core.board import Board, PlacedOrder, Post
from server.core.city import Device
from server.protocol.messages import CallSnapshot
from server.protocol.values import FourBasicData, KioskId, OrderId, SiteId, TicketId

HANAKO = FourBasicData(name="見本 花子", address="見本市北町", birth_date="19440503", sex="2")
T1, T2 = TicketId("t1"), TicketId("t2")


def test_a_card_is_known_again_only_in_its_own_visit_and_only_word_for_word() -> None:
    cards = CardsRead()
    assert cards.note(T1, HANAKO, {T1})
    assert not cards.note(T1, HANAKO, {T1}), "a kiosk says its view again and again"
    assert cards.said(T1, HANAKO)
    assert not cards.said(T2, HANAKO)
    assert not cards.said(T1, replace(HANAKO, birth_date="19440504"))


def test_a_family_lays_on_several_cards_and_of_a_visit_that_is_over_nothing_stays() -> None:
    cards = CardsRead()
    family = [replace(HANAKO, name=f"見本 {n}子") for n in range(MOST + 1)]
    for one in family:
        cards.note(T1, one, {T1})
    assert [cards.said(T1, one) for one in family] == [False, *[True] * MOST]
    cards.note(T2, HANAKO, {T2})
    assert not any(cards.said(T1, one) for one in family)


def test_what_a_visitors_own_telephone_says_of_a_card_is_a_claim() -> None:
    snapshot = CallSnapshot(screen="call", attributes=HANAKO)
    post = Post(
        id=KioskId("w-1"),
        ticket=TicketId("t1"),
        orders=(PlacedOrder(id=OrderId("c1"), kind="card", at=0.0, ticket=TicketId("t1"), ask="attributes"),),
    )
    board = Board(posts={KioskId("w-1"): post})
    device = Device(id=KioskId("w-1"), site=SiteId("kita"), name="", public_key=b"", enrolled="")
    assert read_for(board, device, snapshot) == "t1"
    assert read_for(board, replace(device, kind="window"), snapshot) is None
    assert read_for(board, device, replace(snapshot, attributes=None)) is None
    unasked = Board(posts={KioskId("w-1"): replace(post, orders=())})
    assert read_for(unasked, device, snapshot) is None, "nobody asked for a card"


def test_a_card_was_there_when_it_was_shared_or_its_key_answered_and_not_when_nothing_came_of_it() -> None:
    order = PlacedOrder(id=OrderId("c1"), kind="card", at=0.0, ticket=T1, ask="attributes")

    def after(outcome: str | None) -> Board:
        post = Post(id=KioskId("k-1"), orders=(replace(order, outcome=outcome),))
        return Board(posts={KioskId("k-1"): post})

    seen = {
        one: was_there(after(one), T1)
        for one in ("shared", "valid", "unchecked", "declined", "no_card", None)
    }
    assert [one for one, there in seen.items() if there] == ["shared", "valid", "unchecked"]
    assert not was_there(after("shared"), T2)
