"""`python -m tests.server.web.floor_shots OUTDIR`: pictures of the supervisor's page, the hall's, and a call for help."""

import sys
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from playwright.sync_api import Page, sync_playwright

from server.protocol import messages as m
from tests.server.web import floor, scenes
from tests.server.web.rig import PROBLEMS, Rig, launch, open_page

SIZES = ((1920, 1080), (1280, 800))


def board(rig: Rig, page: Page, shoot: Callable[[str], None]) -> None:
    """Walk through a supervisor's morning."""
    page.locator(".tiles").wait_for()
    shoot("40-floor")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    shoot("41-floor-below")
    page.evaluate("scrollTo(0, 0)")
    said = m.Announcement(notice="busy", text="駐車場は 北側も 使えます。")
    rig.show(floor.view(emergencies=(replace(floor.EMERGENCY, may_end=True),), announcement=said))
    page.locator(".helpband").wait_for()
    shoot("42-floor-help")
    nobody = m.Alert(kind="nobody_ready", lane="shimin", for_seconds=35.0)
    rig.show(floor.view(alerts=(nobody, *floor.ALERTS[1:2])))
    page.wait_for_timeout(100)
    shoot("48-floor-nobody-ready")
    rig.show(floor.view())
    for name, button in (
        ("43-move", "13番を 移す"),
        ("44-close", "市民課 閉じる…"),
        ("45-notice", "お知らせを 出す…"),
        ("47-duty", "高橋 葵さんの きょうの 担当"),
    ):
        page.get_by_role("button", name=button).first.click()
        page.locator("dialog").wait_for()
        shoot(name)
        page.keyboard.press("Escape")
    rig.show(floor.calm())
    shoot("46-floor-calm")


def hall(rig: Rig, page: Page, shoot: Callable[[str], None]) -> None:
    """Look at the hall from afar."""
    page.locator(".hall li").first.wait_for()
    shoot("50-hall")
    rig.hall = replace(floor.hall(), announcement=m.Announcement(notice="short_staff"))
    page.locator(".said").wait_for()
    shoot("51-hall-notice")
    more = floor.hall().lanes
    rig.hall = replace(
        floor.hall(),
        lanes=(*more, *(replace(one, id=f"{one.id}2", name=f"{one.name}二") for one in more[:2])),
    )
    page.locator(".hall.many").wait_for()
    shoot("52-hall-many")


def desk(rig: Rig, page: Page, shoot: Callable[[str], None]) -> None:
    """Call for help from a console, and answer a call."""
    page.locator(".calm").wait_for()
    lanes = (
        m.LaneChoice(id="shimin", name="市民課", chosen=True),
        m.LaneChoice(id="fukushi", name="福祉課", chosen=False),
    )
    rig.show(scenes.view("ready", lanes=lanes, today=True))
    page.locator(".lanes-today").wait_for()
    shoot("63-lanes")
    page.locator(".lanes-today button").click()
    page.locator("dialog").wait_for()
    shoot("64-lanes-choose")
    page.keyboard.press("Escape")
    shut = m.LaneShut(
        since="2026-11-20T10:05:00+09:00", by="市民課の木村 花", reason="short_staff", waiting=2
    )
    rig.show(scenes.view("ready", lanes=(replace(lanes[0], shut=shut), lanes[1])))
    page.locator(".shut").wait_for()
    shoot("65-lane-shut")
    closed = tuple(
        replace(one, chosen=True, shut=replace(shut, waiting=waits))
        for one, waits in zip(lanes, (2, 0), strict=True)
    )
    rig.show(scenes.view("ready", lanes=(closed[0], replace(lanes[1], chosen=True)), queue=scenes.QUEUE))
    shoot("66-one-of-two-shut")
    rig.show(scenes.view("paused", pause_reason="lunch", lanes=closed, queue=scenes.QUEUE, desk="3番窓口"))
    shoot("67-all-shut-paused")
    rig.show(scenes.view("ready", rests_for=26.0, queue=scenes.QUEUE, lanes=lanes))
    page.locator(".breath").wait_for()
    shoot("68-breath")
    rig.show(
        scenes.view(
            "ready",
            queue=scenes.QUEUE,
            emergencies=(replace(floor.EMERGENCY, may_end=True),),
            kiosks_with_trouble=3,
        )
    )
    page.locator(".helpband").wait_for()
    shoot("60-help-asked")
    page.keyboard.press("Alt+o")
    page.locator("dialog").wait_for()
    shoot("61-help-ask")
    page.keyboard.press("Escape")
    mine = replace(floor.EMERGENCY, role="caller", may_end=True, coming=("鈴木 一",))
    rig.show(replace(scenes.serving(state="serving"), emergencies=(mine,)))
    page.locator(".stage").wait_for()
    shoot("62-help-mine")


def main(folder: Path) -> int:
    """Write all pictures at both sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for size in SIZES:
            for path, walk, view in (
                ("/wallboard/", board, floor.view()),
                ("/wallboard/hall.html", hall, None),
                ("/console/", desk, scenes.view("away")),
            ):
                rig = Rig()
                rig.roles, rig.view, rig.hall = ("clerk", "supervisor"), view, floor.hall()
                page = open_page(browser, rig, path, size)

                def shoot(name: str, page: Page = page, size: tuple[int, int] = size) -> None:
                    page.wait_for_timeout(250)
                    page.screenshot(path=folder / f"{name}-{size[0]}.png")

                walk(rig, page, shoot)
                print(path, size, "problems:", PROBLEMS[page])
                page.context.close()
                rig.stop()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "shots")))
