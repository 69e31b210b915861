"""What a city is, as far as decisions need it: lanes, hours, people, kiosks.

It comes from `city.toml` and the registry and is handed to `decide` and `view`; `evolve` never sees it, so replaying
a journal under a changed configuration gives the same board.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from server.protocol.values import IceServer, Key, KioskId, LaneId, MunicipalityId, SiteId, StaffId


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of one weekday: minutes since midnight, Asia/Tokyo."""

    weekday: Annotated[int, Meta(ge=0, le=6)]  # 0 = Monday, as `datetime.weekday`
    opens: Annotated[int, Meta(ge=0, le=1440)]
    closes: Annotated[int, Meta(ge=0, le=1440)]


class Lane(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a ticket waits in. All durations in seconds."""

    id: LaneId
    purposes: tuple[Key, ...]
    departments: tuple[str, ...] = ()  # whose clerks answer; empty = everybody
    openings: tuple[Opening, ...] = ()  # empty = always open
    offer_lasts: float = 20.0
    connect_within: float = 20.0
    socket_grace: float = 30.0
    walk_away_grace: float = 90.0
    wrapup_lasts: float = 300.0
    misses_until_paused: int = 3
    minutes_per_visit: int = 12  # until the queue issue's empirical durations


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish people can press; what residents read is in the screen's string table under the same key."""

    id: Key
    staff_label: str
    page: Annotated[int, Meta(ge=1, le=2)] = 1
    event: str | None = (
        None  # which life event's questions belong to it; unsaid: the one of the same name; "": none
    )


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days each kind of thing in a case stays after the visit; then its key is destroyed."""

    sheet_days: Annotated[float, Meta(ge=0, le=3650)] = 1.0  # answers, and what was judged from them
    record_days: Annotated[float, Meta(ge=0, le=3650)] = 30.0  # outcomes, staff's notes, the hand-over
    previsit_days: Annotated[float, Meta(ge=0, le=365)] = 14.0  # what was told by telephone before the visit


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff, from the registry."""

    id: StaffId
    name: str
    department: str
    roles: tuple[Key, ...]  # "clerk", "supervisor", "field_it", "administrator", ...
    enabled: bool = True


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where kiosks stand."""

    id: SiteId
    name: str


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk, from the registry."""

    id: KioskId
    site: SiteId
    name: str
    public_key: bytes
    enrolled: str  # ISO 8601
    machine: str = ""
    revoked: bool = False


class City(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the decisions of one municipality rest on, besides its board."""

    id: MunicipalityId
    name: str
    telephone: str
    lanes: tuple[Lane, ...]
    purposes: tuple[Purpose, ...]
    sites: tuple[Site, ...]
    staff: dict[StaffId, Person]
    kiosks: dict[KioskId, Device]
    pause_reasons: tuple[Key, ...]
    wrapup_results: tuple[Key, ...]
    ice_servers: tuple[IceServer, ...] = ()
    retention: Retention = Retention()
