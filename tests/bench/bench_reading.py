"""From the last key of a PIN to what was read on the clerk's screen: real agent, real card service, Chromium on both sides.

Two waits of people lie in between on purpose (the resident reads what was read, and agrees), so two stretches are timed
and added: key to the resident's screen, and 「はい」 to the clerk's.
"""

import re
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from hardware.card import virtual
from tests.bench.table import Row
from tests.rig import CHROMIUM, FLAGS, SIMULATED, City, KioskMachine, stopping, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.stories.card_place import CardPlace
    from tests.stories.people import Clerk, Resident

VISITS = 5
PIN = "1234"

WATCH = """
window.text = (root) => [...root.childNodes].map((node) =>
  node.nodeType === Node.TEXT_NODE ? node.data
    : (node.shadowRoot ? window.text(node.shadowRoot) : "") + window.text(node)).join("");
window.wait = (words) => {
  delete window.stood;
  const look = () => {
    if (window.text(document.body).includes(words)) window.stood = performance.timeOrigin + performance.now();
    else requestAnimationFrame(look);
  };
  look();
};
addEventListener("pointerup", () => window.pressed = performance.timeOrigin + performance.now(), true);
"""
"""Runs before the pages' own code: when was the last press, and in which frame did the words stand on the screen?"""


def measure() -> list[Row]:
    """Some visits with a card, one after the other."""
    from playwright.sync_api import sync_playwright

    from tests.hardware.card.pcscd import Service
    from tests.stories.card_place import CardPlace
    from tests.stories.people import Clerk, Resident

    ordinary = virtual.read("ordinary")
    with tempfile.TemporaryDirectory(prefix="komado-bench-") as name, Service():
        folder = Path(name)
        city = City(folder / "city")
        city.add_staff("sato", "佐藤 恵", "窓口課", "clerk", password="a-long-password-2")
        place = CardPlace()
        with stopping(city.server):
            city.start()
            devices = SIMULATED.replace(
                '[devices.card]\ndriver = "simulated"', '[devices.card]\ndriver = "pcsc"'
            )
            kiosk = KioskMachine(city, folder / "kiosk", devices=devices)
            with stopping(kiosk.agent), sync_playwright() as play:
                kiosk.start()
                browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                clerk = Clerk.sit_down(browser, city, "sato", "a-long-password-2")
                clerk.press("受付を はじめる")
                resident, home = Resident.sit_down(play, kiosk, folder / "profile")
                for seat in (clerk, resident):
                    seat.page.add_init_script(WATCH)
                    seat.page.reload()
                times = [
                    _visit(city, clerk, resident, place, virtual.VirtualCard(ordinary), ordinary.name, number)
                    for number in range(VISITS)
                ]
                home.close()
                browser.close()
        place.close()
    return [
        _row("last key of the PIN to the resident's screen", [one for one, _ in times]),
        _row("「はい」 to the clerk's screen", [other for _, other in times]),
        _row("both together", [one + other for one, other in times], 300),
    ]


def _visit(
    city: City,
    clerk: "Clerk",
    resident: "Resident",
    place: "CardPlace",
    card: virtual.VirtualCard,
    name: str,
    number: int,
) -> tuple[float, float]:
    """One card is asked for, read, agreed to and seen; return both stretches in milliseconds."""
    resident.begins()
    resident.press(re.compile("職員と 話したい"))
    resident.press("はい、つなぎます")
    clerk.sees(re.compile("呼び出し中"))
    clerk.page.keyboard.press("F2")
    until("they talk", lambda: len(city.happened("call_started")) > number)
    clerk.sees("通話中")  # the journal knows before the page does
    clerk.page.keyboard.press("Alt+KeyK")
    resident.press("ある")
    resident.sees(re.compile("のせてください"))
    place.insert(card)
    resident.sees(re.compile("暗証番号を 入れて"))
    resident.types(PIN)
    resident.page.evaluate("(words) => window.wait(words)", name)
    resident.press("これで よい")
    read = _stood(resident.page) - resident.page.evaluate("window.pressed")
    clerk.page.evaluate("(words) => window.wait(words)", name)
    resident.press(re.compile("はい、これで"))
    shared = _stood(clerk.page) - resident.page.evaluate("window.pressed")
    place.pull()
    clerk.page.keyboard.press("Alt+KeyX")
    clerk.page.get_by_role("dialog").get_by_role("button", name=re.compile("終")).last.click()
    clerk.press(re.compile("^終わった"))
    until("the result", lambda: len(city.happened("wrapup_finished")) > number)
    resident.leaves()
    return read, shared


def _stood(page: "Page") -> float:
    return until("the words", lambda: page.evaluate("window.stood"))


def _row(what: str, times: list[float], target: float | None = None) -> Row:
    note = f"median of {len(times)}: {' '.join(f'{one:.0f}' for one in sorted(times))}; a real card adds its own time"
    return Row(bench="reading", what=what, value=median(times), unit="ms", target=target, note=note)
