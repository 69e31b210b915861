"""What the journal may hold: ids, states and times; never anything that says something about a person (I21)."""

import inspect
from typing import Any

import msgspec

from server.core import events as e
from server.core.board import Board
from server.core.booking import events as b
from server.core.evolve import fold
from server.core.fact import Fact, TicketFact
from server.protocol import messages as m
from server.protocol.values import NextStep, Personal, SlipContent
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, SATO


def types_within(kind: msgspec.inspect.Type, seen: set[type]) -> set[type]:
    """Return every struct that can occur in this type."""
    if isinstance(kind, msgspec.inspect.StructType):
        if kind.cls in seen:
            return seen
        seen.add(kind.cls)
        for field in kind.fields:
            types_within(field.type, seen)
        return seen
    for name in ("types", "item_types"):
        for part in getattr(kind, name, ()):
            types_within(part, seen)
    for name in ("item_type", "value_type", "key_type"):
        part: Any = getattr(kind, name, None)
        if part is not None:
            types_within(part, seen)
    return seen


def test_no_event_and_no_board_can_hold_anything_personal():
    for kind in (e.Event, Board):
        found = types_within(msgspec.inspect.type_info(kind), set())
        assert len(found) > 5
        assert not [one for one in found if issubclass(one, Personal)]


def test_what_is_printed_is_in_no_event():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.here(SATO)
    ticket = desk.call(SATO)
    content = SlipContent(done=("カナリア花子",), next_steps=(NextStep(what="カナリア"),), note="カナリア")
    wish = m.PrintSlip(id="slip-1", ticket=ticket, generation=1, content=content)
    assert desk.staff(SATO, wish) is None
    written = b"".join(desk.journal)
    assert b"slip-1" in written
    assert "カナリア".encode() not in written
    assert "カナリア" not in repr(desk.board)


def _below(base: type) -> set[type]:
    return {one for direct in base.__subclasses__() for one in (direct, *_below(direct))}


def test_every_event_is_in_the_union_and_has_its_own_tag():
    kinds = {
        one for one in _below(Fact) - {TicketFact, b.BookingFact} if one.__module__.startswith("server.")
    }
    assert kinds == set(e.Event.__args__)
    assert len({one.__struct_config__.tag for one in kinds}) == len(kinds)


def test_replaying_asks_neither_the_city_nor_a_clock():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.here(SATO)
    desk.call(SATO)
    again = fold(Board(), [msgspec.json.decode(body, type=e.Event) for body in desk.journal])
    assert again == desk.board
    assert list(inspect.signature(fold).parameters) == ["board", "events"]
