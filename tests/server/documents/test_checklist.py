"""The checklist on paper: per counter, with days and belongings, and without a word that gives somebody away."""

import io
import re

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest

from server.core.checklist.catalogue import Catalogue
from server.core.checklist.sheet import Sheet, sheet
from server.documents.checklist import Frame, checklist_pages, checklist_pdf, checklist_receipt
from server.documents.papers import WIDTH, Papers, png
from server.procedures.calendar import open_days
from server.procedures.load import SHIPPED, load
from tests.server.procedures.households import HOUSEHOLDS, TODAY, said

pytestmark = pytest.mark.slow  # typst and the fonts

FRAME = Frame(
    city="見本市", site="北公民館", number=12, at=1795480000.0, telephone="0157-00-0000", code="483921"
)


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(SHIPPED)


def made(catalogue: Catalogue, event: str, household: str) -> Sheet:
    life = catalogue.events[event]
    days = open_days(catalogue.common.closed_days, TODAY)
    return sheet(catalogue, life, HOUSEHOLDS[event][household], TODAY, days)


def read(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return re.sub(
            r"[\s\ufffe\x00]+", "", "".join(page.get_textpage().get_text_range() for page in document)
        )


def test_every_line_needed_stands_with_its_counter_its_day_in_both_calendars_and_what_to_bring(
    papers: Papers, catalogue: Catalogue
):
    judged = made(catalogue, "tennyu", "woman of 82 with a dog")
    text = read(checklist_pdf(papers, judged, FRAME))
    needed = [line for line in judged.lines if line.state == "needed"]
    assert len(needed) == 11
    for line in needed:
        assert line.name.replace(" ", "") in text
        assert line.counter.name.replace(" ", "") in text
        for thing in line.bring:
            assert thing.name.replace(" ", "") in text
    assert "令和8年(2026年)12月7日(月)" in text
    assert "過ぎると認定を最初からやり直し" in text
    assert "前の町に届けた日から30日を過ぎたときも" in text  # what the city warns of
    for line in judged.lines:
        if line.state == "not_needed":
            assert line.name.replace(" ", "") not in text


def test_what_must_not_be_printed_is_not_even_when_the_caller_forgot(papers: Papers, catalogue: Catalogue):
    life = catalogue.events["tennyu"]
    days = open_days(catalogue.common.closed_days, TODAY)
    judged = sheet(catalogue, life, said("seiho", ""), TODAY, days)
    assert any(line.print == "hide_name" and line.state == "needed" for line in judged.lines)
    text = read(checklist_pdf(papers, judged, FRAME))
    assert "生活の相談" not in text
    assert "生活保護" not in text
    assert "職員がご案内した手続き" in text


def test_it_is_a_sound_pdf_a_and_the_same_bytes_again(papers: Papers, catalogue: Catalogue):
    judged = made(catalogue, "tennyu", "family with a pupil and a baby")
    pdf = checklist_pdf(papers, judged, FRAME)
    assert checklist_pdf(papers, judged, FRAME) == pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        with document.open_metadata() as claimed:
            assert (claimed["pdfaid:part"], claimed["pdfaid:conformance"]) == ("2", "B")
        assert len(checklist_pages(papers, judged, FRAME, ppi=36)) == len(document.pages)


def test_the_code_on_80_mm_is_read_by_a_scanner_and_holds_nothing_else(papers: Papers, catalogue: Catalogue):
    judged = made(catalogue, "tennyu", "family with a pupil and a baby")
    raster = checklist_receipt(papers, judged, FRAME)
    assert raster.width == WIDTH
    picture = cv2.imdecode(np.frombuffer(png(raster), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    found, *_ = cv2.QRCodeDetector().detectAndDecode(picture[-1400:])
    assert found == "483921"


def test_without_a_number_a_code_or_a_telephone_the_papers_are_made_all_the_same(
    papers: Papers, catalogue: Catalogue
):
    for event, households in HOUSEHOLDS.items():
        judged = made(catalogue, event, next(iter(households)))
        bare = Frame(city="見本市", at=FRAME.at)
        assert checklist_receipt(papers, judged, bare).height > 400
        assert checklist_pdf(papers, judged, bare).startswith(b"%PDF")
