"""A notice to the back office as a package: what is to be done, and the paper itself where there is one."""

import csv
import hashlib
import io

import msgspec

from server.core.notices import Notice
from server.forms.export import Manifest, Package, Part, harmless

COLUMNS = ("kind", "number", "day", "site", "item", "before", "after", "postal", "address", "name")


def pack_notice(notice: Notice, picture: bytes) -> Package:
    """Make the package of a notice; `picture` is the paper to send (PNG), dot for dot as it would have been printed."""
    body = msgspec.json.encode(notice, order="deterministic")
    sha256 = hashlib.sha256(body + picture).hexdigest()
    files = {"notice.json": msgspec.json.format(body), "notice.csv": _csv(notice)}
    if picture:
        files["paper.png"] = picture
    manifest = Manifest(
        key=f"{notice.kind}-{sha256[:16]}",
        form=notice.kind,
        version="1",
        copy=1,
        content_sha256=sha256,
        parts=tuple(
            Part(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
            for name, data in files.items()
        ),
    )
    text = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"))
    return Package(manifest=manifest, files={**files, "manifest.json": text})


def _csv(notice: Notice) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    where = (notice.kind, str(notice.number), notice.day, notice.site)
    to = (notice.to.postal, notice.to.address, notice.to.name)
    rows = [(one.name, one.before, one.after) for one in notice.changes] or [(notice.paper, "", "by_mail")]
    for row in rows:
        writer.writerow([harmless(text) for text in (*where, *row, *to)])
    return out.getvalue().encode("utf-8-sig")
