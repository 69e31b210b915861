"""Owns the kiosk's state: every event goes through `step`, every effect is done here, every view follows from the state.

One INFO line per transition, with ids only. A failing task takes the process down, visibly; systemd brings it back.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path

import msgspec

from hardware.open import Devices
from hardware.ports import Lamps
from kiosk import cards, logs, watch
from kiosk.browser import Browser
from kiosk.calls import CallDesk
from kiosk.deeds import Deeds
from kiosk.display import DisplayServer, PageConnected, PageLost, ScreenNews
from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow.effects import Effect
from kiosk.flow.moves import visit_of
from kiosk.flow.states import InCall, Kiosk
from kiosk.flow.step import key_of, name_of, step, touch_of
from kiosk.flow.timing import counting, next_deadline
from kiosk.flow.view import (
    display_for,
    health_of,
    lamps_for,
    place_of,
    snapshot_for,
    snapshots_for,
    voices_for,
)
from kiosk.ledger import Ledger
from kiosk.link import ClockLooksWrong, Down, Introduction, Link, LinkNews, Turned
from kiosk.papers import PaperTray, PictureTray
from kiosk.systemd import Systemd
from server.protocol.messages import (
    BookingShown,
    CallSnapshot,
    CardNumber,
    FormPicture,
    FormShown,
    KioskView,
    KioskWelcome,
    Paper,
    Places,
    Questions,
    RelayToKiosk,
    RelayToStaff,
    Reply,
    Reserved,
    Sdp,
    ToSign,
)
from server.protocol.screen import (
    Display,
    KeyPressed,
    NameWritten,
    PageAlive,
    PageSize,
    Touched,
    VoiceSignal,
    VoiceState,
    WritingNow,
    Written,
)
from server.protocol.values import Device, Health, Line

log = logging.getLogger(__name__)

SOONEST = 0.05


class Runner:
    """One kiosk at work."""

    def __init__(
        self,
        *,
        kiosk: Kiosk,
        devices: Devices,
        drivers: dict[str, str],
        link: Link,
        display: DisplayServer,
        desk: CallDesk,
        ledger: Ledger,
        log_folder: Path,
        browser: Browser | None = None,
        keep_goodbye: Callable[[int | None], None] | None = None,
        systemd: Systemd | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(watch.JST),
    ) -> None:
        """`keep_goodbye` is given when the process may end after a conversation: it hands the number to the next."""
        self.kiosk = kiosk
        self._devices = devices
        self._drivers = drivers
        self._link = link
        self._display = display
        self._desk = desk
        self._ledger = ledger
        self._browser = browser
        self._systemd = systemd
        self._clock = clock
        self._wall = wall
        self._inbox: deque[ev.Event] = deque()
        self._busy = False
        self._wake = asyncio.Event()
        self._left: asyncio.Future[int] | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._group: asyncio.TaskGroup | None = None
        self._pin = cards.Secret()
        self._number = cards.Secret()  # 照合番号B, from the clerk's message until it is spent
        self._key = ""
        self._tray = PaperTray()
        self._pictures = PictureTray()
        self._deeds = Deeds(
            printer=devices.printer,
            tray=self._tray,
            ledger=ledger,
            link=link,
            display=display,
            browser=browser,
            log_folder=log_folder,
            keep_goodbye=keep_goodbye,
            post=self.post,
            leave=self.leave,
        )
        self._said: Health | None = None
        self._shown: Display | None = None
        self._lamps: Lamps | None = None
        self._snapshots: dict[int, CallSnapshot] = {}

    # ------------------------------------------------------------ the process

    async def run(self, ready: Callable[[str], None] = lambda _url: None) -> int:
        """Work until told to leave; return the exit code. Everything is off when this returns.

        `ready` is told the page's address as soon as it can be opened. Raises OSError when its port is taken.
        """
        loop = asyncio.get_running_loop()
        self._left = loop.create_future()
        faults = logs.Faults(lambda what, when: loop.call_soon_threadsafe(self._fault, what, when))
        logging.getLogger().addHandler(faults)
        try:
            await self._display.start(self.from_page)
            ready(self._display.url)
            if self._systemd is not None:
                self._systemd.ready()
            self._show()
            async with asyncio.TaskGroup() as group:
                self._group = group
                works = watch.watching(self._devices, self._drivers, self.post)
                works["link"] = self._link.run(self.from_server, self.introduce)
                works["calls"] = self._desk.run(
                    self.post,
                    self._display.signal,
                    self._link.say,
                    self._take_number,
                    self._display.paper,
                    self._display.leaf,
                )
                works["clock"] = watch.clock(self.post, self._wall, asyncio.sleep)
                works["time"] = self._time()
                if self._systemd is not None:
                    works["watchdog"] = self._systemd.watch()
                if self._browser is not None:
                    works["browser"] = self._browser.run(self._display.url)
                tasks = [group.create_task(work, name=name) for name, work in works.items()]
                code = await self._left
                log.info("leaving with %d", code)
                for task in (*tasks, *self._jobs):
                    task.cancel()
            return code
        finally:
            self._group = None
            await self._close()
            logging.getLogger().removeHandler(faults)

    def leave(self, code: int = 0) -> None:
        """End `run` soon."""
        if self._left is not None and not self._left.done():
            self._left.set_result(code)

    async def _close(self) -> None:
        self._pin.forget()
        self._number.forget()
        self._tray.empty()
        await self._display.stop()
        devices = self._devices
        for device in (devices.panel, devices.card, devices.printer, devices.face, devices.document):
            if device is not None:
                await device.close()
        await self._ledger.close()

    def _fault(self, what: str, when: datetime) -> None:
        # To the minute: what fails again and again is not news every time.
        self.post(ev.Trouble(what, when.astimezone(watch.JST).isoformat(timespec="minutes")))

    async def _time(self) -> None:
        while True:
            now = self._clock()
            at = next_deadline(self.kiosk, now)
            if counting(self.kiosk):
                at = min(at, now + 1.0) if at is not None else now + 1.0
            self._wake.clear()
            try:
                async with asyncio.timeout(None if at is None else max(SOONEST, at - now)):
                    await self._wake.wait()
            except TimeoutError:
                self.post(ev.Tick())

    # ------------------------------------------------------------ events in, views out

    def post(self, event: ev.Event) -> None:
        """Take one event; what its effects cause comes after it, never inside it."""
        self._inbox.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._inbox:
                self._step(self._inbox.popleft())
        finally:
            self._busy = False
        self._wake.set()

    def _step(self, event: ev.Event) -> None:
        before = self.kiosk
        self.kiosk, effects = step(before, event, self._clock())
        if place_of(before) != place_of(self.kiosk):
            log.info("%s -> %s on %s", _label(before), _label(self.kiosk), type(event).__name__)
        self._show()
        for effect in effects:
            self._perform(effect)

    def _show(self) -> None:
        kiosk = self.kiosk
        if not isinstance(kiosk.state, InCall):
            self._forget_pictures()
        self._desk.apply(voices_for(kiosk), visit_of(kiosk))
        lamps = lamps_for(kiosk)
        if self._devices.panel is not None and lamps != self._lamps:
            self._devices.panel.show(lamps)
        self._lamps = lamps
        display = display_for(kiosk, self._clock())
        shown = self._shown
        # A page must know the number of its screen, or its presses would count as meant for the one before.
        if (
            shown is None
            or shown.seq < kiosk.place
            or msgspec.structs.replace(display, seq=shown.seq) != shown
        ):
            self._shown = display
            self._display.show(display)
        self._tell_clerks(again=False)

    def _tell_clerks(self, *, again: bool) -> None:
        snapshots = snapshots_for(self.kiosk)
        for generation, snapshot in snapshots.items():
            if again or snapshot != self._snapshots.get(generation):
                self._link.say(RelayToStaff(generation=generation, body=snapshot))
        self._snapshots = snapshots

    # ------------------------------------------------------------ from the server

    def introduce(self) -> Introduction:
        """Say in `Hello` how we are and which visit we are in."""
        self._said = health_of(self.kiosk)
        visit = visit_of(self.kiosk)
        if visit is None:
            return Introduction(health=self._said)
        return Introduction(health=self._said, ticket=visit.id, generation=visit.generation)

    def from_server(self, news: LinkNews) -> None:
        """Turn what the link says into events."""
        match news:
            case KioskWelcome():
                self.post(
                    ev.Welcomed(
                        city=news.city,
                        site=news.site,
                        telephone=news.telephone,
                        ice_servers=news.ice_servers,
                        purposes=news.purposes,
                        more_purposes=news.more_purposes,
                        told=self._said,
                    )
                )
                self._said = None
            case KioskView():
                self.post(ev.Viewed(news))
                self._tell_clerks(again=True)  # the console may be a new one
            case Reply(id=command, refused=refused):
                self.post(ev.Replied(command, refused))
            case ToSign(order=order, data=data, expires_in=expires_in):
                self.post(ev.Challenged(order, data, expires_in))
            case Questions():
                self.post(ev.QuestionsCame(news))
            case Places() | Reserved() | BookingShown():
                self.post(ev.PlacesCame(news))
            case FormShown(sheet=sheet):
                if sheet is None or sheet.stage in ("filling", "signed"):
                    self._forget_pictures()
                self.post(ev.FormCame(news))
            case FormPicture():
                if (pages := self._pictures.add(news)) is not None and isinstance(self.kiosk.state, InCall):
                    self._display.picture(pages)
                    self.post(ev.PicturesCame(news.revision, len(pages)))
            case Paper(order=order):
                if self._tray.add(news):
                    self.post(ev.PaperArrived(order))
            case RelayToKiosk(body=body):
                self._desk.from_clerk(news)
                if isinstance(body, Sdp):
                    self._tell_clerks(again=True)
            case Down():
                self.post(ev.LinkLost())
            case Turned(reason=reason):
                self.post(ev.Barred(reason))
            case ClockLooksWrong():
                self.post(ev.Trouble(clock=True))

    def _forget_pictures(self) -> None:
        self._pictures.empty()
        self._display.picture(())

    def _take_number(self, generation: int, number: CardNumber) -> None:
        self._number.forget()
        for digit in number.digits:
            self._number.keep(digit)
        self.post(ev.NumberCame(generation, number.order))

    # ------------------------------------------------------------ from the page

    def from_page(self, news: ScreenNews) -> None:
        """Turn what the page says into events."""
        match news:
            case Touched(control=control, seq=seq):
                event = touch_of(self.kiosk, control, seq)
                if event is not None:
                    self.post(event)
            case KeyPressed(key=key, seq=seq):
                event = key_of(self.kiosk, key, seq)
                if event is not None:
                    self._key = key
                    self.post(event)
                    self._key = ""
            case Written(id=line, text=text):
                self.post(ev.Wrote(Line(id=line, who="resident", text=text)))
            case NameWritten(strokes=strokes, seq=seq):
                name = name_of(self.kiosk, strokes, seq)
                if name is not None:
                    self.post(name)
            case PageSize(height=height):
                self.post(ev.PageSized(height))
            case WritingNow(on=on):
                self.post(ev.WritesNow(on))
            case VoiceSignal():
                self._desk.from_page(news)
            case VoiceState():
                self.post(ev.VoiceIs(news.generation, news.attempt, news.state, news.microphone))
            case PageConnected():
                self.post(ev.PageCame())
                self.post(ev.DeviceIs(Device(name="screen", state="ok")))
            case PageLost():
                self.post(ev.PageWent())
                self.post(ev.DeviceIs(Device(name="screen", state="missing", note="no_page")))
                if self._browser is not None and self._group is not None:
                    self._job(self._deeds.revive(self._browser), "revive the page")
            case PageAlive():
                pass  # the display watches over it

    # ------------------------------------------------------------ deeds

    def _perform(self, effect: Effect) -> None:
        match effect:
            case do.Tell(command):
                self._link.tell(command)
            case do.Withdraw(command):
                self._link.forget(command)
            case do.Relay(generation, body):
                self._link.say(RelayToStaff(generation=generation, body=body))
            case do.TakeStill(generation, still):
                self._desk.take_still(generation, still)
            case do.RefuseStill(generation, still, why):
                self._desk.refuse_still(generation, still, why)
            case do.KeepDigit():
                self._pin.keep(self._key)
            case do.DropDigit():
                self._pin.drop()
            case do.ForgetPin():
                self._pin.forget()
            case do.ForgetNumber():
                self._number.forget()
            case do.LookAtCard() | do.ReadCard() | do.ReadByNumber() | do.Prove() | do.SignDocument():
                self._speak(effect)
            case do.Print(order):
                self._job(self._deeds.print(order), f"print {order}")
            case do.LookUp(order):
                self._job(self._deeds.look_up(order), f"look up {order}")
            case do.Restart(order):
                self._job(self._deeds.restart(order), f"restart {order}")
            case do.SendLogs(order):
                self._job(self._deeds.send_logs(order), f"logs {order}")
            case do.Wipe():
                self._pin.forget()
                self._number.forget()
                self._tray.empty()
                self._forget_pictures()
                self._job(self._deeds.wipe(), "wipe")
            case do.BeFresh(number):
                self._job(self._deeds.be_fresh(number), "fresh process")

    def _job(self, work: Coroutine[object, object, None], name: str) -> None:
        assert self._group is not None, "deeds are done while running"
        task = self._group.create_task(work, name=name)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    def _speak(self, deed: cards.Deed) -> None:
        secret = cards.secret_for(deed, self._pin, self._number)
        if self._devices.card is None:
            cards.wipe(secret)
            self.post(ev.CardFault(deed.dialogue, "unreadable"))
        else:
            self._job(cards.speak(self._devices.card, deed, secret, self.post), f"card {deed.dialogue}")


def _label(kiosk: Kiosk) -> str:
    """Return a state for the log: words of our own and ids, nothing else."""
    visit = visit_of(kiosk)
    name = type(kiosk.state).__name__
    if visit is None:
        return name
    snapshot = snapshot_for(kiosk)
    screen = f" {snapshot.screen}" if snapshot is not None else ""
    return f"{name} {visit.id}/{visit.generation}{screen}"
