"""`python -m tests.server.web.shots OUTDIR`: pictures of every staff screen, to be looked at."""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from server.protocol import messages as m
from server.protocol.values import Device, TicketState
from tests.server.web import day, scenes
from tests.server.web.rig import PROBLEMS, Rig, launch, open_page

SIZES = ((1920, 1080), (1280, 800))

PAINT = """() => {
  const draw = (w, h, paint) => { const c = Object.assign(document.createElement('canvas'), {width: w, height: h}); paint(c.getContext('2d')); const s = c.captureStream(5); setInterval(() => paint(c.getContext('2d')), 200); return s; };
  const face = draw(640, 480, (g) => { g.fillStyle = '#b9c7bf'; g.fillRect(0, 0, 640, 480); g.fillStyle = '#6d5a74'; g.beginPath(); g.ellipse(320, 470, 190, 150, 0, 0, 7); g.fill(); g.fillStyle = '#f0cfb4'; g.beginPath(); g.ellipse(320, 230, 92, 112, 0, 0, 7); g.fill(); g.fillStyle = '#c9c9c9'; g.beginPath(); g.ellipse(320, 150, 104, 66, 0, 3.14, 0); g.fill(); g.fillStyle = '#333'; for (const x of [285, 355]) { g.beginPath(); g.arc(x, 225, 7, 0, 7); g.fill(); } g.strokeStyle = '#8b3a3a'; g.lineWidth = 5; g.beginPath(); g.arc(320, 262, 32, 0.4, 2.7); g.stroke(); });
  const paper = draw(1280, 720, (g) => { g.fillStyle = '#41564d'; g.fillRect(0, 0, 1280, 720); g.fillStyle = '#fffdf6'; g.fillRect(330, 20, 620, 680); g.fillStyle = '#222'; g.font = '30px sans-serif'; ['遺族年金の ご請求に 必要な書類', '', '1 年金請求書(同封の用紙)', '2 亡くなった方の 年金証書', '3 世帯全員の 住民票の写し', '4 戸籍全部事項証明書', '5 お金を受け取る 口座の通帳'].forEach((line, i) => g.fillText(line, 370, 90 + i * 80)); });
  const media = document.querySelector('k-console').desk.media;
  media.streams = {...media.streams, face, document: paper};
  media.state = {...media.state, voice: 'connected', eyes: 'connected', heard: true};
  media.dispatchEvent(new Event('streams'));
  media.dispatchEvent(new CustomEvent('stats', {detail: {rtt: 42, loss: 0.3, kbps: 1200, fps: 30, freezes: 0}}));
}"""


def in_call(
    rig: Rig, page: Page, *orders: m.OrderForStaff, state: TicketState = "serving", **rest: object
) -> None:
    """Bring the page into a conversation with a painted resident."""
    rig.show(scenes.serving(state="connecting"))
    page.locator(".stage").wait_for()
    rig.show(scenes.serving(*orders, state=state, **rest))
    rig.relay(3, scenes.snapshot())
    page.evaluate(PAINT)


def compose(page: Page) -> None:
    """Write a slip."""
    for name in ("手続きの ご案内", "葬祭費の 申し込み", "世帯主を 変える届", "葬祭費を もらう"):
        page.locator(".compose").get_by_role("button", name=f"＋ {name}", exact=True).click()
    page.get_by_label("いつまで").first.fill("11月24日（火）まで")
    page.locator(".preview canvas").wait_for()


