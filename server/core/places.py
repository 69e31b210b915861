"""What a device may ask for and where: a kiosk for every wish of its place, a window for the one it was sent for."""

from typing import Literal

import msgspec

from server.core.board import Board, Post
from server.core.city import City, Device, DeviceKind, Lane
from server.core.commands import Refusal
from server.core.journal import Now
from server.core.states import Abandoned, Cancelled, Expired, Postponed, Ticket
from server.protocol.values import KioskId

Visitor = Literal["contractor", "care", "family", "other"]

VISITORS: dict[Visitor, str] = {
    "contractor": "業者（リンク）",
    "care": "ケアマネジャー（リンク）",
    "family": "家族（リンク）",
    "other": "リンクの方",
}
"""Where a visit comes from, as staff read it in place of a kiosk's name. Never who it is: that is said to the clerk."""


class SentWindow(msgspec.Struct, frozen=True, kw_only=True):
    """A link somebody was sent: good for one visit, begun before `expires` (wall time)."""

    id: str
    purpose: str
    who: Visitor
    made_by: str
    expires: float
    opened: bool = False
    revoked: bool = False


def kind_of(city: City, device: Device) -> DeviceKind:
    """Return what this device is: as `city.toml` says, a kiosk if it says nothing, and a sent link always one."""
    return device.kind if device.kind == "window" else city.kinds.get(device.id, device.kind)


def name_of(city: City, device: Device, site: str) -> str:
    """Return a kiosk's name as staff read it beside its place: 「北公民館（移動 1号）」 for one that moves."""
    return f"{site}（{device.name}）" if kind_of(city, device) == "mobile" else device.name


def site_of(city: City, ticket: Ticket) -> str:
    """Return the name of the place a visit came from: where a moving kiosk stood then, whatever came later."""
    device = city.kiosks.get(ticket.kiosk)
    stood = ticket.site or (None if device is None else device.site)
    return next((site.name for site in city.sites if site.id == stood), stood or "")


def kiosks(city: City) -> list[Device]:
    """Return the devices somebody looks after; a link in a visitor's hand is none."""
    return [device for device in city.kiosks.values() if device.kind != "window"]


def lanes_for(city: City, device: Device) -> tuple[Lane, ...]:
    """Return the lanes whose hours and waits concern whoever is at this device."""
    if device.kind == "window":
        return tuple(lane for lane in city.lanes if device.purpose in lane.purposes)
    return offered(city)


def offered(city: City) -> tuple[Lane, ...]:
    """Return the lanes anybody may come to; one with nothing but wishes by link is no business of the public."""
    hidden = {purpose.id for purpose in city.purposes if purpose.page == 0}
    return tuple(lane for lane in city.lanes if not lane.purposes or not hidden.issuperset(lane.purposes))


def refusal(board: Board, device: Device, purpose: str, now: Now) -> Refusal | None:
    """Say why this device may not take a number for this wish; None = it may.

    A window is good for one visit. Whoever gave up before anybody spoke with them may come again while it is valid.
    """
    if device.kind != "window":
        return None
    if purpose != device.purpose:
        return Refusal("not_yours")
    if spent(board, device) or (device.expires is not None and now.wall >= device.expires):
        return Refusal("not_now")
    return None


def spent(board: Board, device: Device) -> bool:
    """Say whether a window has had its visit."""
    if device.kind != "window":
        return False
    post = board.posts.get(KioskId(device.id)) or Post(id=device.id)
    if post.ticket is None or post.ticket in board.tickets:
        return False  # none yet, or it goes on
    before = board.ended.get(post.ticket)
    return before is None or not isinstance(before.state, Cancelled | Abandoned | Expired | Postponed)


def telephone(city: City, device: Device | None) -> str:
    """Return the number of the people where a kiosk stands; empty for a visitor's own window, and where none is known."""
    if device is None or device.kind == "window":
        return ""
    return next((site.telephone for site in city.sites if site.id == device.site), "")
