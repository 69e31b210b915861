"""What a kiosk owes stays owed until it is settled, and nothing is printed twice or for the wrong person."""

from server.core.board import DEEDS_KEPT
from server.core.orders import OPEN_AT_MOST, owed
from server.core.views import view_for_fleet, view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import CardOrder, DeviceOrder, KioskId, PrintOrder, SlipContent, StaffId
from tests.server.core.desk import Desk
from tests.server.core.example import IT, KITA, MINAMI, SATO, SUZUKI


def desk_in_call() -> tuple[Desk, str]:
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    return desk, desk.call(SATO)


def owes(desk: Desk, kiosk: KioskId = KITA) -> tuple[object, ...]:
    return view_for_kiosk(desk.board, desk.city, kiosk, desk.now()).orders


def outcomes(desk: Desk, staff: StaffId = SATO) -> dict[str, str | None]:
    mine = view_for_staff(desk.board, desk.city, staff, desk.now()).mine
    return {} if mine is None else {order.id: order.outcome for order in mine.orders}


def slip(id: str, ticket: str, generation: int = 1) -> m.PrintSlip:
    return m.PrintSlip(id=id, ticket=ticket, generation=generation, content=SlipContent())


def test_a_card_request_stands_until_it_is_settled_and_a_second_settling_says_nothing_new():
    desk, ticket = desk_in_call()
    request = m.RequestCard(id="card-1", ticket=ticket, generation=1)
    assert desk.staff(SATO, request) is None
    assert owes(desk) == (CardOrder(order="card-1", ticket=ticket, generation=1),)
    assert desk.staff(SATO, m.RequestCard(id="card-2", ticket=ticket, generation=1)) == "not_now"
    assert desk.kiosk(MINAMI, m.OrderSettled(id="x", order="card-1", outcome="shared")) == "unknown"
    assert desk.kiosk(KITA, m.OrderSettled(id="y", order="card-1", outcome="printed")) == "invalid"
    assert desk.kiosk(KITA, m.OrderSettled(id="z", order="card-1", outcome="shared")) is None
    assert desk.kiosk(KITA, m.OrderSettled(id="w", order="card-1", outcome="declined")) is None
    assert owes(desk) == ()
    assert outcomes(desk) == {"card-1": "shared"}


def test_a_card_request_may_be_taken_back_by_its_clerk_and_paper_may_not():
    desk, ticket = desk_in_call()
    desk.here(SUZUKI)
    desk.staff(SATO, m.RequestCard(id="card-1", ticket=ticket, generation=1))
    desk.staff(SATO, slip("slip-1", ticket))
    assert desk.staff(SUZUKI, m.WithdrawOrder(id="a", order="card-1")) == "not_yours"
    assert desk.staff(SATO, m.WithdrawOrder(id="b", order="card-1")) is None
    assert desk.staff(SATO, m.WithdrawOrder(id="c", order="card-1")) is None
    assert desk.staff(SATO, m.WithdrawOrder(id="d", order="slip-1")) == "not_now"
    assert desk.staff(SATO, m.WithdrawOrder(id="e", order="nothing")) == "unknown"
    assert outcomes(desk) == {"card-1": "withdrawn", "slip-1": None}


def test_a_card_request_ends_with_its_call_and_a_slip_does_not():
    desk, ticket = desk_in_call()
    desk.staff(SATO, m.RequestCard(id="card-1", ticket=ticket, generation=1))
    desk.staff(SATO, slip("slip-1", ticket))
    desk.end(SATO, ticket)
    assert owes(desk) == (PrintOrder(order="slip-1", ticket=ticket, kind="slip"),)
    assert outcomes(desk) == {"card-1": "withdrawn", "slip-1": None}
    assert desk.staff(SATO, slip("slip-2", ticket)) is None  # the resident may still sit there
    desk.kiosk(KITA, m.OrderSettled(id="x", order="slip-1", outcome="printed"))
    assert outcomes(desk) == {"card-1": "withdrawn", "slip-1": "printed", "slip-2": None}
    desk.finish(SATO, ticket)
    assert owes(desk) == (PrintOrder(order="slip-2", ticket=ticket, kind="slip"),)
    desk.kiosk(KITA, m.OrderSettled(id="y", order="slip-2", outcome="paper_out"))
    assert owes(desk) == ()


