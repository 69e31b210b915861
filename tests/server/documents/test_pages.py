"""A PDF becomes pictures or a reason; what is in the file can do nothing else."""

import asyncio
import io
import zlib
from pathlib import Path

import pytest
import typst
from PIL import Image

from server.documents.pages import LARGEST, LONG_SIDE, MOST_PAGES, NoPages, draw

pytestmark = pytest.mark.slow


def pdf(source: str) -> bytes:
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


async def why(file: bytes) -> str:
    with pytest.raises(NoPages) as refusal:
        await draw(file)
    return refusal.value.why


def raw(*objects: bytes) -> bytes:
    """Return a PDF by hand: objects are numbered from 1, the first is the catalogue."""
    out = b"%PDF-1.7\n"
    at: list[int] = []
    for number, body in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in at)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, len(out),
    )  # fmt: skip


async def test_every_page_becomes_a_picture_with_what_is_on_it():
    pages = await draw(
        pdf(
            "#set page(width: 210mm, height: 297mm, fill: white)\n= A\n#pagebreak()\n#rect(width: 100%, height: 100%, fill: red)"
        )
    )
    assert [max(page.width, page.height) for page in pages] == [LONG_SIDE, LONG_SIDE]
    red = Image.open(io.BytesIO(pages[1].jpeg)).getpixel((pages[1].width // 2, pages[1].height // 2))
    assert isinstance(red, tuple)
    assert red[0] > 200
    assert red[1] < 120
    assert repr(pages[0]) == f"<Page {pages[0].width}x{pages[0].height}>"


async def test_what_is_no_pdf_is_too_large_or_has_too_many_pages_is_said_so():
    assert await why(b"") == "not_pdf"
    assert await why(b"%PDF-1.7 and then nothing") == "not_pdf"
    assert await why(b"<script>alert(1)</script>") == "not_pdf"
    assert await why(bytes(LARGEST + 1)) == "too_large"
    assert await why(pdf("#pagebreak()\n" * MOST_PAGES)) == "too_many_pages"


async def test_a_damaged_file_is_called_damaged_and_not_too_heavy():
    short = raw(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 5>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>",
    )
    assert await why(short) == "not_readable"


async def test_a_page_as_large_as_a_field_is_drawn_small():
    (page,) = await draw(pdf("#set page(width: 10000mm, height: 100mm)\nA"))
    assert (page.width, page.height) == (LONG_SIDE, LONG_SIDE // 100)


async def test_a_bomb_costs_one_process_and_nothing_more():
    # Ten megabytes of zeros in ten kilobytes, filtered three times over: 10 GB if anybody unpacked it all.
    data = bytes(10_000_000)
    for _ in range(3):
        data = zlib.compress(data, 9)
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter[/FlateDecode/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(data), data)
    )
    content = b"q 500 0 0 500 0 0 cm /I Do Q"
    bomb = raw(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        picture,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    )
    found = await asyncio.gather(draw(bomb), return_exceptions=True)
    match found[0]:
        case NoPages(why=why_not):
            assert why_not == "too_heavy"
        case BaseException() as error:
            raise error
        case pages:
            assert [(page.width, page.height) for page in pages] == [(LONG_SIDE, LONG_SIDE)]


async def test_scripts_and_launches_in_the_file_do_nothing(tmp_path: Path):
    trace = tmp_path / "trace"
    script = b"app.launchURL('file://%s'); this.exportDataObject({cName:'x'});" % str(trace).encode()
    hostile = raw(
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(%s)>>/AA<</WC<</S/Launch/F(%s)>>>>>>"
        % (script, b"/bin/touch"),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/AA<</O<</S/Launch/F(/bin/touch)>>>>>>",
    )
    (page,) = await draw(hostile)
    assert (page.width, page.height) == (LONG_SIDE, LONG_SIDE)
    assert not trace.exists()
