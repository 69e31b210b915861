"""What is said of a number of the hall, and of a kiosk that moves from place to place."""

from typing import Annotated

from msgspec import Meta

from server.protocol.values import Generation, Id, Key, Seconds, Short, Value
from server.protocol.wire import Command

DeskName = Annotated[str, Meta(max_length=20)]


class CallAgain(Command, frozen=True, kw_only=True):
    """もう一度よぶ: the display and its voice say the number once more."""

    ticket: Id
    generation: Generation


class Arrived(Command, frozen=True, kw_only=True):
    """来ました: whoever has the number stands at the desk, and the visit begins."""

    ticket: Id
    generation: Generation


class NotThere(Command, frozen=True, kw_only=True):
    """いません: the number was called often enough; its place is kept for a while, and then once more."""

    ticket: Id
    generation: Generation


class BringBack(Command, frozen=True, kw_only=True):
    """もどす: somebody who was given up came after all; they stand at the place they had."""

    ticket: Id
    generation: Generation


class ChooseDesk(Command, frozen=True, kw_only=True):
    """At which desk of the hall the sender sits today; "" = at none, and no number is called to them."""

    desk: DeskName = ""


class MoveHere(Command, frozen=True, kw_only=True):
    """Whoever set this moving kiosk up says where it stands today."""

    site: Id


class MoveKiosk(Command, frozen=True, kw_only=True):
    """Field IT: a moving kiosk stands there today."""

    kiosk: Id
    site: Id


class PlaceToStand(Value, frozen=True, kw_only=True):
    """A place a moving kiosk can stand at."""

    id: Id
    name: Short


class NumberGiven(Value, frozen=True, kw_only=True):
    """The newest number this kiosk gave; `order` is the id of the command that asked for it, and of its paper."""

    order: Id
    number: int
    purpose: Key
    ahead: int = 0
    wait_minutes: tuple[int, int] | None = None


class AtDesk(Value, frozen=True, kw_only=True):
    """How a number of the hall is being called, for the clerk who calls it."""

    desk: DeskName
    calls: int  # so far
    calls_at_most: int
    again_in: Seconds  # until it may be called once more
    last: bool = False  # set aside as often as its lane does: whoever is not there now is given up
    here: bool = False  # they stand at the desk


class AbsentNumber(Value, frozen=True, kw_only=True):
    """A number that was called often enough and nobody came with; it can be brought back for so long."""

    ticket: Id
    generation: Generation
    number: int
    purpose: Key
    left: Seconds


class CalledNumber(Value, frozen=True, kw_only=True):
    """One line of the display in the hall. `id` changes with each call, and the voice says it once."""

    id: Short
    number: int
    desk: DeskName
    ago: Seconds
