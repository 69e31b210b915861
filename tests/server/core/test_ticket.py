"""The life of a ticket, as a table a reviewer can read: every state with everything that can happen to it."""

from itertools import product
from pathlib import Path

import msgspec
import pytest

from server.core import calling, parties
from server.core import events as e
from server.core import states as s
from server.core import ticket as machine
from server.core.board import Board, Seat
from server.core.commands import Refusal
from server.core.states import Ticket
from server.protocol import messages as m
from server.protocol.values import TicketId
from tests.server.core.example import KITA, OPEN_LANE, OTHER_LANE, SATO, SUZUKI, busy_city

TABLE = Path(__file__).with_name("ticket.table.md")
NOW = 100.0
GEN = 3

STATES: tuple[s.AnyState, ...] = (
    s.Created(generation=GEN),
    s.Waiting(generation=GEN),
    s.Offered(staff=SATO, generation=GEN, deadline=120),
    s.Called(staff=SATO, generation=GEN, deadline=300, desk="3番窓口", called=80),
    s.Absent(staff=SATO, generation=GEN, deadline=300),
    s.Connecting(staff=SATO, generation=GEN, deadline=120),
    s.Serving(staff=SATO, generation=GEN, since=90),
    s.Held(staff=SATO, generation=GEN, since=90, minutes=2),
    s.Wrapup(staff=SATO, generation=GEN, deadline=400, why="resident"),
    s.Done(staff=SATO, generation=GEN, result="completed"),
    s.NoShow(staff=SATO, generation=GEN),
    s.Abandoned(generation=GEN),
    s.Cancelled(generation=GEN),
    s.Expired(generation=GEN),
    s.Postponed(generation=GEN, how="carry_over", code="048213"),
)

T = "t1"
BY_CLERK: dict[str, machine.ByClerk] = {
    "Accept": m.Accept(id="c", ticket=T, generation=GEN),
    "Decline": m.Decline(id="c", ticket=T, generation=GEN, reason="busy"),
    "Hold": m.Hold(id="c", ticket=T, generation=GEN),
    "Resume": m.Resume(id="c", ticket=T, generation=GEN),
    "EndCall": m.EndCall(id="c", ticket=T, generation=GEN),
    "FinishWrapup": m.FinishWrapup(id="c", ticket=T, generation=GEN, result="completed"),
    "FinishWrapup no_show": m.FinishWrapup(id="c", ticket=T, generation=GEN, result="no_show"),
}
BY_DESK: dict[str, calling.ByDesk] = {
    "CallAgain": m.CallAgain(id="c", ticket=T, generation=GEN),
    "Arrived": m.Arrived(id="c", ticket=T, generation=GEN),
    "NotThere": m.NotThere(id="c", ticket=T, generation=GEN),
}
BRING_BACK = m.BringBack(id="c", ticket=T, generation=GEN)
BY_RESIDENT: dict[str, machine.ByResident] = {
    "CancelTicket": m.CancelTicket(id="k", ticket=T),
    "CancelTicket away": m.CancelTicket(id="k", ticket=T, away=True),
    "HangUp": m.HangUp(id="k", ticket=T, generation=GEN),
    "MediaIsUp": m.MediaIsUp(id="k", ticket=T, generation=GEN),
    "ClerkHeard no": m.ClerkHeard(id="k", ticket=T, generation=GEN, alive=False),
}
BY_LEAD: dict[str, parties.ByLead] = {
    "Transfer cold": m.Transfer(id="c", ticket=T, generation=GEN, mode="cold", lane="fukushi"),
    "Transfer warm": m.Transfer(id="c", ticket=T, generation=GEN, mode="warm", lane="fukushi"),
    "AskToJoin": m.AskToJoin(id="c", ticket=T, generation=GEN, staff=SUZUKI),
    "AskToJoin old": m.AskToJoin(id="c", ticket=T, generation=GEN - 1, staff=SUZUKI),
    "HandOver": m.HandOver(id="c", ticket=T, generation=GEN, staff=SUZUKI),
    "SetParty": m.SetParty(id="c", ticket=T, generation=GEN, staff=SUZUKI, held=True),
    "SetPlan": m.SetPlan(id="c", ticket=T, generation=GEN, lanes=("fukushi",)),
    "WarnNext": m.WarnNext(id="c", ticket=T, generation=GEN),
}
FREE = {SUZUKI: Seat(id=SUZUKI, chosen="ready", connected=True)}
HANDED = s.HandedOver(sender=SUZUKI, lane=OTHER_LANE.id, until=110.0)
ASKED = s.Party(staff=SUZUKI, role="second", generation=GEN + 1, since=100.0, deadline=110.0)
HAPPENINGS: dict[str, machine.Happening] = {
    "Enqueue": machine.Enqueue(),
    "Offer": machine.Offer(SUZUKI),
    "ClerkLost": machine.ClerkLost(),
    "ClerkBack": machine.ClerkBack(),
    "KioskLost": machine.KioskLost(),
    "KioskBack": machine.KioskBack(),
    "KioskForgot": machine.KioskForgot(),
}


