"""How each kiosk is, for those who keep them alive: one state, one reason, worst first."""

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec.structs import replace

from server.core import moving, places
from server.core.board import Board, PlacedOrder, Post
from server.core.city import City, Device
from server.core.hours import iso
from server.core.journal import Now
from server.core.orders import FIELD, resident_at
from server.core.states import Connecting, Held, Serving
from server.protocol.messages import FleetView, KioskForFleet, OrderForFleet
from server.protocol.values import Device as Part
from server.protocol.values import Key, KioskId, StaffId

STOPPED_AFTER = 300.0
"""Seconds without connection until a kiosk counts as stopped; before that it deserves attention."""

BACK_WITHIN = 120.0
"""Seconds an announced absence is nobody's worry: a kiosk replaces its process after each visit, and so do we after
an update. A page that turns yellow for a second after each visitor is one nobody looks at."""

PART = 48_000
"""Bytes of rows in one message of the fleet view: below the protocol's frame, with room for the rest."""

MAY_SEE = (*FIELD, "supervisor")

FleetState = Literal["stopped", "attention", "ok", "maintenance", "revoked", "copied_key", "new"]

_WORST_FIRST: tuple[FleetState, ...] = (
    "copied_key", "stopped", "attention", "new", "maintenance", "ok", "revoked",
)  # fmt: skip
_TROUBLE: tuple[FleetState, ...] = ("copied_key", "stopped", "attention")
_PARTS_WORST_FIRST = ("fault", "missing", "warning")


def view_for_fleet(board: Board, city: City, viewer: StaffId, now: Now, version: str = "") -> FleetView:
    """Return every kiosk of the city, worst first; nothing for whoever has no business here."""
    person = city.staff.get(viewer)
    if person is None or not person.enabled or not any(role in MAY_SEE for role in person.roles):
        return FleetView(seq=board.seq, now=iso(now.wall), version=version)
    city = moving.today(board, city, now)
    sites = {site.id: site.name for site in city.sites}
    rows = [
        _placed(
            board,
            city,
            _row(board, city, device, sites.get(device.site, device.site), now),
            now,
        )
        for device in places.kiosks(city)
    ]
    rows.sort(key=lambda row: (_WORST_FIRST.index(row.state), row.site, row.name, row.id))
    return FleetView(seq=board.seq, now=iso(now.wall), version=version, kiosks=tuple(rows))


def in_parts(view: FleetView, most: int = PART) -> tuple[FleetView, ...]:
    """Return the same view as messages of at most `most` bytes of rows each (one row alone may be longer)."""
    parts = list(_filled(view.kiosks, most))
    return tuple(
        replace(view, kiosks=kiosks, part=index, parts=len(parts)) for index, kiosks in enumerate(parts)
    )


def _filled(rows: tuple[KioskForFleet, ...], most: int) -> Iterator[tuple[KioskForFleet, ...]]:
    first = size = 0
    for index, row in enumerate(rows):
        length = len(msgspec.json.encode(row)) + 1  # and its comma
        if size + length > most and index > first:
            yield rows[first:index]
            first, size = index, 0
        size += length
    yield rows[first:]


def trouble(board: Board, city: City, now: Now) -> int:
    """Return how many kiosks somebody should look at."""
    return sum(judge(_post(board, device.id), device, now)[0] in _TROUBLE for device in places.kiosks(city))


def judge(post: Post, device: Device, now: Now) -> tuple[FleetState, Key | None]:
    """Return the state of a kiosk and the one reason that matters most."""
    if device.revoked:
        return "revoked", "revoked"
    if post.copied or (device.machine and post.machine and device.machine != post.machine):
        return "copied_key", "copied_key"
    if post.health is None and not post.connected:
        return "new", "never_connected"
    if not post.connected:
        if post.expected and now.elapsed - post.since < BACK_WITHIN:
            return "ok", "coming_back"
        return ("stopped" if now.elapsed - post.since >= STOPPED_AFTER else "attention"), "offline"
    if post.health is None:
        return "ok", None
    # This runs for every kiosk of the city in every staff view, and nearly always nothing ails any of them.
    ailing = [part for part in post.health.devices if part.state != "ok"]
    for state in _PARTS_WORST_FIRST if ailing else ():
        for part in ailing:
            if part.state == state:
                return "attention", reason(part)
    if post.health.clock_unsynced:
        return "attention", "clock_unsynced"
    return "ok", None


def warnings(post: Post) -> tuple[Key, ...]:
    """Return what does not work at a kiosk, for the clerk who talks with its resident."""
    if post.health is None:
        return ()
    return tuple(reason(part) for part in post.health.devices if part.state in _PARTS_WORST_FIRST)


def reason(part: Part) -> Key:
    """Return the key of what ails a device, the device named: "printer.paper_out", "face_camera.missing"."""
    note = part.note or part.state
    return note if note.startswith(f"{part.name}.") else f"{part.name}.{note}"


def _row(board: Board, city: City, device: Device, site: str, now: Now) -> KioskForFleet:
    post = _post(board, device.id)
    state, why = judge(post, device, now)
    last_seen = now.wall if post.connected else post.seen
    return KioskForFleet(
        id=device.id,
        name=device.name,
        site=site,
        connected=post.connected,
        state=state,
        reason=why,
        busy=busy(board, post),
        since=max(0.0, now.elapsed - post.since),
        last_seen="" if last_seen is None else iso(last_seen),
        version="" if post.health is None else post.health.version,
        devices=() if post.health is None else post.health.devices,
        last_error=None if post.health is None else post.health.last_error,
        last_error_at="" if post.health is None else post.health.last_error_at,
        telephone=places.telephone(city, device),
        orders=tuple(_deed(order, now) for order in post.orders if order.ticket is None),
        enrolled=device.enrolled,
    )


def _placed(board: Board, city: City, row: KioskForFleet, now: Now) -> KioskForFleet:
    """Say of a kiosk that moves where it is, and where it can be said to be."""
    device = city.kiosks[KioskId(row.id)]
    kind = places.kind_of(city, device)
    if kind == "counter":
        return replace(row, kind="counter")
    if kind != "mobile":
        return row
    there = moving.site_today(board, city, device.id, now) is not None
    free = row.busy is None and not device.revoked
    return replace(row, kind="mobile", placed=there, places=moving.places(city) if free else ())


def busy(board: Board, post: Post) -> Key | None:
    """Return whether somebody sits at a kiosk, and what they do."""
    ticket = resident_at(board, post)
    if ticket is None:
        return None
    return "call" if isinstance(ticket.state, Connecting | Serving | Held) else "waiting"


def _deed(order: PlacedOrder, now: Now) -> OrderForFleet:
    match order.kind:
        case "restart" | "logs":
            action: Literal["restart", "logs", "test_print"] = order.kind
        case "card" | "slip" | "sheet" | "receipt" | "form" | "booking" | "test" | "number":
            action = "test_print"
    age = max(0.0, now.elapsed - order.at)
    return OrderForFleet(id=order.id, action=action, outcome=order.outcome, age=age)


def _post(board: Board, kiosk: KioskId) -> Post:
    return board.posts.get(kiosk) or Post(id=kiosk)
