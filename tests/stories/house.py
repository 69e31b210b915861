"""One city hall and its community centres, shared by the stories of a file: a server, kiosks on simulated devices, one browser."""

import contextlib
import http.client
import re
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, expect

from hardware.camera.simulated import read_code
from tests.rig import SIMULATED, City, KioskMachine, until
from tests.stories.people import Clerk, FieldIT, Resident, Seat

KIOSK_TONE, CONSOLE_TONE = 523.25, 880.0
SHOTS = Path("build/shots")
WIDE = (1920, 1080)
STAFF = {"sato": "佐藤 恵", "suzuki": "鈴木 一郎"}
PASSWORD = "a-long-password-2"


class House:
    """What a story needs to begin at once; whoever sits down in a story stands up at its end."""

    def __init__(self, browser: Browser, folder: Path, city: City) -> None:
        self.browser, self.folder, self.city = browser, folder, city
        self.kiosks: list[KioskMachine] = []
        self._seats: list[tuple[str, Seat]] = []
        self.ids: dict[str, str] = {}
        """Of staff, by account."""

    @property
    def kiosk(self) -> KioskMachine:
        """The first one."""
        return self.kiosks[0]

    def add_kiosk(self, name: str, devices: str = SIMULATED) -> KioskMachine:
        """Enrol one more and start it."""
        folder = self.folder / f"kiosk-{len(self.kiosks) + 1}"
        kiosk = KioskMachine(self.city, folder, devices=devices, name=name, control=True)
        self.kiosks.append(kiosk)
        kiosk.start()
        return kiosk

    # ------------------------------------------------------------ people

    def resident(self, kiosk: KioskMachine | None = None, size: tuple[int, int] = (1280, 800)) -> Resident:
        """Sit an old hand down before a kiosk."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="ja")
        resident = Resident(context.new_page())
        resident.page.goto((kiosk or self.kiosk).address)
        self._seats.append(("resident", resident))
        return resident

    def clerk(
        self,
        account: str = "sato",
        *,
        ready: bool = True,
        size: tuple[int, int] = (1280, 800),
        password: str = PASSWORD,
    ) -> Clerk:
        """Sit a clerk down, signed in and (when `ready`) waiting for calls."""
        clerk = Clerk.sit_down(self.browser, self.city, account, password)
        clerk.page.set_viewport_size({"width": size[0], "height": size[1]})
        clerk.page.on("dialog", lambda dialog: dialog.accept())
        self._seats.append((f"clerk-{account}", clerk))
        if ready:
            begin = clerk.page.get_by_role("button", name=re.compile("受付を (はじめる|再開する)"))
            at_work = clerk.page.get_by_text(re.compile("呼び出しが 来ると、音と|呼び出しが 来ています"))
            # Somebody who left a moment ago is still on duty when they come back.
            until("the console", lambda: begin.count() or at_work.count())
            if begin.count():
                begin.click()
            expect(at_work.first).to_be_visible(timeout=60_000)
        return clerk

    def field_it(self, size: tuple[int, int] = (1280, 800)) -> FieldIT:
        """Sit somebody down before the fleet page."""
        person = FieldIT.sit_down(self.browser, self.city, size)
        self._seats.append(("field-it", person))
        return person

    @property
    def here(self) -> int:
        """How many sit somewhere now."""
        return len(self._seats)

    def everybody_leaves(self, but: int = 0) -> None:
        """Close every page, except those of the first `but` who sat down."""
        for _, seat in self._seats[but:]:
            seat.page.context.close()
        del self._seats[but:]

    def photograph(self, story: str) -> None:
        """Keep what everybody saw, for people to look at."""
        for number, (name, seat) in enumerate(self._seats, 1):
            with contextlib.suppress(Error):  # a page that is closed has no picture
                shot(seat, f"failed-{story}-{number}-{name}")

    # ------------------------------------------------------------ what happens

    def rings(self, resident: Resident) -> str:
        """Let a resident ask for a clerk; return the ticket's id."""
        before = len(self.city.happened("ticket_taken"))
        resident.begins()
        resident.press(re.compile("職員と 話したい"))
        resident.press("はい、つなぎます")
        return until("a ticket", lambda: self.city.happened("ticket_taken")[before:])[0]["ticket"]

    def answers(self, clerk: Clerk, ticket: str) -> None:
        """Let a clerk answer; both talk when this returns."""
        clerk.sees("呼び出しが 来ています")
        clerk.page.keyboard.press("F2")
        self.of(ticket, "call_started", seconds=30)
        expect(
            clerk.page.get_by_role(
                "button", name=re.compile("^氏名・住所を読む（暗証番号）"), include_hidden=True
            ).last
        ).to_be_enabled()

    def talk(self, resident: Resident, clerk: Clerk) -> str:
        """Bring the two together; return the ticket's id."""
        ticket = self.rings(resident)
        self.answers(clerk, ticket)
        return ticket

    def ends(self, clerk: Clerk, resident: Resident | None = None) -> None:
        """End the conversation in order, and see the kiosk at its beginning again."""
        clerk.page.keyboard.press("Alt+KeyX")
        clerk.press("通話を 終わる")
        if resident is not None:
            resident.leaves()
        self.finishes(clerk)

    def finishes(self, clerk: Clerk) -> None:
        """Choose the result of the visit."""
        clerk.sees("どう なりましたか")
        clerk.press(re.compile("^終わった"))

    def of(self, ticket: str, kind: str, seconds: float = 60, **wanted: object) -> dict[str, Any]:
        """Wait for an event of this ticket; return it."""

        def found() -> list[dict[str, Any]]:
            return [
                event
                for event in self.city.happened(kind)
                if event.get("ticket") == ticket and wanted.items() <= event.items()
            ]

        return until(f"{kind} of {ticket}", found, seconds)[-1]

    def never(self, ticket: str, *kinds: str) -> None:
        """Fail when one of these has happened to this ticket."""
        found = [
            event["type"]
            for event in self.city.events()
            if event.get("ticket") == ticket and event["type"] in kinds
        ]
        assert not found, found

    def orders(self, kind: str) -> list[str]:
        """Return the ids of the orders placed so far, oldest first."""
        return [event["order"] for event in self.city.happened("order_placed") if event["kind"] == kind]

    def outcome(self, order: str, seconds: float = 60) -> str:
        """Wait until an order is settled; return how."""
        closed = until(
            f"the end of order {order}",
            lambda: [e for e in self.city.happened("order_closed") if e["order"] == order],
            seconds,
        )
        assert len(closed) == 1, closed
        return closed[0]["outcome"]

    # ------------------------------------------------------------ the desk

    def desk(self, kiosk: KioskMachine | None = None, /, **deed: object) -> dict[str, Any]:
        """Do something at a kiosk's simulated devices; between two lives of the agent nobody is there for a moment."""

        def done() -> dict[str, Any] | None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                return (kiosk or self.kiosk).do(**deed)
            return None

        return until("the desk", done)

    def lamp(self, name: str, value: object, seconds: float = 60) -> None:
        """Wait until a lamp of the first kiosk shows this."""
        until(f"lamp {name} {value}", lambda: self.desk()["lamps"][name] == value, seconds)


