"""What holds for one day only: numbers that are good for another day, and who answers what today."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.values import Id, Key, Short, Value
from server.protocol.wire import Command

AfterClose = Literal["carry_over", "callback", "reservation"]


class Postponed(Value, frozen=True, kw_only=True):
    """The lane closed before anybody could answer: what became of the visit, and what to do with the code."""

    ticket: Id
    how: AfterClose
    number: int
    day: Short  # for people: 「11月20日(金)」
    code: Short = ""  # with "carry_over"
    opens_at: Short = ""  # for people: when to come again


class SetDuty(Command, frozen=True, kw_only=True):
    """A supervisor says what somebody answers today: in these lanes (none named: all they may), with these skills."""

    staff: Id
    lanes: tuple[Id, ...] = ()
    skills: tuple[Annotated[str, Meta(max_length=80)], ...] = ()


class EndDuty(Command, frozen=True, kw_only=True):
    """Take back `SetDuty`: what the records say holds again."""

    staff: Id


class ChooseLanes(Command, frozen=True, kw_only=True):
    """A clerk takes calls of these lanes only, today; none named: all they may answer."""

    lanes: tuple[Id, ...] = ()


class LaneShut(Value, frozen=True, kw_only=True):
    """A supervisor closed a lane for today: since when, who, why, and how many still wait there and are served."""

    since: Short  # ISO 8601
    by: Short
    reason: Key
    waiting: int = 0


class LaneChoice(Value, frozen=True, kw_only=True):
    """One lane the viewer may answer today, and whether its calls ring here."""

    id: Id
    name: Short
    chosen: bool
    shut: LaneShut | None = None
