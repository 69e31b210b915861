"""How long a form takes on its way to paper: PDF, 80 mm copy, screen pages, and what a typed letter costs before it is shown.

Every paper has other values than the one before, so that nothing is only remembered by the renderer.
"""

import time
from collections.abc import Callable

from tests.bench.table import Row, spread

ROUNDS = 25


def measure() -> list[Row]:
    """Time forms of a family of four and its checklist, warm."""
    from server.core.forms import looking
    from server.core.forms.state import Put
    from server.documents.checklist import Frame, checklist_pdf, checklist_receipt
    from server.documents.forms import FormFrame, form_pages, form_pdf, form_receipt
    from server.documents.letters import letters
    from server.documents.papers import Papers
    from server.procedures.load import SHIPPED
    from server.procedures.load import load as load_procedures
    from tests import forms
    from tests.server.documents.test_checklist import made

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
    life, judged = made(load_procedures(SHIPPED), "tennyu", "woman of 82 with a dog")
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
        *_timed("checklist PDF", lambda n: checklist_pdf(papers, life, judged, frames[n]), 100.0),
        *_timed("checklist, 80 mm", lambda n: checklist_receipt(papers, life, judged, frames[n]), 150.0),
        *_timed("one field typed, laid out and judged", typed, 10.0),
    ]


def _timed(what: str, work: Callable[[int], object], target: float | None) -> list[Row]:
    work(0), work(1)  # the first two are cold
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
