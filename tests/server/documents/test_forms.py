"""Forms on paper say what was typed, whatever it was; the same form is the same bytes; a 控え names nobody."""

import io
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from msgspec.structs import replace
from PIL import Image

from server.core.forms import looking
from server.core.forms.content import Cell, Content, cells
from server.core.forms.state import FormState, Open, Put
from server.core.forms.step import begin
from server.core.forms.taking import Letters
from server.documents import forms as paper
from server.documents.forms import FormFrame, form_pages, form_pdf, form_receipt
from server.documents.letters import letters, printable
from server.documents.papers import WIDTH, PaperFailed, Papers
from tests import forms
from tests.forms import go, put

pytestmark = pytest.mark.slow  # typst and the fonts

BOOK = forms.book()
FAMILY = forms.family(BOOK)
FRAME = FormFrame(
    city="見本市", site="北公民館", number=12, at=forms.AT, telephone="0157-00-0000", hours="平日 午前9時から"
)
NASTY = [
    '#read("/etc/passwd")', '#panic("x")', "*太い* _斜め_ `コード` $x^2$", "#set page(width: 1pt)", "<label> @ref \\u{41} \\ //x /* y */",
    "= 見出し - 項目 + 番号 / 語: 説明", '"}],"title":"x', "~ -- --- ... 'a' \"b\"", "#let it = none", "[[]] {{}} ;;", "𠮷髙﨑神 ㍿①",
    "ملك שלום", "e\u0301 ạ\u0302", "葛\U000e0100城", "あ" * 200, "W" * 60, "😀👨‍👩‍👧", "%PDF-1.7", "=1+1", "/Type /Catalog",
]  # fmt: skip


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers()


@pytest.fixture(scope="module")
def known() -> Letters:
    return letters()


