"""A clerk's PDF or picture becomes pictures of its pages, and nothing else of it ever reaches a resident.

The file comes from anywhere and may be a bomb, so it is opened in a process of its own that can neither write files,
start others, nor use more memory and processor time than pages of paper need. PDFium is built without JavaScript.
"""

import asyncio
import contextlib
import io
import resource
import sys
from typing import Any, Literal, cast

import msgspec
from PIL.Image import Image

LARGEST = 10_000_000
"""Bytes of a file."""
MOST_PAGES = 30
MOST_DOTS = 40_000_000
LONG_SIDE = 1600
"""Dots of a page's longer side: an A4 page at about 137 dpi, sharp at twice the size of paper on a kiosk's screen."""

_MEMORY = 768 * 1024 * 1024
_SECONDS = 15
_QUALITY = 82

Why = Literal["too_large", "not_pdf", "not_readable", "locked", "too_many_pages", "too_heavy"]


class Page(msgspec.Struct, frozen=True):
    """One page as JPEG."""

    width: int
    height: int
    jpeg: bytes

    def __repr__(self) -> str:
        return f"<Page {self.width}x{self.height}>"


class NoPages(Exception):
    """The file cannot be shown; `why` is a key of the API's texts."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class _Refused(msgspec.Struct, frozen=True, tag="refused"):
    why: Why


class _Drawn(msgspec.Struct, frozen=True, tag="drawn"):
    pages: list[Page]


_answer: msgspec.msgpack.Decoder[_Refused | _Drawn] = msgspec.msgpack.Decoder(_Refused | _Drawn)


async def draw(pdf: bytes) -> tuple[Page, ...]:
    """Return every page of a PDF, or a PNG or JPEG, as a picture. Raises NoPages."""
    if len(pdf) > LARGEST:
        raise NoPages("too_large")
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}; from server.documents.pages import work; work()",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env={},
    )  # fmt: skip
    try:
        async with asyncio.timeout(2 * _SECONDS):
            out, _ = await worker.communicate(pdf)
    except TimeoutError:
        raise NoPages("too_heavy") from None
    finally:
        if worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
    if worker.returncode != 0:  # a limit struck, or the file made the library stumble
        raise NoPages("too_heavy")
    match _answer.decode(out):
        case _Refused(why=why):
            raise NoPages(why)
        case _Drawn(pages=pages):
            return tuple(pages)


def work() -> None:
    """Be the limited process: a PDF on stdin, the answer on stdout."""
    import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  before the limits: it maps its library

    for limit, value in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    pdf = sys.stdin.buffer.read(LARGEST + 1)
    if pdf.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        sys.stdout.buffer.write(msgspec.msgpack.encode(_picture(pdf)))
        sys.stdout.buffer.flush()
        return
    try:
        document = cast(Any, pypdfium2.PdfDocument(pdf))
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        answer = _Refused("locked" if locked else "not_pdf")
    else:
        try:
            answer = _Refused("too_many_pages") if len(document) > MOST_PAGES else _Drawn(_pages(document))
        except pypdfium2.PdfiumError:  # a page that is named and is not there, or cannot be drawn
            answer = _Refused("not_readable")
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()


def _picture(data: bytes) -> _Refused | _Drawn:
    """Draw a photo or a scan anew: turned as its camera was held, and without what else was in the file."""
    from PIL import Image as Images
    from PIL import ImageOps

    try:
        with Images.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_DOTS:
                return _Refused("too_heavy")
            picture = ImageOps.exif_transpose(image).convert("RGBA")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Images.DecompressionBombError,
    ):  # what Pillow says of a broken file
        return _Refused("not_readable")
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    white = Images.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture)
    return _Drawn([_page(white)])


def _page(picture: Image) -> Page:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return Page(picture.width, picture.height, out.getvalue())


def _pages(document: Any) -> list[Page]:
    drawn: list[Page] = []
    for number in range(len(document)):
        page = document[number]
        points = max(*page.get_size(), 1.0)
        picture: Image = page.render(scale=LONG_SIDE / points, may_draw_forms=False).to_pil().convert("RGB")
        drawn.append(_page(picture))
    return drawn
