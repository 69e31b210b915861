"""A resident presses twice, talks with a clerk, shows a card, takes a slip home, and leaves nothing behind."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Playwright, sync_playwright

from hardware.camera.simulated import read_code
from hardware.card import virtual
from hardware.card.virtual import VirtualCard
from hardware.printer.simulated import SimulatedPrinter
from server.documents.papers import Papers, Raster, png
from tests.hardware.card.pcscd import Service
from tests.memory import children, found_in, started_with
from tests.papers import figures, read_number
from tests.rig import CHROMIUM, FLAGS, City, KioskMachine, stopping, until
from tests.stories.card_place import CardPlace
from tests.stories.desk_printer import DeskPrinter
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.pcsc, pytest.mark.slow]

CANARY_NAME, CANARY_ADDRESS, CANARY_NUMBER = "金糸雀　試太郎", "見本市金糸雀町９丁目８番７号", "999988887777"
PIN = "4826"
KIOSK_TONE, CONSOLE_TONE = 523.25, 880.0
SHOTS = Path("build/shots")


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as playing:
        yield playing


@pytest.fixture
def card() -> VirtualCard:
    ordinary = virtual.read("ordinary")
    assert ordinary.pins is not None
    return VirtualCard(
        replace(
            ordinary, name=CANARY_NAME, address=CANARY_ADDRESS, number=CANARY_NUMBER,
            pins=replace(ordinary.pins, text=PIN),
        )
    )  # fmt: skip


def test_a_whole_visit_with_card_and_slip_leaves_nothing_behind(
    play: Playwright, card: VirtualCard, tmp_path: Path
):
    SHOTS.mkdir(parents=True, exist_ok=True)
    city = City(tmp_path)
    city.add_staff("sato", "佐藤 恵", "窓口課", "clerk", password="a-long-password-2")
    desk, place = DeskPrinter(), CardPlace()
    with Service(), stopping(city.server):
        city.start()
        kiosk = KioskMachine(
            city, tmp_path / "kiosk",
            devices=f'[devices.card]\ndriver = "pcsc"\n[devices.printer]\ndriver = "tcp"\nport = {desk.port}\n'
            '[devices.panel]\ndriver = "simulated"\n[devices.face]\ndriver = "simulated"\n[devices.document]\ndriver = "simulated"\n',
        )  # fmt: skip
        with stopping(kiosk.agent):
            kiosk.start()
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            clerk = Clerk.sit_down(browser, city, "sato", "a-long-password-2")
            clerk.press("受付を はじめる")
            resident, home = Resident.sit_down(play, kiosk, tmp_path / "profile")
            try:
                visit(resident, clerk, card, place, desk.printer, city)
                nothing_is_left(resident, clerk, kiosk, city, tmp_path)
            except BaseException:
                resident.shot(SHOTS / "failed-resident.png")
                clerk.shot(SHOTS / "failed-clerk.png")
                raise
            finally:
                home.close()
                browser.close()
    place.close()
    desk.close()


def visit(
    resident: Resident,
    clerk: Clerk,
    card: VirtualCard,
    place: CardPlace,
    printer: SimulatedPrinter,
    city: City,
) -> None:
    """From the first press to the last word."""
    resident.begins()
    resident.press(re.compile("職員と 話したい"))
    resident.press("はい、つなぎます")
    number = until("a ticket", lambda: city.happened("ticket_taken"))[0]["number"]

    clerk.sees(re.compile("呼び出し中"))
    clerk.page.keyboard.press("F2")
    until("they talk", lambda: city.happened("call_started"))

    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    seen = until(
        "the resident's face", lambda: [n for p in clerk.pictures() if (n := read_code(p)) is not None]
    )[0]
    until(
        "a later frame",
        lambda: [n for p in clerk.pictures() if (n := read_code(p)) is not None and n != seen],
    )
    until("the clerk's face", resident.pictures)
    resident.shot(SHOTS / "story-call-resident.png")
    clerk.shot(SHOTS / "story-call-clerk.png")

    clerk.page.locator(".chat textarea").first.fill("ゆっくりで だいじょうぶです")
    clerk.page.keyboard.press("Control+Enter")
    resident.sees("ゆっくりで だいじょうぶです")

    clerk.page.keyboard.press("Alt+KeyK")
    resident.press("ある")
    resident.sees(re.compile("のせてください"))
    place.insert(card)
    resident.sees(re.compile("暗証番号を 入れて"))
    resident.types(PIN)
    resident.press("これで よい")
    resident.sees(CANARY_NAME)
    assert clerk.page.get_by_text(CANARY_NAME).count() == 0, "nothing is shared before the resident agrees"
    resident.shot(SHOTS / "story-card-resident.png")
    resident.press(re.compile("はい、これで"))
    clerk.sees(CANARY_NAME)
    clerk.shot(SHOTS / "story-card-clerk.png")
    place.pull()

    clerk.page.locator(".compose button").first.click()
    clerk.page.keyboard.press("Alt+KeyP")
    until("a slip", lambda: printer.pages)
    clerk.sees(re.compile("印刷できました|出ました"))
    until(
        "the outcome in the journal",
        lambda: [e for e in city.happened("order_closed") if e["outcome"] == "printed"],
    )
    slip = Raster(width=printer.pages[0].width, rows=printer.pages[0].rows)
    (SHOTS / "story-slip.png").write_bytes(png(slip))
    assert read_number(slip, figures(Papers())) == number

    clerk.page.keyboard.press("Alt+KeyX")
    clerk.page.get_by_role("dialog").get_by_role("button", name=re.compile("終")).last.click()
    resident.sees(re.compile("おつかれさまでした"))
    clerk.press(re.compile("^終わった"))
    until("the result", lambda: city.happened("wrapup_finished"))


def nothing_is_left(resident: Resident, clerk: Clerk, kiosk: KioskMachine, city: City, folder: Path) -> None:
    """No word of the visit in any file or in any process of the kiosk."""
    resident.sees("ここを さわって", 60)
    words = {
        f"{name} ({coding})": word.encode(coding)
        for name, word in (
            ("name", CANARY_NAME), ("address", CANARY_ADDRESS), ("number", CANARY_NUMBER),
            ("line", "ゆっくりで だいじょうぶです"),
        )
        for coding in ("utf-8", "utf-16-le")
    }  # fmt: skip
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            assert not [name for name, word in words.items() if word in data], path
    agent = (kiosk.agent.pid, *children(kiosk.agent.pid))
    browser = started_with(str(folder / "profile"))
    assert len(browser) > 3, "the resident's browser runs"
    left = {
        f"{Path(f'/proc/{pid}/comm').read_text().strip()} {pid}": found_in(pid, words)
        for pid in (*agent, *browser)
    }
    assert {name: found for name, found in left.items() if found} == {}
    assert resident.complaints == []
    assert clerk.complaints == []
    assert b"4826" not in (kiosk.folder / "kiosk.log").read_bytes()
