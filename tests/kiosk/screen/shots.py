"""`python -m tests.kiosk.screen.shots FOLDER [WORD ...]`: a picture of each screen in both sizes, to be looked at."""

import argparse
from itertools import product
from pathlib import Path

from tests.kiosk.screen.displays import SCREENS, SIMULATED, SIZES, TOGETHER, Form, display
from tests.kiosk.screen.serve import agent, chromium, settled

EXTRA: dict[str, tuple[str, Form]] = {
    "overlay_prompt": ("purposes", {"prompt_seconds": 47}),
    "overlay_waiting": ("waiting", {"prompt_seconds": 47}),
    "overlay_quit": ("call", {"quitting": True}),
    "company_one": ("call", {"company": TOGETHER[:1]}),
    "company_two": ("call", {"company": TOGETHER}),
    "company_card": ("card_ask", {"company": TOGETHER}),
    "company_held": ("on_hold", {"company": TOGETHER[1:]}),
    "watched_call": ("call", {"watched_by": ("木村 花",)}),
    "watched_card": ("card_ask", {"watched_by": ("木村 花",)}),
    "watched_held": ("on_hold", {"watched_by": ("木村 花",)}),
    "local_called": ("waiting", {"staff_call": True}),
}
FORMS: dict[str, Form] = {
    "": {},
    "-large": {"large": True},
    "-easy": {"language": "easy"},
    "-en": {"language": "en"},
    "-large-easy-demo": {"large": True, "language": "easy", "simulated": SIMULATED},
}


def main(folder: Path, words: list[str]) -> None:
    """Write the pictures; with words, only those whose name has one of them."""
    folder.mkdir(parents=True, exist_ok=True)
    seq = 0
    with chromium() as browser, agent() as kiosk:
        for width, height in SIZES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(kiosk.url)
            names: list[tuple[str, str, Form]] = [(name, name, {}) for name in SCREENS]
            names += [(name, screen, more) for name, (screen, more) in EXTRA.items()]
            for (name, screen, more), (form, settings) in product(names, FORMS.items()):
                file = f"{name}-{width}{form}.png"
                if words and not any(word in file for word in words):
                    continue
                if not words and form:
                    continue
                seq += 1
                shown: Form = {**settings, **more}
                kiosk.show(display(SCREENS[screen], seq=seq, **shown))
                settled(page, seq)
                page.screenshot(path=folder / file)
            page.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.kiosk.screen.shots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("words", nargs="*", help="only those whose file name has one of these")
    asked = parser.parse_args()
    main(asked.folder, asked.words)
