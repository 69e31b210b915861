"""Reserving at a kiosk: what is free, one place chosen and kept, six digits; and giving one back with them."""

from typing import Annotated

from msgspec import Meta

from server.protocol.values import BookingCode, Id, Key, Personal, Short
from server.protocol.wire import Command, Message

Moment = Annotated[str, Meta(max_length=40)]
"""The beginning of a place: ISO 8601 with +09:00."""


class AskPlaces(Command, frozen=True, kw_only=True):
    """Which places are free for this wish, here; answered by `Places`."""

    purpose: Key
    language: Key = "ja"


class ChoosePlace(Command, frozen=True, kw_only=True):
    """The resident touched one: it is theirs for some minutes, under the id of this command."""

    purpose: Key
    starts: Moment
    language: Key = "ja"


class KeepPlace(Personal, Command, frozen=True, kw_only=True):
    """「予約する」; answered by `Reserved`. A number is left by whoever wants to hear of it."""

    place: Id  # the id of `ChoosePlace`
    purpose: Key
    number: Annotated[str, Meta(pattern=r"^(0[0-9]{9,10})?$")] = ""


class LeavePlace(Command, frozen=True, kw_only=True):
    """The resident chose another one, or went: somebody else may have it."""

    place: Id


class AskBooking(Personal, Command, frozen=True, kw_only=True):
    """Which reservation these digits are; answered by `BookingShown`."""

    code: BookingCode


class CancelBooking(Personal, Command, frozen=True, kw_only=True):
    """「はい、取り消します」."""

    code: BookingCode


class Places(Message, frozen=True, kw_only=True):
    """What is free, the earliest first."""

    purpose: Key
    starts: tuple[Moment, ...] = ()


class Reserved(Personal, Message, frozen=True, kw_only=True):
    """It is theirs: the digits, and the order under which the slip comes."""

    place: Id
    starts: Moment
    code: BookingCode
    order: Id
    bring: tuple[Short, ...] = ()


class BookingShown(Personal, Message, frozen=True, kw_only=True):
    """When a reservation is, for whoever has its digits."""

    starts: Moment
    purpose: Key = "other"


BookingCommand = AskPlaces | ChoosePlace | KeepPlace | LeavePlace | AskBooking | CancelBooking
BookingNews = Places | Reserved | BookingShown
