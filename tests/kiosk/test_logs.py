"""The log bundle: our own lines, oldest first, in parts below a frame."""

import base64
import logging
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from kiosk import logs
from server.protocol.messages import MAX_FRAME


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """Give the root logger back as it was, with the files closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level = handlers, level


def test_lines_reach_the_file_and_debug_does_not(tmp_path: Path, root: logging.Logger):
    kept = root.handlers[:]
    root.handlers[:] = []
    logs.set_up(tmp_path, "DEBUG")
    logging.getLogger("kiosk.runner").info("Idle -> %s", "Choosing")
    logging.getLogger("kiosk.runner").debug("a frame")
    text = zlib.decompress(logs.bundle(tmp_path)).decode()
    assert "Idle -> Choosing" in text
    assert "a frame" not in text
    root.handlers += kept


def test_a_bundle_is_cut_into_parts_that_fit_a_frame_and_make_the_whole_again():
    data = os.urandom(100_001)
    parts = logs.parts("d1", data)
    assert [(part.index, part.count) for part in parts] == [(0, 3), (1, 3), (2, 3)]
    assert b"".join(part.data for part in parts) == data
    for part in parts:
        encoded = msgspec.json.encode(part)
        assert len(encoded) <= MAX_FRAME
        assert base64.b64decode(msgspec.json.decode(encoded)["data"]) == part.data


def test_an_error_is_told_by_its_class_and_place_and_never_by_its_words(root: logging.Logger):
    told: list[tuple[str, datetime]] = []
    faults = logs.Faults(lambda what, when: told.append((what, when)))
    root.addHandler(faults)
    log = logging.getLogger("kiosk.calls")
    try:
        logs.set_up(Path(os.devnull), "INFO")
    except FileExistsError:
        log.exception("of %s", "山田")
    log.error("of %s", "山田")
    log.warning("nobody's errand")
    (first, _), (second, when) = told
    assert first.startswith("FileExistsError at kiosk.logs:")
    assert second.startswith("Error at kiosk.calls:")
    assert when.tzinfo is not None


def test_nothing_logged_is_still_a_bundle(tmp_path: Path):
    (part,) = logs.parts("d1", logs.bundle(tmp_path))
    assert zlib.decompress(part.data) == b""
    assert len(logs.parts("d1", b"")) == 1


def test_older_files_come_first(tmp_path: Path):
    (tmp_path / logs.FILE).write_text("new\n")
    (tmp_path / f"{logs.FILE}.1").write_text("old\n")
    assert zlib.decompress(logs.bundle(tmp_path)) == b"old\nnew\n"
