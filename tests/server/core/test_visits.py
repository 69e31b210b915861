"""What is counted, checked against a day worked out by hand."""

import pytest

from server.core import events as e
from server.core.journal import Now
from server.core.numbers import (
    figures,
    grouped,
    mean,
    missed_by,
    occupancy,
    published,
    quantile,
    share,
)
from server.core.visits import Books
from server.protocol.values import CallbackOutcome, KioskId, LaneId, OrderId, StaffId, TicketId

NINE = 1_795_132_800.0  # 2026-11-20 09:00 in Japan
SATO, SUZUKI = StaffId("sato"), StaffId("suzuki")


def taken(ticket: str, at: float, purpose: str = "talk", lane: str = "shimin") -> e.TicketTaken:
    return e.TicketTaken(
        at=at,
        ticket=TicketId(ticket),
        number=int(ticket[1:]),
        day="2026-11-20",
        kiosk=KioskId("kita"),
        lane=LaneId(lane),
        purpose=purpose,
    )


def accepted(ticket: str, at: float, staff: StaffId = SATO, generation: int = 1) -> e.TicketAccepted:
    return e.TicketAccepted(
        at=at, ticket=TicketId(ticket), staff=staff, generation=generation, deadline=at + 20
    )


def offered(ticket: str, at: float, staff: StaffId = SATO) -> e.TicketOffered:
    return e.TicketOffered(at=at, ticket=TicketId(ticket), staff=staff, generation=1, deadline=at + 20)


def served(ticket: str, *, arrives: float, starts: float, ends: float, closes: float) -> list[e.Event]:
    id = TicketId(ticket)
    return [
        taken(ticket, arrives),
        offered(ticket, starts - 2),
        accepted(ticket, starts - 1),
        e.CallStarted(at=starts, ticket=id),
        e.CallEnded(at=ends, ticket=id, why="clerk", deadline=ends + 300),
        e.WrapupFinished(at=closes, ticket=id, result="completed"),
    ]


def books(*events: e.Event) -> Books:
    made = Books()
    for seq, event in enumerate(events, 1):
        made.enter(seq, Now(event.at, NINE + event.at), event)
    return made


def test_a_day_worked_out_by_hand():
    id = TicketId("t4")
    day = books(
        *served("t1", arrives=0, starts=60, ends=360, closes=400),
        *served("t2", arrives=100, starts=820, ends=1000, closes=1060),
        taken("t3", 1000), e.TicketCancelled(at=1004, ticket=TicketId("t3")),      # pressed by mistake
        taken("t4", 1000), e.TicketAbandoned(at=1500, ticket=id),                  # waited and left
        taken("t5", 1600),                                                         # still there
    )  # fmt: skip
    found = figures(day.visits.values(), 600)
    assert (found.visits, found.served, found.open) == (5, 2, 1)
    assert (found.cancelled, found.abandoned, found.short_abandons) == (1, 1, 1)
    assert (found.wait_mean, found.wait_p50, found.wait_p80, found.wait_longest) == (390, 60, 720, 720)
    assert found.service_level == pytest.approx(1 / 3)  # t1 of t1, t2, t4
    assert found.service_level_all == pytest.approx(1 / 4)  # t3 counts as well
    assert found.abandonment == pytest.approx(1 / 3)
    assert (found.talk_mean, found.hold_mean, found.wrapup_mean) == (240, 0, 50)
    assert found.handling_mean == 290


def test_the_wait_counts_from_the_first_arrival_however_often_it_went_back():
    id = TicketId("t1")
    visit = books(
        taken("t1", 0),
        offered("t1", 1),
        e.TicketReturned(at=21, ticket=id, staff=SATO, why="no_answer"),
        offered("t1", 22, SUZUKI),
        e.TicketReturned(at=25, ticket=id, staff=SUZUKI, why="declined", reason="busy"),
        accepted("t1", 90, SUZUKI, 3),
        e.TicketReturned(at=100, ticket=id, staff=SUZUKI, why="not_connected"),
        accepted("t1", 150, SATO, 4),
        e.CallStarted(at=160, ticket=id),
    ).visits[id]
    assert visit.waited == 160
    assert (visit.missed, visit.declined, visit.staff) == ((SATO,), 1, (SUZUKI, SATO))
    assert missed_by([visit]) == {SATO: 1}
    assert figures([visit], 600).returned == 1


def test_hold_is_not_talk_and_one_that_never_ends_ends_with_the_call():
    id = TicketId("t1")
    visit = books(
        taken("t1", 0), accepted("t1", 9), e.CallStarted(at=10, ticket=id),
        e.CallHeld(at=20, ticket=id, minutes=2), e.CallResumed(at=50, ticket=id),
        e.CallHeld(at=60, ticket=id, minutes=2), e.CallEnded(at=100, ticket=id, why="resident", deadline=400),
    ).visits[id]  # fmt: skip
    assert visit.held == 70
    found = figures([visit], 600)
    assert (found.talk_mean, found.hold_mean) == (20, 70)


