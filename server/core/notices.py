"""What the back office is told of a visit besides its signed forms: a paper to send, a result that was put right.

Each is told once to each way out; what is owed stands sealed beside the record of the visit and ends with it.
"""

from typing import Literal

from msgspec.structs import replace

from server.core.checklist.case import Address
from server.core.forms.delivery import Delivery
from server.protocol.values import Personal


class Change(Personal, frozen=True, kw_only=True):
    """One outcome that is another one now; `line` empty: the result of the visit itself."""

    line: str = ""
    name: str = ""
    before: str = ""
    after: str = ""


class Notice(Personal, frozen=True, kw_only=True):
    """One thing told."""

    id: str
    kind: Literal["by_mail", "correction"]
    number: int
    day: str
    site: str
    at: str  # ISO 8601
    staff: str  # the name of whoever said it
    paper: str = ""  # with "by_mail": which kind, and under which order it was drawn
    order: str = ""
    to: Address = Address()
    changes: tuple[Change, ...] = ()


class Notices(Personal, frozen=True, kw_only=True):
    """All notices of one visit, and how far their telling has come."""

    all: tuple[Notice, ...] = ()
    told: tuple[str, ...] = ()
    delivery: Delivery = Delivery()


def told_of(notices: Notices, one: Notice) -> Notices:
    """Add what is to be told; the same again changes nothing."""
    if any(old.id == one.id for old in notices.all):
        return notices
    return replace(notices, all=(*notices.all, one))


def owed(notices: Notices) -> tuple[Notice, ...]:
    """Return what nobody was told yet, in its order."""
    return tuple(one for one in notices.all if one.id not in notices.told)
