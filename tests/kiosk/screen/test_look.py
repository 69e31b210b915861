"""Every screen, in both sizes, with usual and large letters, in each language: whole, large enough, and readable for all."""

from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.kiosk.screen.displays import LANGUAGES, SCREENS, SIMULATED, SIZES, TOGETHER, Form, display
from tests.kiosk.screen.serve import Agent, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
# Enhanced contrast is 7 to 1, what people with poor sight need (WCAG 1.4.6).
CHECK = """async () => (await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        rules: { "color-contrast-enhanced": { enabled: true } }, resultTypes: ["violations"],
    })).violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", "))"""

WATCHED = ("call", "call_many", "call_writing", "card_ask", "card_pin_wrong", "card_confirm_long", "on_hold")
TOGETHER_ON = ("call", "card_ask", "on_hold")
HARD = (
    "attract_wait",
    "purposes",
    "waiting_returned",
    "call_many",
    "call_writing",
    "card_pin_wrong",
    "card_confirm_long",
)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
def test_every_screen_is_whole_and_large_enough(
    browser: Browser, kiosk: Agent, size: tuple[int, int], language: str, large: bool
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(kiosk.url)
    wrong: list[str] = []
    cases: list[tuple[str, Form]] = [(name, {}) for name in SCREENS]
    questions: list[tuple[str, Form]] = [
        ("purposes", {"prompt_seconds": 47}),
        ("waiting", {"prompt_seconds": 7}),
        ("call", {"quitting": True}),
        *((name, {"watched_by": ("木村 花", "長谷川 美智子")}) for name in SCREENS if name in WATCHED),
        *((name, {"company": TOGETHER, "simulated": ()}) for name in TOGETHER_ON),
        # Without the strip the clerk's picture is larger, and what stands beside it narrower.
        *((name, {"simulated": ()}) for name in ("connecting", "call", "call_first")),
    ]
    for seq, (name, more) in enumerate(cases + questions, start=1):
        # With the strip on top there is least room: what fits then fits always.
        shown: Form = {"language": language, "large": large, "simulated": SIMULATED, **more}
        kiosk.show(display(SCREENS[name], seq=seq, tall=size[1] >= 1000, **shown))
        settled(page, seq)
        wrong += [f"{name}: {found}" for found in page.evaluate(LOOK)]
    page.close()
    assert wrong == []


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
def test_axe_finds_nothing_and_contrast_is_seven_to_one(browser: Browser, kiosk: Agent, large: bool) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
    page.goto(kiosk.url)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wrong: list[str] = []
    for seq, (name, language) in enumerate(
        product(HARD if large else SCREENS, ("en",) if large else ("ja",)), start=1
    ):
        kiosk.show(
            display(
                SCREENS[name], seq=seq, language=language, large=large, simulated=SIMULATED, wants_text=True
            )
        )
        settled(page, seq)
        wrong += [f"{name} {language}: {found}" for found in page.evaluate(CHECK)]
    page.close()
    assert wrong == []
