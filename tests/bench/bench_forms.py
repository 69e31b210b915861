"""How long a form takes on its way to paper: PDF, 80 mm copy, screen pages, and what a typed letter costs before it is shown.

Every paper has other values than the one before, so that nothing is only remembered by the renderer.
"""

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.table import Row, spread

ROUNDS = 25
TYPED = 60
WHEN_TYPED = """document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.typed = performance.timeOrigin + performance.now(); }, { capture: true })"""
WHEN_SEEN = """text => { window.seen = new Promise((done) => {
  const look = () => window.elements("k-form").some((form) => form.shadowRoot.textContent.includes(text))
    ? done(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
  look(); }); }"""
"""The clocks of two pages on one machine are one clock; what is seen is looked for before each frame that is drawn."""


def measure() -> list[Row]:
    """Time forms of a family of four and its checklist, warm."""
    from server.core.checklist.sheet import sheet
    from server.core.forms import looking
    from server.core.forms.state import Put
    from server.documents.checklist import Frame, checklist_pdf, checklist_receipt
    from server.documents.forms import FormFrame, form_pages, form_pdf, form_receipt
    from server.documents.letters import letters
    from server.documents.papers import Papers
    from server.procedures.calendar import open_days
    from server.procedures.load import SHIPPED
    from server.procedures.load import load as load_procedures
    from tests import forms
    from tests.server.documents.test_checklist import made
    from tests.server.procedures.households import HOUSEHOLDS, TODAY

    book, papers = forms.book(), Papers()
    known, frame = letters(), FormFrame(city="見本市", site="北公民館", number=12, at=forms.AT)
    family = forms.family(book)
    filed = [
        forms.last(
            forms.signed(
                book,
                forms.go(book, family, Put(slot="address", raw=f"見本市中央{n}丁目{n}番{n}号")),
                "tennyu_todoke",
            )
        )
        for n in range(1, ROUNDS + 3)
    ]
    catalogue = load_procedures(SHIPPED)
    judged = made(catalogue, "tennyu", "woman of 82 with a dog")
    largest = max(catalogue.events.values(), key=lambda event: len(event.procedures))
    days, households = open_days(catalogue.common.closed_days, TODAY), tuple(HOUSEHOLDS[largest.id].values())
    frames = [Frame(city="見本市", number=n, at=forms.AT, code=f"4839{n:02d}") for n in range(1, ROUNDS + 3)]

    def typed(n: int) -> None:
        after = forms.go(book, family, Put(slot="phone", raw=f"09012345{n:03d}"))
        looking.content(book, book.forms["tennyu_todoke"], after)
        looking.problems(book, book.forms["tennyu_todoke"], after)

    return [
        *_timed(
            "form PDF, four people, two pages", lambda n: form_pdf(papers, filed[n], frame, known), 100.0
        ),
        *_timed("form copy, 80 mm", lambda n: form_receipt(papers, filed[n], frame, known), 150.0),
        *_timed("form pages, 144 ppi PNG", lambda n: form_pages(papers, filed[n], frame, known), None),
        *_timed(
            f"checklist of {largest.id}, {len(largest.procedures)} procedures, judged",
            lambda n: sheet(catalogue, largest, households[n % len(households)], TODAY, days),
            5.0,
        ),
        *_timed("checklist PDF", lambda n: checklist_pdf(papers, judged, frames[n]), 100.0),
        *_timed("checklist, 80 mm", lambda n: checklist_receipt(papers, judged, frames[n]), 150.0),
        *_timed("one field typed, laid out and judged", typed, 10.0),
        *_to_the_screen(),
    ]


def _timed(what: str, work: Callable[[int], object], target: float | None) -> list[Row]:
    for cold in (0, 1):
        work(cold)
    waited: list[float] = []
    worked: list[float] = []
    for n in range(2, ROUNDS + 2):
        wall, processor = time.perf_counter(), time.process_time()
        work(n)
        waited.append(1e3 * (time.perf_counter() - wall))
        worked.append(1e3 * (time.process_time() - processor))
    middle, high = spread(waited)
    # On a busy machine the clock says how busy it is; processor time, of all threads together, says what the work is.
    note = f"p95 {high:.0f}; processor time {spread(worked)[0]:.0f}"
    return [Row(bench="forms", what=what, value=middle, unit="ms", target=target, note=note)]


def _to_the_screen() -> list[Row]:
    """Time a field from the clerk's key to the resident's eyes: both pages in Chromium, the kiosk's own agent, TLS."""
    from playwright.sync_api import sync_playwright

    from tests.rig import CHROMIUM, FLAGS
    from tests.stories.form_work import field
    from tests.stories.house import opened

    with (
        tempfile.TemporaryDirectory(prefix="komado-bench-") as folder,
        sync_playwright() as play,
        play.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
        opened(browser, Path(folder)) as house,
    ):
        resident, clerk = house.resident(), house.clerk()
        house.talk(resident, clerk)
        clerk.page.keyboard.press("Alt+KeyB")
        clerk.page.get_by_role("button", name=re.compile("^転居届")).click()
        phone = field(clerk.page, "address")
        phone.wait_for()
        clerk.page.evaluate(WHEN_TYPED)
        took: list[float] = []
        for n in range(TYPED + 2):
            text = f"見本市中央{n + 1}丁目"
            resident.page.evaluate(WHEN_SEEN, text)
            phone.fill(text)
            phone.press("Enter")
            seen = resident.page.evaluate("window.seen")
            took.append(seen - clerk.page.evaluate("window.typed"))
        house.ends(clerk, resident)
    middle, high = spread(took[2:])
    what, note = (
        "field typed to the resident's screen",
        f"{TYPED} values, two Chromium pages and the agent on this machine",
    )
    return [
        Row(bench="forms", what=f"{what}, p50", value=middle, unit="ms", target=150.0, note=note),
        Row(bench="forms", what=f"{what}, p95", value=high, unit="ms", target=150.0, note=note),
    ]