def ticket(state: s.AnyState) -> Ticket:
    """Return a ticket in this state, taken ten seconds ago."""
    return Ticket(
        id=TicketId(T), rank=1, number=1, day="2026-11-20", kiosk=KITA, lane=OPEN_LANE.id, purpose="talk",
        wants_text=False, language="ja", arrived=90.0, changed=95.0, state=state,
    )  # fmt: skip


def of_hall(state: s.AnyState) -> Ticket:
    """Return a number of the hall in this state, called three times if it is called."""
    if isinstance(state, s.Called):
        state = msgspec.structs.replace(state, calls=calling.CALLS)
    return msgspec.structs.replace(ticket(state), counter=True)


def cell(state: s.AnyState, decided: machine.Decision, was: Ticket | None = None) -> str:
    """Return what a reviewer reads: the events and what becomes, the refusal, or a dot for nothing."""
    if isinstance(decided, Refusal):
        return decided.code
    if not decided:
        return "·"
    after = was or ticket(state)
    for event in decided:
        after = machine.evolve(after, event)
    names = ", ".join(type(event).__name__ for event in decided)
    return names if type(after.state) is type(state) else f"{names} → **{type(after.state).__name__}**"


def matrix(title: str, columns: dict[str, list[str]]) -> str:
    """Return one Markdown table: a line per state."""
    lines = [f"## {title}", "", "| in | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row, state in enumerate(STATES):
        cells = [column[row] for column in columns.values()]
        lines.append(f"| {type(state).__name__} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def lost(state: s.AnyState) -> s.AnyState:
    """Return the state with its kiosk gone and its place kept until 110."""
    if isinstance(state, s.Waiting | s.Offered | s.Connecting | s.Serving | s.Held):
        return msgspec.structs.replace(state, kiosk_lost=110.0)
    return state


def vanished(state: s.AnyState, silent: bool) -> s.AnyState:
    """Return the state with its clerk's socket gone, grace until 110."""
    if isinstance(state, s.Called | s.Connecting):
        return msgspec.structs.replace(state, clerk_lost=110.0)
    if isinstance(state, s.Serving | s.Held):
        return msgspec.structs.replace(state, clerk_lost=110.0, silent=silent)
    return state


def table() -> str:
    """Return every state with everything that can happen to it."""

    def clerk(command: machine.ByClerk, staff: str) -> list[str]:
        return [
            cell(state, machine.clerk_asks(ticket(state), command, staff, OPEN_LANE, NOW)) for state in STATES
        ]

    def resident(command: machine.ByResident) -> list[str]:
        return [
            cell(state, machine.resident_asks(ticket(state), command, OPEN_LANE, NOW)) for state in STATES
        ]

    def older(command):
        return msgspec.structs.replace(command, generation=GEN - 1)

    def time(change, at: float) -> list[str]:
        return [
            cell(change(state), machine.time_passes(ticket(change(state)), OPEN_LANE, at)) for state in STATES
        ]

    def company(command: parties.ByLead) -> list[str]:
        town = busy_city()
        return [
            cell(state, parties.lead_asks(Board(seats=FREE), town, ticket(state), command, SATO, NOW))
            for state in STATES
        ]

    def hall(command: calling.ByDesk, staff: str = SATO, **what: object) -> list[str]:
        ones = [msgspec.structs.replace(of_hall(state), **what) for state in STATES]
        return [cell(one.state, calling.desk_asks(one, command, staff, OPEN_LANE, NOW), one) for one in ones]

    def back(asides: int) -> list[str]:
        ones = [msgspec.structs.replace(of_hall(state), asides=asides) for state in STATES]
        return [cell(one.state, calling.brings_back(one, BRING_BACK, SUZUKI, NOW), one) for one in ones]

    def promise(at: float, **what: object) -> list[str]:
        ones = [msgspec.structs.replace(ticket(state), **what) for state in STATES]
        return [cell(one.state, machine.time_passes(one, OPEN_LANE, at), one) for one in ones]

    parts = [
        "# The life of a ticket\n\nGenerated from `server/core/ticket.py` by `test_ticket.py`; "
        "`python -m tests.server.core.test_ticket` writes it anew.\n"
        "A dot: nothing happens. A small word: refused with this code.\n",
        matrix("A clerk asks, the one who holds it", {n: clerk(c, SATO) for n, c in BY_CLERK.items()}),
        matrix("Another clerk asks", {n: clerk(c, SUZUKI) for n, c in BY_CLERK.items()}),
        matrix(
            "Their clerk asks with an old generation", {n: clerk(older(c), SATO) for n, c in BY_CLERK.items()}
        ),
        matrix("Who leads the call wants company", {n: company(c) for n, c in BY_LEAD.items()}),
        matrix(
            "Who called a number of the hall says (three times so far)",
            {n: hall(c) for n, c in BY_DESK.items()}
            | {
                "NotThere, set aside before": hall(BY_DESK["NotThere"], asides=1),
                "another clerk: Arrived": hall(BY_DESK["Arrived"], SUZUKI),
                "old: Arrived": hall(older(BY_DESK["Arrived"])),
                "anybody: BringBack": back(2),
            },
        ),
        matrix("The resident's kiosk says", {n: resident(c) for n, c in BY_RESIDENT.items()}),
        matrix(
            "The kiosk says with an old generation",
            {n: resident(older(c)) for n, c in BY_RESIDENT.items() if not isinstance(c, m.CancelTicket)},
        ),
        matrix(
            "Sockets and matching",
            {
                n: [cell(state, machine.happens(ticket(state), h, OPEN_LANE, NOW)) for state in STATES]
                for n, h in HAPPENINGS.items()
            }
            | {
                "the server came back": [
                    cell(state, machine.server_came_back(ticket(state), OPEN_LANE, NOW)) for state in STATES
                ]
            },
        ),
        matrix(
            "Time passes",
            {
                "nothing is due": time(lambda state: state, NOW),
                "its deadline": time(lambda state: state, 400.0),
                "twelve hours": time(lambda state: state, 90.0 + machine.STANDS_AT_MOST),
                "kiosk gone too long": time(lost, 110.0),
                "clerk gone, heard": time(lambda state: vanished(state, False), 110.0),
                "clerk gone, silent": time(lambda state: vanished(state, True), 110.0),
            },
        ),
        matrix(
            "Promises on order come due",
            {
                "waited as long as the lane allows": promise(110.0, ages_at=110.0),
                "its appointment begins": promise(110.0, due=110.0),
                "nobody took the transfer": promise(110.0, handed=HANDED),
                "nobody took the invitation": promise(110.0, parties=(ASKED,)),
            },
        ),
    ]
    return "\n".join(parts)


def test_the_table_in_the_docs_is_the_code():
    assert table() == TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", [state for state in STATES if isinstance(state, s.Over)])
def test_what_is_over_stays_over(state: s.Over):
    over = ticket(state)
    for command, staff in product(BY_CLERK.values(), (SATO, SUZUKI)):
        decided = machine.clerk_asks(over, command, staff, OPEN_LANE, NOW)
        assert isinstance(decided, Refusal) or decided == ()
    for command in BY_RESIDENT.values():
        decided = machine.resident_asks(over, command, OPEN_LANE, NOW)
        assert isinstance(decided, Refusal) or decided == ()
    for happening in HAPPENINGS.values():
        assert machine.happens(over, happening, OPEN_LANE, NOW) == ()
    assert machine.time_passes(over, OPEN_LANE, 1e9) == ()
    assert machine.server_came_back(over, OPEN_LANE, NOW) == ()
    assert machine.deadline(over) is None


@pytest.mark.parametrize(
    "change", [lambda x: x, lost, lambda x: vanished(x, False), lambda x: vanished(x, True)]
)
@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_time_changes_a_ticket_exactly_from_its_deadline_on(state: s.AnyState, change):
    one = ticket(change(state))
    due = machine.deadline(one)
    if due is None:
        assert machine.time_passes(one, OPEN_LANE, 1e9) == ()
    else:
        assert machine.time_passes(one, OPEN_LANE, due - 0.001) == ()
        assert machine.time_passes(one, OPEN_LANE, due) != ()


def test_a_returned_ticket_keeps_its_place_and_remembers_who_let_it_pass():
    offered = ticket(s.Offered(staff=SATO, generation=GEN, deadline=120))
    back = e.TicketReturned(ticket=offered.id, at=120.0, staff=SATO, why="no_answer")
    after = machine.evolve(offered, back)
    assert (after.rank, after.arrived, after.number) == (offered.rank, offered.arrived, offered.number)
    assert after.passed == ((SATO, 120.0),)
    assert after.returned == "no_answer"
    assert after.state == s.Waiting(generation=GEN)


def test_a_hold_keeps_when_the_conversation_began():
    talking = ticket(s.Serving(staff=SATO, generation=GEN, since=90))
    held = machine.evolve(talking, e.CallHeld(ticket=talking.id, at=100.0, minutes=5))
    again = machine.evolve(held, e.CallResumed(ticket=talking.id, at=160.0))
    ended = machine.evolve(again, e.CallEnded(ticket=talking.id, at=190.0, why="clerk", deadline=490.0))
    assert again.state == talking.state
    assert isinstance(ended.state, s.Wrapup)
    assert ended.state.talked == 100.0


def test_the_names_of_the_states_are_those_on_the_wire():
    assert [s.name(state) for state in STATES] == [
        "created", "waiting", "offered", "called", "absent", "connecting", "serving", "held", "wrapup",
        "done", "no_show", "abandoned", "cancelled", "expired", "postponed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        e.CallHeld(ticket=TicketId(T), at=1.0, minutes=1),
        e.CallEnded(ticket=TicketId(T), at=1.0, why="clerk", deadline=2.0),
        e.WrapupFinished(ticket=TicketId(T), at=1.0, result="completed"),
        e.LeaseRenewed(ticket=TicketId(T), at=1.0, deadline=2.0),
        e.KioskLineLost(ticket=TicketId(T), at=1.0, until=2.0),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_fact_that_cannot_be_is_our_own_mistake_and_raises(event: e.TicketEvent):
    with pytest.raises(AssertionError):
        machine.evolve(ticket(s.Created()), event)


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
