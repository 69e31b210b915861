"""What a city is, as far as decisions need it: lanes, hours, people, kiosks.

It comes from `city.toml` and the registry and is handed to `decide` and `view`; `evolve` never sees it, so replaying
a journal under a changed configuration gives the same board.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.core.booking.rules import Reservations
from server.protocol.values import IceServer, Key, KioskId, LaneId, MunicipalityId, SiteId, StaffId


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of one weekday: minutes since midnight, Asia/Tokyo."""

    weekday: Annotated[int, Meta(ge=0, le=6)]  # 0 = Monday, as `datetime.weekday`
    opens: Annotated[int, Meta(ge=0, le=1440)]
    closes: Annotated[int, Meta(ge=0, le=1440)]


class Lunch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a lane keeps fewer seats, in minutes since midnight, and how many stay: so many nobody's lunch takes."""

    starts: Annotated[int, Meta(ge=0, le=1440)]
    ends: Annotated[int, Meta(ge=0, le=1440)]
    at_least: Annotated[int, Meta(ge=0)] = 1


SKILL_KINDS = ("department", "procedure", "language", "sign", "authority")

Skill = Annotated[str, Meta(pattern=r"^(department|procedure|language|sign|authority):.+$", max_length=80)]
"""What somebody can or may: "department:市民課", "procedure:koseki", "language:en", "sign:jsl", "authority:greeter"."""

LaneKind = Literal["resident", "one_stop", "business", "mobile", "greeter"]


AtClose = Literal["serve", "carry_over", "callback", "reservation"]
"""What becomes of those nobody has talked to when their lane closes: served all the same, or let go with a promise."""

Offers = Literal["one", "ring_all"]