def shot(seat: Seat, name: str) -> None:
    """Keep a picture of what somebody sees."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    seat.shot(SHOTS / f"{name}.png")


def moves(clerk: Clerk, seconds: float = 60) -> None:
    """Wait until the kiosk's camera picture is there and moves: its frames carry a code that changes."""

    def codes() -> list[int]:
        return [code for picture in clerk.pictures() if (code := read_code(picture)) is not None]

    first = until("the resident's picture", codes, seconds)[0]
    until("a later frame", lambda: [code for code in codes() if code != first], seconds)


def silent(seat: Seat, seconds: float = 60) -> None:
    """Wait until nothing at all is heard, in several moments in a row."""
    until("silence", lambda: not any(any(seat.page.evaluate("window.tones()")) for _ in range(3)), seconds)


@contextlib.contextmanager
def opened(
    browser: Browser,
    folder: Path,
    *,
    kiosks: int = 1,
    clerks: int = 1,
    lane: dict[str, float] | None = None,
    prepare: Callable[[City], None] | None = None,
) -> Generator[House]:
    """Open a house; `lane` shortens the times of its first lane (seconds), `prepare` runs before the server starts."""
    city = City(folder)
    patience = {"wrapup_lasts": 60.0} | (lane or {})
    text = city.home / "city.toml"
    first, rest = text.read_text("utf-8").split('id = "shimin"\n', 1)
    head, tail = rest.split("[[lanes]]", 1)
    head = re.sub(rf"(?m)^({'|'.join(patience)}) = .*\n", "", head)
    times = "".join(f"{name} = {value}\n" for name, value in patience.items())
    text.write_text(f'{first}id = "shimin"\n{times}{head}[[lanes]]{tail}', "utf-8")
    for account in list(STAFF)[:clerks]:
        city.add_staff(account, STAFF[account], "窓口課", "clerk", password=PASSWORD)
    if prepare is not None:
        prepare(city)
    house = House(browser, folder, city)
    try:
        city.start()
        with contextlib.closing(sqlite3.connect(f"file:{city.database}?mode=ro", uri=True)) as registry:
            house.ids = dict(registry.execute("SELECT account, id FROM staff"))
        for number in range(kiosks):
            house.add_kiosk(f"{number + 1}号機")
        yield house
    finally:
        house.everybody_leaves()
        for kiosk in house.kiosks:
            kiosk.agent.stop()
        city.server.stop()
