"""A kiosk that is carried from place to place: where it stands today, and who may say so.

The registry knows it once, with its key; where it stands is said each day, by whoever sets it up or by field IT, and
never while a resident sits there. Everything else goes on asking the city: `today` hands it kiosks that stand where
they do, so hours, names, offers and counts follow by themselves.
"""

from msgspec.structs import replace

from server.core import events as e
from server.core.board import Board, Post
from server.core.city import City, Device
from server.core.commands import Refusal
from server.core.hours import day_ends, day_of
from server.core.journal import Now
from server.core.orders import FIELD, resident_at
from server.protocol import messages as m
from server.protocol.values import KioskId, SiteId, StaffId

Decision = tuple[e.Event, ...] | Refusal


def moves(city: City, kiosk: KioskId) -> bool:
    """Say whether this kiosk is one that moves."""
    return city.kinds.get(kiosk) == "mobile" and kiosk in city.kiosks


def today(board: Board, city: City, now: Now) -> City:
    """Return the city in which every moving kiosk stands where it does today."""
    if not city.kinds:
        return city
    moved: dict[KioskId, Device] = {}
    for kiosk in city.kinds:
        site = site_today(board, city, kiosk, now)
        if site is not None:
            moved[kiosk] = replace(city.kiosks[kiosk], site=site)
    return replace(city, kiosks={**city.kiosks, **moved}) if moved else city


def site_today(board: Board, city: City, kiosk: KioskId, now: Now) -> SiteId | None:
    """Return where somebody said that it stands today; None = nobody has, or it is none that moves."""
    post = board.posts.get(kiosk)
    if post is None or post.place is None or not moves(city, kiosk):
        return None
    # A visit that goes on past midnight is still where it began.
    holds = post.place.day == day_of(now.wall) or resident_at(board, post) is not None
    known = any(site.id == post.place.site for site in city.sites)
    return post.place.site if holds and known else None


def wanted(board: Board, city: City, kiosk: KioskId, now: Now) -> bool:
    """Say whether it stands nowhere yet: until somebody says where, it takes no resident."""
    return moves(city, kiosk) and site_today(board, city, kiosk, now) is None


def places(city: City) -> tuple[m.PlaceToStand, ...]:
    """Return where a moving kiosk can stand."""
    return tuple(m.PlaceToStand(id=site.id, name=site.name) for site in city.sites)


def ends_at(board: Board, city: City, now: Now) -> float | None:
    """Return the elapsed time of the midnight after which somebody has to say anew where a kiosk stands."""
    if all(site_today(board, city, kiosk, now) is None for kiosk in city.kinds):
        return None
    return now.elapsed + max(1.0, day_ends(day_of(now.wall)) - now.wall + 0.001)


def asks_here(board: Board, city: City, kiosk: KioskId, command: m.MoveHere, now: Now) -> Decision:
    """Return what follows when whoever set the kiosk up says where it is: once a day, after that field IT moves it."""
    if not moves(city, kiosk):
        return Refusal("not_yours")
    before = site_today(board, city, kiosk, now)
    if before is not None:
        return () if before == command.site else Refusal("not_now")
    return _moved(board, city, kiosk, SiteId(command.site), None, now)


def asks_field(board: Board, city: City, staff: StaffId, command: m.MoveKiosk, now: Now) -> Decision:
    """Return what follows when field IT says where a kiosk is."""
    if not any(role in FIELD for role in city.staff[staff].roles):
        return Refusal("not_yours")
    if command.kiosk not in city.kiosks:
        return Refusal("unknown")
    if not moves(city, KioskId(command.kiosk)):
        return Refusal("invalid")
    return _moved(board, city, KioskId(command.kiosk), SiteId(command.site), staff, now)


def _moved(
    board: Board, city: City, kiosk: KioskId, site: SiteId, staff: StaffId | None, now: Now
) -> Decision:
    if all(known.id != site for known in city.sites):
        return Refusal("unknown")
    post = board.posts.get(kiosk) or Post(id=kiosk)
    if city.kiosks[kiosk].revoked or resident_at(board, post) is not None:
        return Refusal("not_now")  # the name on the wall does not change under somebody who sits there
    if site_today(board, city, kiosk, now) == site:
        return ()
    return (e.KioskMoved(kiosk=kiosk, site=site, day=day_of(now.wall), staff=staff, at=now.elapsed),)