def console_shots(rig: Rig, page: Page, shoot: Callable[[str], None]) -> None:
    """Walk through the clerk's day."""
    page.locator(".calm").wait_for()
    rig.show(scenes.view("away", served_today=0, average_minutes=None, colleagues=()))
    shoot("01-away")
    rig.show(scenes.view("ready"))
    page.locator(".own video").wait_for()
    shoot("02-idle-empty")
    rig.show(scenes.view("ready", queue=scenes.QUEUE, kiosks_with_trouble=3, forgotten=scenes.FORGOTTEN))
    shoot("03-idle-queue")
    rig.show(scenes.view("paused", pause_reason="missed", queue=scenes.QUEUE))
    shoot("04-paused-missed")
    rig.show(scenes.offered())
    page.locator(".offer").wait_for()
    shoot("05-offer")
    in_call(rig, page)
    shoot("06-call")
    page.get_by_role("tab", name="手元の書類").click()
    rig.show(scenes.serving(m.OrderForStaff(id="c1", kind="card")))
    rig.relay(3, scenes.snapshot(screen="card_pin", card_step="pin", pin_tries_left=3))
    shoot("07-card-pin")
    rig.show(scenes.serving(m.OrderForStaff(id="c1", kind="card", outcome="shared")))
    rig.relay(3, scenes.snapshot(attributes=scenes.HANAKO))
    shoot("08-card-shared")
    compose(page)
    rig.show(
        scenes.serving(
            m.OrderForStaff(id="p1", kind="slip", outcome="paper_out"), m.OrderForStaff(id="p2", kind="slip")
        )
    )
    page.get_by_text("2枚目").wait_for()
    shoot("09-slip")
    rig.show(scenes.serving(state="held", hold_minutes=2))
    shoot("10-hold")
    rig.show(scenes.serving(kiosk_connected=False, kiosk_lost_for=20.0))
    shoot("11-kiosk-lost")
    rig.show(scenes.serving())
    page.get_by_role("tab", name="顔").click()
    gone = tuple(
        Device(name=one.name, state="missing") if "camera" in one.name else one for one in scenes.DEVICES
    )
    rig.relay(3, scenes.snapshot(devices=gone))
    shoot("11-no-camera")
    rig.closed = True
    rig.cut()
    page.locator(".band").wait_for()
    shoot("12-disconnected")
    rig.closed = False
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator(".band").wait_for(state="detached")
    rig.show(scenes.view("serving", mine=scenes.mine("serving"), queue=()))
    page.keyboard.press("Alt+x")
    page.locator("dialog").wait_for()
    shoot("13-end")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+/")
    page.locator("dialog").wait_for()
    shoot("14-keys")
    page.keyboard.press("Escape")
    wrap = scenes.mine(
        "wrapup",
        expires_in=271.0,
        in_state_for=29.0,
        orders=(m.OrderForStaff(id="p2", kind="slip", outcome="printed"),),
    )
    rig.show(scenes.view("wrapup", in_state_for=29.0, mine=wrap, queue=scenes.QUEUE))
    page.locator(".wrapup").wait_for()
    shoot("15-wrapup")
    page.get_by_role("button", name="サインアウト").click()
    page.locator("k-sign-in").wait_for()
    page.get_by_label("ID").fill("sato")
    page.get_by_label("パスワード", exact=True).fill("wrong")
    page.get_by_role("button", name="サインイン").click()
    page.locator(".error").wait_for()
    shoot("16-sign-in")
    rig.signed_in = True


def dashboard_shots(rig: Rig, page: Page, shoot: Callable[[str], None]) -> None:
    """Walk through field IT's page."""
    rig.show(scenes.fleet())
    page.get_by_role("row").nth(3).wait_for()
    shoot("20-fleet")
    page.get_by_role("button", name="南支所").click()
    shoot("21-detail")
    page.get_by_role("button", name="端末を 登録する").click()
    shoot("22-enrol")
    page.get_by_label("端末の名前").fill("北公民館 1階")
    page.get_by_role("button", name="番号を 出す").click()
    page.get_by_text("K7WM-4RXP").first.wait_for()
    shoot("23-enrol-code")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="山の手公民館").click()
    rig.cut()
    page.locator(".band").wait_for()
    shoot("24-fleet-old")


def numbers_shots(rig: Rig, page: Page, shoot: Callable[[str], None]) -> None:
    """Look at a day in figures."""
    rig.roles = ("supervisor",)
    page.reload()
    page.get_by_text("この期間に").wait_for()
    shoot("30-numbers-empty")
    page.get_by_label("はじめの日").fill(day.DAY)
    page.get_by_label("おわりの日").fill(day.DAY)
    page.locator(".plot").first.wait_for()
    shoot("31-numbers")
    page.get_by_label("分け方").select_option("purpose")
    page.get_by_role("row", name="おくやみ").wait_for()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    shoot("32-numbers-below")


def main(folder: Path) -> int:
    """Write all pictures at both sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for size in SIZES:
            rig = Rig()
            for path, walk in (
                ("/console/", console_shots),
                ("/dashboard/", dashboard_shots),
                ("/numbers/", numbers_shots),
            ):
                rig.view = scenes.view("away") if path == "/console/" else scenes.fleet()
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
