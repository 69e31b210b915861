"""Reservations by the hand of whoever stands at a kiosk: places shown, one kept, promised, printed, or given back.

Nothing is remembered here: the place somebody has chosen is named by their own command, so a kiosk can speak of its own
places only, and a repeated wish finds what the first one made.
"""

import hashlib
import logging
from collections.abc import Callable

from server.booking import Bookings, Details, Refused, wishes_of
from server.core import moving
from server.core.booking.book import Booking, Promised
from server.core.booking.commands import PrintPlace
from server.core.booking.offered import offered
from server.core.booking.paper import order_of
from server.core.city import City, Lane
from server.core.closing import site_of
from server.core.commands import ServerActor
from server.core.hours import iso
from server.core.places import lanes_for
from server.hub import Hub
from server.protocol.booking import BookingCommand, BookingNews
from server.protocol.messages import (
    AskBooking,
    AskPlaces,
    BookingShown,
    CancelBooking,
    ChoosePlace,
    KeepPlace,
    LeavePlace,
    Places,
    Reply,
    Reserved,
)
from server.protocol.values import AppointmentId, BookingCode, Key, KioskId

log = logging.getLogger(__name__)


class AtKiosks:
    """The reservations residents make themselves."""

    def __init__(self, hub: Hub, bookings: Bookings) -> None:
        self._hub = hub
        self._bookings = bookings

    async def answer(
        self, kiosk: KioskId, command: BookingCommand, say: Callable[[BookingNews], None]
    ) -> Reply:
        """Do what is wished; `say` is given what the kiosk must know before the reply. Raises NotStored."""
        try:
            match command:
                case AskPlaces():
                    starts = self._offered(kiosk, command.purpose, command.language)
                    say(Places(purpose=command.purpose, starts=tuple(iso(one) for one in starts)))
                case ChoosePlace():
                    await self._choose(kiosk, command)
                case KeepPlace():
                    await self._keep(kiosk, command, say)
                case LeavePlace():
                    await self._leave(place_of(kiosk, command.place))
                case AskBooking():
                    found = self._mine(command.code)
                    details = await self._bookings.details(found.id)
                    purpose = "other" if details is None else details.purpose
                    say(BookingShown(starts=iso(found.starts), purpose=purpose))
                case CancelBooking():
                    await self._cancel(command.code)
        except Refused as refused:
            return Reply(id=command.id, refused=refused.code)
        return Reply(id=command.id)

    # ------------------------------------------------------------ making one

    def _city(self) -> City:
        """Return the city with every kiosk where it stands today."""
        return moving.today(self._hub.board(), self._hub.city, self._hub.now())

    def _lane(self, kiosk: KioskId, purpose: Key) -> Lane:
        city = self._city()
        device = city.kiosks.get(kiosk)
        lane = self._bookings.lane_for(purpose)
        if device is None or device.revoked or lane.id not in {one.id for one in lanes_for(city, device)}:
            raise Refused("not_now")
        return lane

    def _offered(self, kiosk: KioskId, purpose: Key, language: Key) -> tuple[float, ...]:
        lane, city = self._lane(kiosk, purpose), self._city()
        book, now = self._hub.board().book, self._hub.now()
        return offered(lane, book, site_of(city, kiosk), now, wishes_of(language))

    async def _choose(self, kiosk: KioskId, command: ChoosePlace) -> None:
        starts = next(
            (
                one
                for one in self._offered(kiosk, command.purpose, command.language)
                if iso(one) == command.starts
            ),
            None,
        )
        booking = place_of(kiosk, command.id)
        if starts is None and booking not in self._hub.board().book.bookings:
            raise Refused("taken")  # free a moment ago: that is why they could touch it
        if starts is not None:
            await self._bookings.hold(
                command.purpose,
                starts,
                wishes=wishes_of(command.language),
                booking=booking,
                kiosk=kiosk,
            )

    async def _keep(self, kiosk: KioskId, command: KeepPlace, say: Callable[[BookingNews], None]) -> None:
        booking = place_of(kiosk, command.place)
        found = self._hub.board().book.bookings.get(booking)
        if found is None:
            raise Refused("stale")
        city = self._city()
        site = site_of(city, kiosk)
        known = await self._bookings.details(booking) if isinstance(found.phase, Promised) else None
        if known is not None:
            code = known.code  # the reply was lost: it is theirs, under the same digits
        else:
            code = await self._bookings.confirm(
                booking,
                Details(
                    telephone=command.number,
                    purpose=command.purpose,
                    site="" if site is None else site.name,
                ),
            )
        say(
            Reserved(
                place=command.place,
                starts=iso(found.starts),
                code=code,
                order=order_of(booking),
                bring=next((one.bring for one in city.purposes if one.id == command.purpose), ()),
            )
        )
        await self._hub.submit(ServerActor(), PrintPlace(booking=booking))

    async def _leave(self, booking: AppointmentId) -> None:
        found = self._hub.board().book.bookings.get(booking)
        if found is not None and not isinstance(found.phase, Promised):
            await self._bookings.cancel(booking)

    # ------------------------------------------------------------ giving one back

    def _mine(self, code: BookingCode) -> Booking:
        found = self._bookings.by_code(code)
        if found is None:
            raise Refused("unknown")
        if not isinstance(found.phase, Promised):
            raise Refused("not_now")
        return found

    async def _cancel(self, code: BookingCode) -> None:
        before = self._bookings.former(code)
        if before is not None and self._bookings.by_code(code) is None:
            return  # given back already: the reply was lost
        await self._bookings.cancel(self._mine(code).id)


def place_of(kiosk: KioskId, command: str) -> AppointmentId:
    """Return the booking that a kiosk's own command makes."""
    return AppointmentId("k" + hashlib.sha256(f"{kiosk}\n{command}".encode()).hexdigest()[:16])