def read(pdf: bytes) -> str:
    """Read a PDF back, without the white space that its lines made."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return squeezed("".join(pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\ufffe\u00ad\x00]+", "", text)


def content(form: str, state: FormState = FAMILY) -> Content:
    return looking.content(BOOK, BOOK.forms[form], state)


@pytest.mark.parametrize("form", sorted(BOOK.forms))
def test_every_value_of_a_form_can_be_read_on_its_paper_and_qpdf_finds_nothing_wrong(
    papers: Papers, known: Letters, form: str
):
    state = go(BOOK, FAMILY, Open(form=form), *put(old_head="見本　太郎"))
    filed = forms.last(forms.signed(BOOK, state, form))
    pdf = form_pdf(papers, filed, FRAME, known)
    text = read(pdf)
    for cell in cells(filed.content):
        assert squeezed(cell.shown) in text, cell.slot
    assert filed.sha256 in text
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        with document.open_metadata() as claimed:
            assert (claimed["pdfaid:part"], claimed["pdfaid:conformance"]) == ("2", "B")
        for value in document.docinfo.values():
            assert "見本" not in str(value)  # no name in the properties of a file


@pytest.mark.parametrize("raw", NASTY)
def test_hostile_text_comes_out_as_the_text_it_is(papers: Papers, known: Letters, raw: str):
    state = go(BOOK, begin(BOOK), Open(form="shomei_togo"))
    field = replace(BOOK.dictionary.fields["cert_to"], most=200)
    book = replace(
        BOOK, dictionary=replace(BOOK.dictionary, fields={**BOOK.dictionary.fields, "cert_to": field})
    )
    state = go(book, state, Put(slot="cert_to", raw=raw))
    kept = state.entries["cert_to"].value
    text = read(form_pdf(papers, looking.content(book, book.forms["shomei_togo"], state), FRAME, known))
    assert folded(printable(kept, known)) in folded(text)


def test_hostile_text_in_every_place_at_once_is_still_one_valid_paper(papers: Papers, known: Letters):
    """The engine refuses most of this; the papers do not rely on it."""
    raw = "#panic(1) *x* \\ \"'<@> 𠮷😀"
    plain = content("tennyu_todoke")

    def spoilt(cell: Cell) -> Cell:
        return replace(cell, shown=raw, value=raw, label=raw, origin=raw, ticks=())

    hostile = replace(
        plain,
        title=raw,
        addressee=raw,
        declaration=raw,
        notes=(raw,),
        office=(raw,),
        header=tuple(map(spoilt, plain.header)),
        blocks=tuple(
            replace(
                block,
                label=raw,
                cells=tuple(map(spoilt, block.cells)),
                rows=tuple(tuple(map(spoilt, row)) for row in block.rows),
            )
            for block in plain.blocks
        ),
    )
    pdf = form_pdf(papers, hostile, replace(FRAME, city=raw, site=raw), known)
    assert read(pdf).count("#panic(1)*x*\\\"'<@>𠮷〓") > 30
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []


def test_a_letter_no_font_has_is_a_geta_with_its_number(papers: Papers, known: Letters):
    state = go(BOOK, FAMILY, *put(cert_to="年金😀"))
    text = read(form_pdf(papers, forms.last(forms.signed(BOOK, state, "shomei_togo")), FRAME, known))
    assert "年金〓" in text
    assert "〓=U+1F600" in text


def test_the_same_form_is_the_same_bytes_with_a_fresh_renderer_too(papers: Papers, known: Letters):
    filed = forms.last(forms.signed(BOOK, FAMILY, "tennyu_todoke"))
    first = form_pdf(papers, filed, FRAME, known)
    form_pdf(papers, content("jido_teate"), FRAME, known)
    assert form_pdf(Papers(), filed, replace(FRAME, at=0.0), known) == first


def test_who_could_not_write_has_the_clerks_word_where_the_signature_would_be(papers: Papers, known: Letters):
    filed = forms.last(forms.attested(BOOK, FAMILY, "tennyu_todoke", note="右手に けが"))
    text = read(form_pdf(papers, filed, FRAME, known))
    assert "佐藤（sato）" in text
    assert "手が動かしにくい（右手にけが）" in text
    assert "署名が できないため".replace(" ", "") in text


def test_a_draft_says_so_and_a_correction_says_so(papers: Papers, known: Letters):
    assert "下書き" in read(form_pdf(papers, content("tennyu_todoke"), FRAME, known))
    filed = forms.last(forms.signed(BOOK, FAMILY, "tennyu_todoke"))
    text = read(form_pdf(papers, replace(filed, content=replace(filed.content, copy=2)), FRAME, known))
    assert "下書き" not in text
    assert "訂正1" in text


def test_a_field_the_template_leaves_out_or_does_not_find_stops_the_paper(papers: Papers, known: Letters):
    plain = content("tennyu_todoke")
    block = plain.blocks[0]
    more = replace(block.cells[0], slot="forgotten")
    left_out = replace(plain, blocks=(replace(block, cells=(*block.cells, more)), *plain.blocks[1:]))
    assert "not on the paper: forgotten" in (paper.trial(papers, left_out, known) or "")
    missing = replace(plain, blocks=(replace(block, cells=block.cells[1:]), *plain.blocks[1:]))
    assert "moved_on" in (paper.trial(papers, missing, known) or "")
    for broken in (left_out, missing, replace(plain, template="no_such")):
        with pytest.raises(PaperFailed) as caught:
            form_pdf(papers, broken, FRAME, known)
        assert "見本" not in str(caught.value)


def test_the_pages_for_the_screen_are_the_pages_of_the_paper(papers: Papers, known: Letters):
    pages = form_pages(papers, content("tennyu_todoke"), FRAME, known, ppi=72)
    assert [Image.open(io.BytesIO(page)).size for page in pages] == [(595, 842)]


def test_a_copy_on_80_mm_is_as_wide_as_the_printer_and_the_same_whoever_applied(
    papers: Papers, known: Letters
):
    somebody = go(
        BOOK,
        FAMILY,
        *put(name="別人 一郎", kana="ベツジン イチロウ", birth="昭和19年5月3日", sex="male", address="別の町9-9", phone="0157-23-1111"),
        *put(old_address="どこか1-1", head_name="別人 二郎", member__3__name="別人 三郎", target_name="別人 一郎", bank="別"),
    )  # fmt: skip
    for form in forms.FAMILY_FORMS:
        one = form_receipt(papers, content(form), FRAME, known)
        assert one.width == WIDTH
        assert form_receipt(papers, content(form, somebody), FRAME, known) == one


def test_the_fonts_have_the_letters_of_names(known: Letters):
    assert all(ord(c) in known.main for c in "髙﨑辻邉ー〓□")
    assert ord("𠮷") in known.any
    assert ord("𠮷") not in known.main
    assert ord("😀") not in known.any


def test_no_fonts_no_letters(tmp_path: Path):
    assert letters(tmp_path) == Letters()


def folded(text: str) -> str:
    """Compare by shape: a PDF writes one code for letters that look the same, and turns Arabic and Hebrew around."""
    return (
        "".join(sorted(_graphic(unicodedata.normalize("NFKC", squeezed(text)))))
        if _rtl(text)
        else unicodedata.normalize("NFKC", squeezed(text))
    )


def _rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def _graphic(text: Iterable[str]) -> Iterable[Any]:
    return (c for c in text if not unicodedata.combining(c))
