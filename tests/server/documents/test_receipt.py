"""控え: what somebody reads in it is what was read, seen, kept and handed on, and nothing that is not so."""

import re
import unicodedata
from typing import get_args

import pypdfium2 as pdfium
import pytest

from server.core.checklist.receipt import Kept, Receipt, What
from server.documents.papers import Papers
from server.documents.receipt import ReceiptPaper, receipt_data
from tests.papers import wall

pytestmark = pytest.mark.slow

UNTIL = wall(10, 0)


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers()


def read(papers: Papers, receipt: Receipt) -> str:
    """Set it as it is printed, and return its words without spaces."""
    paper = ReceiptPaper(
        city="見本市", site="北公民館", number=12, at=wall(9, 0), telephone="0000-00-0000", receipt=receipt
    )
    with pdfium.PdfDocument(papers.pdf("receipt", receipt_data(paper), wall(9, 0))) as document:
        words = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))


def test_every_kind_of_thing_that_is_kept_stands_there_with_its_day(papers: Papers):
    kept = tuple(Kept(what=what, count=2, until=UNTIL) for what in get_args(What))
    there = read(papers, Receipt(card_read=True, kept=kept)).partition("残しておくもの")[2]
    assert there.count("まで") == len(kept) == there.count("(2件)")
    assert there.count("11月20日") == len(kept)
    assert "この日をすぎると、この窓口の鍵をこわします。" in there


def test_a_face_or_a_certificate_that_was_read_is_named_and_the_card_never_called_unread(papers: Papers):
    nothing = read(papers, Receipt(card_read=False, kept=()))
    assert "カードは読んでいません。" in nothing
    assert "鍵をこわします" not in nothing
    proved = read(papers, Receipt(card_read=False, card_also=("photo", "certificate"), kept=()))
    assert "カードの顔写真" in proved
    assert "本人確認の電子証明書" in proved
    assert "カードは読んでいません。" not in proved


def test_what_the_back_office_gets_is_said_to_stay_there_after_our_day(papers: Papers):
    forms = (Kept(what="forms", count=1, until=UNTIL),)
    assert "市役所の担当へ" not in read(papers, Receipt(card_read=False, kept=forms))
    there = read(papers, Receipt(card_read=False, kept=forms, handed=1)).partition("市役所の担当へ")[2]
    assert "上の日をすぎても残ります。" in there
