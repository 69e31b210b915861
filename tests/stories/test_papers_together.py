"""Papers: a still that the resident agreed to, kept masked and nowhere unmasked; pages looked at together, and gone after it."""

import asyncio
import re
import sqlite3
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import cv2
import msgspec
import numpy as np
import pytest
import typst
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect

from kiosk.sheet.ocr import find_numbers
from server.casework import drawer
from server.protocol.values import MunicipalityId, TicketId
from server.stillwork import STILLS, Kept
from server.store.cases import CaseStore
from server.store.sqlite import Database
from tests.rig import until
from tests.stories.house import House, opened, shot
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.slow]

T = TypeVar("T")
NUMBER = (154.0, 112.5, 188.0, 115.0)  # millimetres on the simulated sheet: left, top, right, bottom
TWO_PAGES = '#set page(paper: "a4", flipped: true)\n= 1\n#pagebreak()\n= 2'
PRINT = (20.0, 20.0, 90.0, 30.0)  # its title


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        yield house


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run something in a loop of its own: this thread's belongs to the browser."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def kept_in_the_case(house: House, ticket: str) -> list[tuple[Kept, NDArray[np.uint8]]]:
    """Open the sealed case with the city's key; return what was kept, as it was kept."""

    async def opened_case() -> list[tuple[Kept, bytes]]:
        database = Database(house.city.database)
        try:
            with sqlite3.connect(house.city.database) as plain:
                row = plain.execute("SELECT DISTINCT city FROM case_key").fetchone()
            if row is None:
                return []  # nothing is kept of anybody
            store = CaseStore(
                database, MunicipalityId(row[0]), (house.city.home / "secrets/case.key").read_bytes()
            )
            place = drawer(TicketId(ticket), STILLS)
            text = await store.get(place, "list")
            kept = () if text is None else msgspec.json.decode(text, type=tuple[Kept, ...])
            return [(one, await store.get(place, f"still.{one.id}") or b"") for one in kept]
        finally:
            await database.close()

    found: list[tuple[Kept, NDArray[np.uint8]]] = []
    for one, data in apart(opened_case()):
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        found.append((one, np.asarray(picture, np.uint8)))
    return found


def part(page: NDArray[np.uint8], place: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """Cut a place out of a page of A4, by millimetres."""
    left, top, right, bottom = (round(mm * page.shape[1] / 210) for mm in place)
    return page[top:bottom, left:right]


def no_picture_in(folder: Path) -> list[str]:
    """Name the files that hold a JPEG or a PNG as it is."""
    marks = (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xdb", b"\x89PNG\r\n")
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file()
        and file.suffix not in {".png", ".js"}
        and any(mark in file.read_bytes() for mark in marks)
    ]


def asks_for_a_still(clerk: Clerk, resident: Resident) -> None:
    clerk.page.keyboard.press("F8")
    clerk.sees("住民の「はい」を 待っています")
    resident.sees("この紙を 撮影します")


def test_a_still_is_agreed_to_masked_and_kept_with_a_reason_and_nowhere_unmasked(house: House) -> None:
    resident, clerk = house.resident(), house.clerk()
    ticket = house.talk(resident, clerk)
    until(
        "the camera link",
        lambda: clerk.page.evaluate("document.querySelector('k-stage').desk.media.state.eyes") == "connected",
    )

    asks_for_a_still(clerk, resident)
    resident.press("いいえ")
    clerk.sees("住民が「いいえ」を 選びました")
    expect(resident.page.get_by_text("この紙を 撮影します")).to_have_count(0)
    clerk.press("閉じる")

    asks_for_a_still(clerk, resident)
    shot(resident, "still-ask-resident")
    shot(clerk, "still-ask-clerk")
    resident.press("はい、よいです")
    box = clerk.page.locator(".mask.proposed")
    expect(box).to_have_count(1, timeout=60_000)
    clerk.sees("個人番号らしい数字があります")
    keep = clerk.page.get_by_role("button", name="黒く塗って 残す")
    expect(keep).to_be_disabled()
    clerk.page.get_by_label("残す理由").select_option("procedure")
    clerk.page.get_by_label("番号が ほかに 写っていないか").check()
    clerk.sees("あと 1か所 確かめると 残せます")
    expect(keep).to_be_disabled()
    shot(clerk, "still-proposed-clerk")
    assert kept_in_the_case(house, ticket) == []

    clerk.page.locator(".masks li").get_by_role("button", name="かくす", exact=True).click()
    expect(clerk.page.locator(".mask.hidden")).to_have_count(1)
    clerk.page.get_by_role("button", name="四角を 足す").click()
    drawn = clerk.page.locator(".mask:focus")
    before = drawn.bounding_box()
    clerk.page.keyboard.press("ArrowDown")
    clerk.page.keyboard.press("Shift+ArrowRight")
    after = drawn.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] > before["y"]
    assert after["width"] > before["width"]
    clerk.page.keyboard.press("Delete")
    expect(clerk.page.locator(".mask")).to_have_count(1)
    shot(clerk, "still-masked-clerk")
    keep.click()
    clerk.sees("黒く塗って 残しました")
    expect(clerk.page.locator(".stillbox")).to_have_count(0)

    ((kept, page),) = kept_in_the_case(house, ticket)
    assert (kept.why, kept.masks) == ("procedure", 1)
    assert page.shape[:2] == (2339, 1654)  # 200 dots an inch
    assert part(page, NUMBER).max() < 24  # black, and nothing under it
    assert part(page, PRINT).min() < 100 < part(page, PRINT).max()  # the rest is as it was
    assert apart(find_numbers(page, 200, turns=(0,))).regions == ()
    assert no_picture_in(house.folder) == []

    clerk.page.locator("#tab-record").click()
    clerk.sees("手続きの 審査に 必要")
    clerk.page.locator("k-kept").get_by_role("button", name="見る", exact=True).click()
    expect(clerk.page.locator(".keptview canvas")).to_be_visible()
    shot(clerk, "still-kept-clerk")
    clerk.page.keyboard.press("Escape")
    house.ends(clerk, resident)


