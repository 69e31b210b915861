"""A resident and a clerk as a browser sees them: what they press, what they see and hear. Words are read from the pages' own tables."""

import base64
import re
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.rig import CHROMIUM, FLAGS, PICTURES, City, KioskMachine, until

HAND_S = 0.6
"""What the kiosk does not take for a tremor (`kiosk/screen/parts/press.js`), and a little."""

EARS = """
window.listen = async (stream) => {
  if (!stream || stream.getAudioTracks().length === 0) return 0;
  window.ears ??= new AudioContext();
  const analyser = window.ears.createAnalyser();
  analyser.fftSize = 8192;
  const source = window.ears.createMediaStreamSource(stream);
  source.connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  await new Promise((resolve) => setTimeout(resolve, 250));
  analyser.getFloatFrequencyData(bins);
  source.disconnect();
  const peak = bins.indexOf(Math.max(...bins));
  return bins[peak] > -70 ? (peak * window.ears.sampleRate) / analyser.fftSize : 0;
};
window.elements = (name, root = document) => [...root.querySelectorAll("*")].flatMap((element) =>
  [...(element.localName === name ? [element] : []), ...(element.shadowRoot ? window.elements(name, element.shadowRoot) : [])]);
window.pictures = () => window.elements("video").map((video) => {
  if (!video.videoWidth || !video.srcObject) return "";
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
});
window.tones = async () => {
  const streams = [...window.elements("audio"), ...window.elements("video")].filter((e) => !e.muted).map((e) => e.srcObject);
  return Promise.all(streams.map(window.listen));
};
"""
"""Runs in both pages: finds their media elements, also inside shadow roots, and looks and listens."""


class Seat:
    """Somebody in front of a page."""

    rest = HAND_S
    """Seconds between two presses."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._pressed = 0.0
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.add_init_script(EARS)

    def sees(self, text: str | re.Pattern[str], seconds: float = 60) -> None:
        """Wait until the words are on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=seconds * 1000)

    def press(self, name: str | re.Pattern[str], seconds: float = 60) -> None:
        """Press a button by its words, at the pace of a hand: the kiosk takes a second press at once for a tremor."""
        self.rests()
        self.page.get_by_role("button", name=name).first.click(timeout=seconds * 1000)
        self._pressed = time.monotonic()

    def rests(self) -> None:
        """Let the hand rest after its last press."""
        self.page.wait_for_timeout(1000 * max(0.0, self._pressed + self.rest - time.monotonic()))

    def hears(self, hertz: float, seconds: float = 60) -> None:
        """Recognise a tone in what the other side's voice brings."""

        def heard() -> bool:
            return any(abs(tone - hertz) < 15 for tone in self.page.evaluate("window.tones()"))

        until(f"a tone of {hertz:g} Hz", heard, seconds)

    def pictures(self) -> list[Any]:
        """Return what the page's videos show at this moment."""
        shown = [base64.b64decode(data) for data in self.page.evaluate("window.pictures()") if data]
        return [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in shown]

    def shot(self, path: Path) -> None:
        """Keep a picture of the page, for people to look at."""
        self.page.screenshot(path=path)


class Staff(Seat):
    """Somebody who has to sign in."""

    rest = 0.0  # a steady hand, and pages that take every press

    def signs_in(self, account: str, password: str) -> None:
        """Fill the form and send it."""
        self.page.locator("input[name=account]").fill(account)
        self.page.locator("input[name=password]").fill(password)
        self.page.keyboard.press("Enter")


class FieldIT(Staff):
    """Somebody who keeps the kiosks alive."""

    @staticmethod
    def sit_down(browser: Browser, city: City, size: tuple[int, int] = (1280, 800)) -> "FieldIT":
        """Open the fleet page and sign in."""
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": size[0], "height": size[1]}, locale="ja"
        )
        person = FieldIT(context.new_page())
        person.page.goto(f"{city.url}/dashboard/")
        person.signs_in(*city.ADMINISTRATOR)
        person.sees("端末を 登録する")
        return person

    def looks_at(self, kiosk: str) -> None:
        """Open the details of a kiosk."""
        self.page.get_by_role("button", name=re.compile(kiosk)).first.click()
        self.sees("登録した日")


class Resident(Seat):
    """An old hand on a kiosk's screen."""

    @staticmethod
    def sit_down(play: Playwright, kiosk: KioskMachine, profile: Path) -> "tuple[Resident, BrowserContext]":
        """Open the kiosk's page in a browser of its own."""
        browser = play.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1280, "height": 800},
            locale="ja",
        )
        resident = Resident(browser.pages[0])
        resident.page.goto(kiosk.address)
        return resident, browser

    def begins(self) -> None:
        """Touch the first screen, wherever the visit before has left it."""
        self.sees("ここを さわって")
        self.touches()

    def touches(self) -> None:
        """Touch the middle of a screen that is one large button."""
        self.page.wait_for_timeout(1000 * HAND_S)  # a click before the first paint is thrown away
        self.page.mouse.click(640, 400)
        self._pressed = time.monotonic()

    def leaves(self) -> None:
        """Go home after the conversation, and see the screen at its beginning again."""
        self.sees("おつかれさまでした")
        self.press("はじめに もどる")
        self.sees("ここを さわって")

    def types(self, digits: str) -> None:
        """Type on the PIN pad, key by key."""
        for digit in digits:
            self.press(digit)


class Clerk(Staff):
    """Somebody at city hall, with a queue and a telephone."""

    @staticmethod
    def sit_down(
        browser: Browser, city: City, account: str, password: str, pictures: int = PICTURES
    ) -> "Clerk":
        """Open the console, with so many synthetic pictures a second, and sign in."""
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 1280, "height": 800}, locale="ja",
            permissions=["notifications"],
        )  # fmt: skip
        clerk = Clerk(context.new_page())
        clerk.page.goto(f"{city.url}/console/?synthetic={pictures}")
        clerk.signs_in(account, password)
        return clerk

    def writes(self, words: str) -> None:
        """Send a line of 筆談."""
        self.page.locator(".chat textarea").first.fill(words)
        self.page.keyboard.press("Control+Enter")
