"""What is done when the moment itself has passed: papers that could not be printed, results that were wrong."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.values import Generation, Id, Key, Seconds, Short, TicketId, Value
from server.protocol.wire import Command

PaperCode = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
"""What a resident says at another kiosk to have their paper there: good for one paper, printed once."""


class PrintLater(Command, frozen=True, kw_only=True):
    """あとで 別の公民館で 印刷: a paper of this call that did not come out waits under a code of six digits."""

    ticket: Id
    generation: Generation
    order: Id


class SendByMail(Command, frozen=True, kw_only=True):
    """郵送に する: a paper of this call that did not come out is sent by the back office; to whom stands in the case."""

    ticket: Id
    generation: Generation
    order: Id


class FetchPaper(Command, frozen=True, kw_only=True):
    """Print a paper that waits at the kiosk of this call; the command's id is the order's id.

    "unknown": none waits under this code. "maybe_out": it may have come out already, so somebody has to say `again`.
    """

    ticket: Id
    generation: Generation
    code: PaperCode
    again: bool = False


class CorrectResult(Command, frozen=True, kw_only=True):
    """The clerk who noted a visit's result today notes another one: it is counted from then on, the first stays written."""

    ticket: Id
    result: Key


CODE_SHOWN = 300.0
"""Seconds a code stays on a resident's screen: long enough to write it down."""


class OnScreen(Value, frozen=True, kw_only=True):
    """The last visit here ended with a code that nobody has put away: a kiosk that starts anew shows it again."""

    ticket: TicketId
    number: int
    left: Seconds  # in steps of a minute, rounded up: the view does not change with every look


class PutAway(Command, frozen=True, kw_only=True):
    """The end of this visit, with its code, is no longer on the screen: whoever comes next must not see it."""

    ticket: Id


class PaperLater(Value, frozen=True, kw_only=True):
    """A paper of the visit at this kiosk that will reach its resident another way, for the resident's screen."""

    ticket: TicketId
    how: Literal["later", "mail"]
    code: Short = ""  # with "later"
    until: Short = ""  # for people: 「11月27日(金)」