def page_seen(resident: Resident) -> dict[str, Any]:
    """Say what the resident's page shows of a shared page: its size, and where the ring stands on it."""
    return resident.page.evaluate(
        """() => {
          const view = window.elements("page-view")[0];
          const image = view?.renderRoot.querySelector("img");
          if (!image?.naturalWidth) return {};
          const box = image.getBoundingClientRect();
          const ring = view.renderRoot.querySelector(".ring")?.getBoundingClientRect();
          const place = ring && [(ring.x + ring.width / 2 - box.x) / box.width, (ring.y + ring.height / 2 - box.y) / box.height];
          return { width: image.naturalWidth, height: image.naturalHeight, shown: box.width, place, lines: view.lines.length };
        }"""
    )


def points_on_page(clerk: Clerk, place: tuple[float, float]) -> None:
    """Click on a place of the shared page."""
    box = clerk.page.locator("page-view .page").bounding_box()
    assert box is not None
    clerk.page.mouse.click(box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])


def test_a_pdf_is_shared_pointed_at_and_gone_after_the_call(house: House) -> None:
    resident, clerk = house.resident(size=(1920, 1080)), house.clerk(size=(1920, 1080))
    house.talk(resident, clerk)
    until(
        "the camera link",
        lambda: clerk.page.evaluate("document.querySelector('k-stage').desk.media.state.eyes") == "connected",
    )
    clerk.page.keyboard.press("Alt+KeyE")
    files = clerk.page.locator("input[type=file]")
    files.set_input_files(
        files=[{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 and then nothing"}]
    )
    clerk.sees("こわれています")
    shot(clerk, "pages-choose-clerk")
    pdf = typst.compile(TWO_PAGES.encode(), format="pdf")
    assert isinstance(pdf, bytes)
    files.set_input_files(files=[{"name": "b.pdf", "mimeType": "application/pdf", "buffer": pdf}])
    clerk.sees("住民の画面に このページが 出ています")
    resident.sees("2枚の うち 1枚目")
    seen = until("the page on the resident's screen", lambda: page_seen(resident) or None)
    assert (seen["width"], seen["height"]) == (1600, 1132)

    clerk.page.keyboard.press("Alt+KeyW")
    points_on_page(clerk, (0.3, 0.6))
    place = until("the ring", lambda: page_seen(resident).get("place"))
    assert np.allclose(place, (0.3, 0.6), atol=0.01)
    clerk.page.keyboard.press("Alt+KeyG")  # larger, at both ends
    until("it is larger", lambda: page_seen(resident)["shown"] > 1.4 * seen["shown"])
    assert np.allclose(page_seen(resident)["place"], (0.3, 0.6), atol=0.01)
    shot(resident, "pages-resident")
    shot(clerk, "pages-clerk")
    clerk.press(re.compile("^次"))
    resident.sees("2枚の うち 2枚目")
    until("another page without a ring", lambda: page_seen(resident).get("place", 0) is None)
    clerk.page.locator("#tab-face").click()
    clerk.sees("住民の画面に 資料が 大きく 出ています")
    house.ends(clerk, resident)
    until("nothing of it is here", lambda: resident.page.evaluate("window.elements('page-view').length") == 0)
    assert resident.page.evaluate("document.querySelector('kiosk-screen').leaf") is None
    assert no_picture_in(house.folder) == []