def test_the_next_resident_never_gets_the_former_ones_paper():
    desk, ticket = desk_in_call()
    desk.staff(SATO, slip("slip-1", ticket))
    desk.end(SATO, ticket)
    desk.take(KITA)
    assert owes(desk) == ()
    assert outcomes(desk) == {"slip-1": "unknown"}
    assert desk.staff(SATO, slip("slip-2", ticket)) == "not_now"


def test_a_request_made_with_an_old_generation_or_by_another_is_refused():
    desk, ticket = desk_in_call()
    desk.here(SUZUKI)
    assert desk.staff(SATO, m.RequestCard(id="a", ticket=ticket, generation=0)) == "stale"
    assert desk.staff(SUZUKI, slip("b", ticket)) == "not_yours"
    assert desk.staff(SATO, slip("c", "t99")) == "unknown"
    waiting = desk.take(MINAMI)
    assert desk.staff(SUZUKI, slip("d", waiting)) == "stale"
    desk.end(SATO, ticket)
    desk.finish(SATO, ticket)
    assert desk.staff(SATO, slip("e", ticket)) == "stale"


def test_one_order_id_is_one_deed_whoever_says_it_again():
    desk, ticket = desk_in_call()
    desk.staff(SATO, slip("same", ticket))
    assert desk.staff(IT, m.OrderTestPrint(id="same", kiosk=MINAMI)) == "different_body"


def test_a_kiosk_that_answers_nothing_collects_no_pile_of_paper():
    desk, ticket = desk_in_call()
    replies = [desk.staff(SATO, slip(f"s{number}", ticket)) for number in range(OPEN_AT_MOST + 1)]
    assert replies == [None] * OPEN_AT_MOST + ["too_many"]


def test_field_it_never_restarts_or_prints_before_somebodys_eyes():
    desk, _ = desk_in_call()
    assert desk.staff(IT, m.OrderDevice(id="a", kiosk=KITA, action="restart")) == "not_now"
    assert desk.staff(IT, m.OrderTestPrint(id="b", kiosk=KITA)) == "not_now"
    assert desk.staff(IT, m.OrderDevice(id="c", kiosk=KITA, action="logs")) is None
    assert desk.staff(IT, m.OrderTestPrint(id="d", kiosk="nowhere")) == "unknown"
    # Ordered while the chair was free, then somebody sat down: it waits.
    assert desk.staff(IT, m.OrderDevice(id="e", kiosk=MINAMI, action="restart")) is None
    assert desk.staff(IT, m.OrderTestPrint(id="f", kiosk=MINAMI)) is None
    ticket = desk.take(MINAMI)
    assert owes(desk, MINAMI) == ()
    desk.kiosk(MINAMI, m.CancelTicket(id="g", ticket=ticket))
    assert owes(desk, MINAMI) == (
        DeviceOrder(order="e", action="restart"),
        PrintOrder(order="f", ticket=None, kind="test"),
    )


def test_the_fleet_page_sees_how_its_orders_went_and_only_the_last_few_are_kept():
    desk = Desk()
    desk.kiosk_on(KITA)
    for number in range(DEEDS_KEPT + 3):
        assert desk.staff(IT, m.OrderTestPrint(id=f"o{number}", kiosk=KITA)) is None
        desk.pass_time(2.0)
        assert (
            desk.kiosk(KITA, m.OrderSettled(id=f"s{number}", order=f"o{number}", outcome="printed")) is None
        )
    desk.staff(IT, m.OrderDevice(id="logs", kiosk=KITA, action="logs"))
    assert desk.kiosk(KITA, m.OrderSettled(id="bad", order="logs", outcome="printed")) == "invalid"
    assert desk.kiosk(KITA, m.OrderSettled(id="good", order="logs", outcome="done")) is None
    rows = {row.id: row for row in view_for_fleet(desk.board, desk.city, IT, desk.now()).kiosks}
    orders = rows[KITA].orders
    assert len(orders) == DEEDS_KEPT
    assert [order.outcome for order in orders] == ["printed"] * (DEEDS_KEPT - 1) + ["done"]
    assert (orders[0].action, orders[-1].action) == ("test_print", "logs")
    assert owed(desk.board, desk.board.posts[KITA]) == ()