class Ring(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may answer once a ticket has stood `after` seconds: one of these skills is enough; none named = everybody."""

    after: Annotated[float, Meta(ge=0)] = 0.0
    any_of: tuple[Skill, ...] = ()


class Callbacks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """折り返し電話 of a lane: `[lanes.callbacks]`."""

    after_minutes: Annotated[int, Meta(ge=0)] = 20  # offered to whoever may have to wait this long
    retry_minutes: tuple[Annotated[float, Meta(gt=0)], ...] = (
        15.0,
        60.0,
    )  # after each try that nobody answered


class Lane(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a ticket waits in. All durations in seconds."""

    id: LaneId
    purposes: tuple[Key, ...]
    name: str = ""  # what residents read when they are handed over: 福祉課
    kind: LaneKind = "resident"
    counters: tuple[
        Key, ...
    ] = ()  # which counters of the procedures are this lane: a relay's plan is made of it
    required: tuple[Skill, ...] = ()  # whoever answers has all of these, however long somebody waits
    rings: tuple[Ring, ...] = ()  # widening circles; none = everybody at once
    insists: tuple[Literal["language", "sign"], ...] = ()  # wishes of a resident that never relax here
    prefers_for: float = 60.0  # how long all others are kept for whoever has what the resident wishes
    share: Annotated[float, Meta(gt=0, le=1)] = (
        1.0  # of those who work, while residents wait; for business lanes
    )
    target: float = 600.0  # what the city promises itself: answered within
    max_wait: float = 1200.0  # after it a ticket stands in the class above
    overtaken_at_most: Annotated[int, Meta(ge=1)] = 5  # the promise K of `fairness.py`
    openings: tuple[Opening, ...] = ()  # empty = always open, whatever the day
    exceptions: dict[str, tuple[Opening, ...]] = {}  # "2026-12-29" -> its hours instead; none = closed
    last_ticket: bool = True  # no number is given that cannot be called before the lane closes
    lunch: Lunch | None = None
    at_close: AtClose = "serve"
    offers: Offers = "one"  # whom a ticket rings at: the longest idle, or several at once
    ring_at_most: Annotated[int, Meta(ge=1)] = 5  # with "ring_all"
    offer_lasts: float = 20.0
    transfer_lasts: float = (
        120.0  # until a transfer nobody took is back with its sender, and how long it is kept for them
    )
    appointment_window: float = 300.0  # to either side of an appointment's start
    late_after: float = 600.0  # whoever comes later than this to an appointment waits as everybody does
    escalate_after: Annotated[int, Meta(ge=1)] = 3  # returns until the supervisors are told
    connect_within: float = 20.0
    socket_grace: float = 30.0
    walk_away_grace: float = 90.0
    wrapup_lasts: float = 300.0
    misses_until_paused: int = 3
    called_lasts: float = (
        300.0  # until a number that was called, and nobody says anything about, is set aside
    )
    aside_lasts: float = 300.0  # until a number that was set aside is called again
    absent_lasts: float = 600.0  # until a number that was given up is over: so long it can be brought back
    asides_at_most: Annotated[int, Meta(ge=0)] = 1
    reservations: Reservations | None = None  # none = nothing is promised in advance
    callbacks: Callbacks | None = None  # none = nobody is called back
    minutes_per_visit: int = 12  # until the queue issue's empirical durations


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish people can press; what residents read is in the screen's string table under the same key."""

    id: Key
    staff_label: str
    page: Annotated[int, Meta(ge=0, le=2)] = 1  # 0: on no kiosk, only by a link that was sent
    event: str | None = (
        None  # which life event's questions belong to it; unsaid: the one of the same name; "": none
    )
    bring: tuple[Annotated[str, Meta(max_length=60)], ...] = ()  # told to whoever reserves a time for it


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days each kind of thing in a case stays after the visit; then its key is destroyed."""

    sheet_days: Annotated[float, Meta(ge=0, le=3650)] = 1.0  # answers, and what was judged from them
    record_days: Annotated[float, Meta(ge=0, le=3650)] = 30.0  # outcomes, staff's notes, the hand-over
    previsit_days: Annotated[float, Meta(ge=0, le=365)] = 14.0  # what was told by telephone before the visit
    booking_days: Annotated[float, Meta(ge=0, le=365)] = 7.0  # who had a reservation, after its time
    forms_days: Annotated[float, Meta(ge=0, le=3650)] = (
        7.0  # forms, signed or not; the city's own copy went out
    )
    waiting_days: Annotated[float, Meta(ge=1, le=365)] = 7.0  # papers that could not be printed, and wait
    stills_days: Annotated[float, Meta(ge=0, le=3650)] = 7.0  # pictures of papers a clerk kept, masked


class Targets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the city promises itself, shares 0..1; none = only looked at. The pages show each beside its figure."""

    service_level: Annotated[float, Meta(gt=0, le=1)] | None = 0.8
    abandonment: Annotated[float, Meta(ge=0, lt=1)] | None = 0.05  # at most
    told_kept: Annotated[float, Meta(gt=0, le=1)] | None = 0.8
    occupancy: Annotated[float, Meta(gt=0, le=1)] | None = 0.85  # at most: beyond it queues explode
    repeat_rings: Annotated[float, Meta(ge=0, lt=1)] | None = 0.05  # at most
    wait_p80: Annotated[float, Meta(gt=0)] | None = 600.0  # seconds, at most
    one_contact: Annotated[float, Meta(gt=0, le=1)] | None = 0.8
    transfers_mean: Annotated[float, Meta(ge=0)] | None = 0.3  # per visit, at most
    no_show_share: Annotated[float, Meta(ge=0, lt=1)] | None = 0.05  # at most
    lines_lost_share: Annotated[float, Meta(ge=0)] | None = 0.03  # per visit, at most
    prints_failed_share: Annotated[float, Meta(ge=0, lt=1)] | None = 0.02  # at most
    uptime: Annotated[float, Meta(gt=0, le=1)] | None = 0.99
    faults_per_100: Annotated[float, Meta(ge=0)] | None = 2.0  # at most
    callbacks_reached: Annotated[float, Meta(gt=0, le=1)] | None = 0.9


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff, from the registry."""

    id: StaffId
    name: str
    department: str
    roles: tuple[Key, ...]  # "clerk", "supervisor", "field_it", "administrator", ...
    enabled: bool = True
    skills: tuple[Skill, ...] = ()  # besides their department and Japanese
    lanes: tuple[LaneId, ...] | None = None  # only these, for today (`duty.py`); None = all they may answer
    desk: str = ""  # of the hall, where they sit today (`duty.py`)


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where kiosks stand."""

    id: SiteId
    name: str
    telephone: str = ""  # of the people there: what is left when line or picture are gone
    openings: tuple[Opening, ...] = ()  # when the building is open; empty = whenever a lane is
    exceptions: dict[str, tuple[Opening, ...]] = {}  # "2026-12-29" -> its hours instead; none = closed


DeviceKind = Literal["kiosk", "window", "mobile", "counter"]
"""A machine somebody looks after: at its place, carried from place to place, or one that gives the numbers of a hall.
Or a link in a visitor's hand, that is one for one visit."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk, or what is one for one visit, from the registry."""

    id: KioskId
    site: SiteId
    name: str
    public_key: bytes
    enrolled: str  # ISO 8601
    machine: str = ""
    revoked: bool = False
    kind: DeviceKind = "kiosk"
    purpose: Key | None = None  # a window was sent for this and nothing else
    expires: float | None = None  # wall time after which a window begins no visit


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
    targets: Targets = Targets()
    kinds: dict[KioskId, DeviceKind] = {}  # of the kiosks that are something else than one
    desks: tuple[str, ...] = ()  # of the hall, as the display and the voice call them: 「3番窓口」
    salt: bytes = b""  # of this process: what codes for residents are drawn with
