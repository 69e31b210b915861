"""Papers arrive as strips below the size of a frame; here they become whole, or nothing."""

from collections.abc import Sequence

from hardware.ports import Bitmap
from server.protocol.messages import FormPicture, Paper

MOST_STRIPS = 64
MOST_PAPERS = 4


class PaperTray:
    """The papers that have arrived and were not printed yet; a few, for a kiosk has one printer."""

    def __init__(self) -> None:
        self._strips: dict[str, tuple[Paper, ...]] = {}

    def add(self, paper: Paper) -> bool:
        """Take a strip; return True when it makes its paper whole. Strips come in order; a first one begins anew."""
        before = self._strips.pop(paper.order, ()) if paper.index else ()
        if paper.index == 0:
            self._strips.pop(paper.order, None)
        fits = paper.index == len(before) and paper.index < paper.count <= MOST_STRIPS
        if not fits or any((s.width, s.count) != (paper.width, paper.count) for s in before[:1]):
            return False
        if paper.width % 8 or not paper.rows or len(paper.rows) % (paper.width // 8):
            return False
        while len(self._strips) >= MOST_PAPERS:
            del self._strips[next(iter(self._strips))]
        self._strips[paper.order] = (*before, paper)
        return paper.index + 1 == paper.count

    def take(self, order: str) -> Bitmap | None:
        """Hand out a whole paper and keep nothing of it."""
        strips: Sequence[Paper] = self._strips.pop(order, ())
        if not strips or len(strips) != strips[0].count:
            return None
        return Bitmap(width=strips[0].width, rows=b"".join(strip.rows for strip in strips))

    def empty(self) -> None:
        """Keep nothing."""
        self._strips.clear()


class PictureTray:
    """The pages of the form that is read back, as they arrive; they become whole, or nothing."""

    def __init__(self) -> None:
        self._parts: list[FormPicture] = []

    def add(self, part: FormPicture) -> tuple[bytes, ...] | None:
        """Take a part; return all pages when it is the last. A first part begins anew."""
        if part.page == 0 and part.index == 0:
            self._parts = []
        last = self._parts[-1] if self._parts else None
        if not _follows(last, part):
            self._parts = []
            return None
        self._parts.append(part)
        if (part.page + 1, part.index + 1) != (part.pages, part.count):
            return None
        pages = [b""] * part.pages
        for one in self._parts:
            pages[one.page] += one.data
        self._parts = []
        return tuple(pages)

    def empty(self) -> None:
        """Keep nothing."""
        self._parts = []


def _follows(last: FormPicture | None, part: FormPicture) -> bool:
    if last is None:
        return part.page == 0 and part.index == 0
    if (last.ticket, last.revision, last.pages) != (part.ticket, part.revision, part.pages):
        return False
    if part.page == last.page:
        return part.count == last.count and part.index == last.index + 1
    return last.index + 1 == last.count and part.page == last.page + 1 and part.index == 0
