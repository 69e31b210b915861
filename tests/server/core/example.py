"""A small fictional city for the tests of the server's heart."""

import msgspec

from server.core.booking.rules import Reservations
from server.core.city import Callbacks, City, Device, Lane, Lunch, Opening, Person, Purpose, Ring, Site
from server.protocol.values import KioskId, LaneId, MunicipalityId, SiteId, StaffId

WEEKDAYS = tuple(Opening(weekday=day, opens=9 * 60, closes=17 * 60) for day in range(5))
FRIDAY_10 = 1_795_136_400.0
"""2026-11-20 (金) 10:00 in Japan."""

KITA, MINAMI, NISHI = KioskId("kita-1"), KioskId("minami-1"), KioskId("nishi-1")
HALL, CAR = KioskId("hall-1"), KioskId("car-1")
DESKS = ("1番窓口", "2番窓口", "3番窓口")
SATO, SUZUKI, TANAKA = StaffId("sato"), StaffId("suzuki"), StaffId("tanaka")
IT, BOSS = StaffId("it"), StaffId("boss")

OPEN_LANE = Lane(
    id=LaneId("shimin"), purposes=("talk", "tennyu"), rings=(Ring(any_of=("department:窓口課",)),)
)
OTHER_LANE = Lane(
    id=LaneId("fukushi"),
    purposes=("kaigo",),
    rings=(Ring(any_of=("department:福祉課", "department:窓口課")),),
)


def person(id: StaffId, department: str, *roles: str) -> Person:
    """Return a member of staff."""
    return Person(id=id, name=f"職員{id}", department=department, roles=roles)


HONDA = StaffId("honda")

RESERVED = Reservations(
    seats={"00:00-24:00": 1.2}, notice_minutes=0, slot_minutes=15, walk_in_share=0.2, cool_down_minutes=2,
    early_minutes=20, missed_after_minutes=3, skilled={"language:en": 0.6},
)  # fmt: skip

BUSY_LANES = (
    Lane(
        id=LaneId("shimin"),
        purposes=("talk", "tennyu"),
        rings=(Ring(any_of=("department:窓口課",)), Ring(after=40.0)),
        max_wait=200.0,
        overtaken_at_most=3,
        minutes_per_visit=6,
        reservations=RESERVED,
        callbacks=Callbacks(after_minutes=5, retry_minutes=(2.0, 10.0)),
    ),
    Lane(
        id=LaneId("fukushi"),
        purposes=("kaigo",),
        rings=(Ring(any_of=("department:福祉課", "department:窓口課")),),
        minutes_per_visit=6,
        insists=("language",),
        max_wait=400.0,
        overtaken_at_most=2,
    ),
    Lane(
        id=LaneId("gyosha"),
        purposes=("jigyo",),
        kind="business",
        share=0.3,
        max_wait=500.0,
        overtaken_at_most=4,
    ),
    Lane(id=LaneId("koseki"), purposes=("konin",), required=("procedure:koseki",)),
    Lane(id=LaneId("annai"), purposes=("shitsumon",), kind="greeter", prefers_for=20.0),
)
"""Lanes in which everything that can change an order does: rings, wishes, classes, shares, small limits."""


def busy_city() -> City:
    """Return 見本市 with those lanes, and one more clerk who speaks English, signs, and greets."""
    small = city(*BUSY_LANES)
    skilled = ("language:en", "sign:jsl", "authority:greeter", "procedure:koseki")
    honda = Person(id=HONDA, name="職員honda", department="案内課", roles=("clerk",), skills=skilled)
    more = {
        KioskId(f"more-{n}"): msgspec.structs.replace(small.kiosks[NISHI], id=KioskId(f"more-{n}"))
        for n in range(4)
    }
    wide = msgspec.structs.replace(
        small, staff={**small.staff, HONDA: honda}, kiosks={**small.kiosks, **more}
    )
    return with_hall(wide)


def with_hall(town: City) -> City:
    """Return a city that also has a kiosk for the numbers of its hall, desks to call them to, and a kiosk that moves."""
    hall = msgspec.structs.replace(town.kiosks[NISHI], id=HALL, name="発券機", public_key=b"h")
    car = msgspec.structs.replace(town.kiosks[NISHI], id=CAR, name="移動 1号", public_key=b"c")
    return msgspec.structs.replace(
        town,
        kiosks={**town.kiosks, HALL: hall, CAR: car},
        kinds={HALL: "counter", CAR: "mobile"},
        desks=DESKS,
    )


def evening_city() -> City:
    """Return 見本市 at the end of a day: lanes that close soon and let people go each in its way, and several bells."""
    soon = tuple(Opening(weekday=day, opens=0, closes=10 * 60 + 20) for day in range(7))
    lanes = (
        msgspec.structs.replace(
            BUSY_LANES[0], openings=soon, at_close="carry_over", offers="ring_all", ring_at_most=3
        ),
        msgspec.structs.replace(
            BUSY_LANES[1], openings=soon, at_close="callback", lunch=Lunch(starts=600, ends=660)
        ),
        msgspec.structs.replace(BUSY_LANES[2], offers="ring_all"),
        Lane(
            id=LaneId("annai"),
            purposes=("shitsumon",),
            openings=soon,
            at_close="reservation",
            last_ticket=False,
        ),
    )
    return msgspec.structs.replace(busy_city(), lanes=lanes)


def city(*lanes: Lane) -> City:
    """Return 見本市 with three kiosks, three clerks (one of welfare), one for the machines and one supervisor."""
    people = (
        person(SATO, "窓口課", "clerk"),
        person(SUZUKI, "窓口課", "clerk"),
        person(TANAKA, "福祉課", "clerk"),
        person(IT, "情報課", "field_it"),
        person(BOSS, "窓口課", "supervisor"),
    )
    kiosks = (
        Device(
            id=KITA,
            site=SiteId("kita"),
            name="北1",
            public_key=b"k",
            enrolled="2026-11-01",
            machine="m-kita-1",
        ),
        Device(id=MINAMI, site=SiteId("minami"), name="南1", public_key=b"m", enrolled="2026-11-01"),
        Device(id=NISHI, site=SiteId("nishi"), name="西1", public_key=b"n", enrolled="2026-11-01"),
    )
    return City(
        id=MunicipalityId("mihon"),
        name="見本市",
        telephone="0123-45-6789",
        lanes=lanes or (OPEN_LANE, OTHER_LANE),
        purposes=(Purpose(id="talk", staff_label="相談"), Purpose(id="tennyu", staff_label="転入")),
        sites=(
            Site(id=SiteId("kita"), name="北公民館", telephone="0000-00-0101"),
            Site(id=SiteId("minami"), name="南支所"),
        ),
        staff={one.id: one for one in people},
        kiosks={one.id: one for one in kiosks},
        pause_reasons=("lunch", "meeting"),
        wrapup_results=("completed", "missing_papers", "no_show"),
    )


LINK = KioskId("w-1")


def with_link() -> City:
    """Return 見本市 with one more device: a link somebody opened, good for one visit until five hours from now."""
    small = city()
    link = Device(
        id=LINK, site=SiteId(""), name="業者（リンク）", public_key=b"w", enrolled="2026-11-20", kind="window",
        purpose="tennyu", expires=FRIDAY_10 + 5 * 3600,
    )  # fmt: skip
    return msgspec.structs.replace(small, kiosks={**small.kiosks, LINK: link})