def test_cards_and_papers_are_counted_by_how_they_went():
    def order(name: str, kind: e.OrderKind) -> e.OrderPlaced:
        return e.OrderPlaced(
            at=11, order=OrderId(name), kiosk=KioskId("kita"), kind=kind, ticket=TicketId("t1"), generation=1
        )

    def closed(name: str, outcome: str) -> e.OrderClosed:
        return e.OrderClosed(at=12, order=OrderId(name), kiosk=KioskId("kita"), outcome=outcome)

    visit = books(
        taken("t1", 0), accepted("t1", 9), e.CallStarted(at=10, ticket=TicketId("t1")),
        order("c1", "card"), closed("c1", "declined"), order("p1", "slip"), closed("p1", "paper_out"),
        order("p2", "slip"), closed("p2", "printed"), closed("p2", "printed"),
    ).visits[TicketId("t1")]  # fmt: skip
    found = figures([visit], 600)
    assert (found.card_share, found.printed, found.prints_failed) == (0, 1, 1)


def test_time_on_duty_is_ready_or_bound_and_absence_is_neither():
    id = TicketId("t1")
    made = books(
        e.StaffCame(at=0, staff=SATO),
        e.StaffReady(at=10, staff=SATO),
        taken("t1", 30), offered("t1", 40), accepted("t1", 45), e.CallStarted(at=46, ticket=id),
        e.CallEnded(at=100, ticket=id, why="clerk", deadline=400),
        e.WrapupFinished(at=140, ticket=id, result="completed"),
        e.StaffPaused(at=150, staff=SATO, reason="break"),
        e.StaffReady(at=250, staff=SATO),
        e.StaffWent(at=260, staff=SATO, until=290), e.StaffLeft(at=290, staff=SATO),
    )  # fmt: skip
    (duty,) = made.duties.values()
    assert (duty.ready, duty.bound) == (30 + 10 + 10, 100)
    assert occupancy(made.duties.values()) == pytest.approx(100 / 150)


def test_entering_in_parts_gives_what_entering_at_once_gives():
    events = [
        *served("t1", arrives=0, starts=60, ends=360, closes=400),
        *served("t2", arrives=5, starts=70, ends=300, closes=500),
    ]
    whole, parts = books(*events), Books()
    for seq, event in enumerate(events, 1):
        parts.enter(seq, Now(event.at, NINE + event.at), event)
        figures(parts.visits.values(), 600)  # looking changes nothing
    assert parts.visits == whole.visits
    assert parts.duties == whole.duties
    assert parts.seq == len(events)


def test_groups_are_by_the_hour_of_arrival_in_japan_and_small_ones_are_not_published():
    events = [event for n in range(1, 7) for event in [taken(f"t{n}", n * 10.0)]]
    rows = grouped(books(*events, taken("t7", 3600.0)).visits.values(), "hour", 600)
    assert [(row.key, row.figures.visits) for row in rows] == [("09", 6), ("10", 1)]
    assert [row.key for row in published(rows)] == ["09"]
    with pytest.raises(KeyError):
        grouped([], "name", 600)


def test_nothing_is_divided_by_nothing():
    empty = figures([], 600)
    assert empty.visits == 0
    assert empty.service_level is empty.wait_p50 is empty.card_share is empty.handling_mean is None
    assert quantile([], 0.5) is mean([]) is share(1, 0) is None
    assert [quantile([1, 2, 3, 4], part) for part in (0, 0.25, 0.5, 0.8, 1)] == [1, 1, 2, 4, 4]


def test_a_callback_succeeded_when_somebody_was_reached_and_one_that_still_waits_is_neither():
    def tried(
        ticket: str, at: float, outcome: CallbackOutcome, again: float | None = None
    ) -> e.CallbackTried:
        return e.CallbackTried(at=at, ticket=TicketId(ticket), staff=SATO, outcome=outcome, again_at=again)

    kept = [
        event
        for ticket in ("t1", "t2", "t3", "t4")
        for event in (taken(ticket, 0), e.CallbackKept(at=10, ticket=TicketId(ticket)))
    ]
    made = books(
        *kept,
        tried("t1", 100, "not_reached", 1000), tried("t1", 1000, "reached"),       # at the second try
        tried("t2", 100, "not_reached", 1000), tried("t2", 1000, "not_reached"),   # given up
        tried("t3", 100, "wrong_number"),                                          # closed at once
        tried("t4", 100, "not_reached", 1000),                                     # is still to be called
        taken("t5", 50),                                                           # waits at the kiosk
    )  # fmt: skip
    found = figures(made.visits.values(), 600)
    assert (found.callbacks, found.callbacks_reached) == (4, pytest.approx(1 / 3))
    assert figures([made.visits[TicketId("t4")]], 600).callbacks_reached is None
