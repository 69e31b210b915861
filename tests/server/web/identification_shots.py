"""Pictures of everything the console says of a card: `python -m tests.server.web.identification_shots DIR`."""

import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from server.protocol import messages as m
from server.protocol.values import Certainty, Identification, Identity, IdentityOutcome
from tests.server.web import scenes
from tests.server.web.rig import Rig, launch, open_page
from tests.server.web.shots import SIZES, compose, in_call

DRAW = """() => {
  const canvas = document.createElement('canvas'); canvas.width = 240; canvas.height = 308;
  const c = canvas.getContext('2d');
  c.fillStyle = '#d8d8d8'; c.fillRect(0, 0, 240, 308);
  c.fillStyle = '#8c8c8c'; c.beginPath(); c.arc(120, 120, 62, 0, 7); c.fill(); c.fillRect(40, 210, 160, 98);
  return canvas.toDataURL('image/jpeg', 0.8).split(',')[1];
}"""
"""A drawn face: nobody's."""


def checked(
    outcome: IdentityOutcome, certainty: Certainty, *hints: str, why: str | None = None, source: str = "ocsp"
) -> dict[str, Any]:
    """Return the fields of `MyTicket` for one check."""
    at = "2026-11-20T10:42:00+09:00"
    known = source if outcome in ("valid", "revoked") else "none"
    identity = Identity(outcome=outcome, at=at, source=known, source_at=at, why=why)  # pyright: ignore[reportArgumentType]
    reasons = (f"identity.{outcome}", *hints)
    return {
        "identity": identity,
        "identification": Identification(certainty=certainty, reasons=reasons),
    }


def face(page: Page, order: str) -> m.FacePhoto:
    """Return a drawn photo, as the kiosk sends one."""
    return m.FacePhoto(order=order, jpeg=b64decode(page.evaluate(DRAW)))


def main(folder: Path) -> int:
    """Write all pictures at both sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for size in SIZES:
            rig = Rig()
            rig.view = scenes.view("away")
            page = open_page(browser, rig, "/console/", size)

            def shoot(name: str, page: Page = page, size: tuple[int, int] = size) -> None:
                page.wait_for_timeout(250)
                page.screenshot(path=folder / f"{name}-{size[0]}.png")

            page.locator(".calm").wait_for()
            in_call(rig, page)
            shoot("c1-nothing")
            page.get_by_role("button", name="顔写真を見る").click()
            page.get_by_label("生年月日").fill("190503")
            shoot("c2-number")
            page.get_by_role("button", name="やめる").click()
            rig.show(scenes.serving(m.OrderForStaff(id="p", kind="card", ask="photo")))
            rig.relay(3, face(page, "p"))
            page.locator(".photo img").wait_for()
            rig.show(
                scenes.serving(
                    m.OrderForStaff(id="p", kind="card", ask="photo", outcome="shared"),
                    identification=Identification(certainty="partly", reasons=("photo",)),
                )
            )
            shoot("c3-photo")
            rig.relay(3, scenes.snapshot(attributes=scenes.HANAKO))
            rig.show(
                scenes.serving(
                    m.OrderForStaff(id="p", kind="card", ask="identity", outcome="valid"),
                    **checked("valid", "proved", "pin", "photo"),
                )
            )
            compose(page)
            shoot("c4-valid-all")
            page.get_by_role("button", name="いま 消す").click()
            shoot("c5-valid")
            page.keyboard.press("F3") if page.locator("#more-who").is_hidden() else None
            page.locator("details.asks summary").click()
            rig.show(
                scenes.serving(
                    m.OrderForStaff(id="p", kind="card", ask="identity", outcome="unchecked"),
                    **checked("unchecked", "partly", "pin", why="no_answer"),
                )
            )
            shoot("c6-unchecked-menu")
            rig.show(
                scenes.serving(
                    m.OrderForStaff(id="p", kind="card", ask="identity", outcome="revoked"),
                    **checked("revoked", "refused", "pin"),
                )
            )
            shoot("c7-revoked")
            rig.relay(3, scenes.snapshot(card_step="number"))
            rig.show(scenes.serving(m.OrderForStaff(id="q", kind="card", ask="attributes_by_number")))
            shoot("c8-number-again")
            page.context.close()
            rig.stop()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "shots")))
