"""Kept stills and shared pages through real sockets: bounded, for the clerk of the call, sealed or kept nowhere."""

import io
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.server.http.rig import Browser, house
from tests.server.http.test_forms import in_call

pytestmark = pytest.mark.slow


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (250, 250, 250)).save(out, kind)
    return out.getvalue()


async def send(clerk: Browser, path: str, about: dict[str, Any], file: bytes) -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field("about", json.dumps(about))
    form.add_field("picture", io.BytesIO(file), filename="x", content_type="application/octet-stream")
    async with clerk.session.post(f"{clerk.server.url}{path}", data=form, headers=clerk.headers) as answer:
        return answer.status, await answer.json()


async def test_a_still_is_kept_with_a_reason_listed_shown_and_taken_out_again(tmp_path: Path):
    async with house(tmp_path) as home:
        clerk, _, _, ticket = await in_call(home)
        wish = {"ticket": ticket, "id": "s1", "why": "procedure", "masks": 1}
        for change, key in (
            ({"undecided": 1}, "still_undecided"),
            ({"why": "other", "note": "  "}, "still_no_reason"),
        ):
            status, said = await send(clerk, "/api/case/still", {**wish, **change}, picture())
            assert (status, said["error"]) == (422, key)
        status, said = await send(clerk, "/api/case/still", wish, b"GIF89a")
        assert (status, said["error"]) == (422, "still_no_picture")
        for _ in range(2):  # sent twice, kept once
            status, said = await send(clerk, "/api/case/still", wish, picture())
            assert status == 200
        assert [one["id"] for one in said["stills"]] == ["s1"]
        assert picture() == (await clerk.post("/api/case/still/picture", {"ticket": ticket, "id": "s1"}))[1]
        assert (await clerk.post("/api/case/picture", {"ticket": ticket, "paper": "receipt"}))[0] == 200
        status, said = await clerk.post("/api/case/still/drop", {"ticket": ticket, "id": "s1"})
        assert (status, said["stills"]) == (200, [])
        assert (await clerk.post("/api/case/still/picture", {"ticket": ticket, "id": "s1"}))[0] == 404


async def test_whoever_does_not_hold_the_call_keeps_and_sees_nothing(tmp_path: Path):
    async with house(tmp_path) as home:
        await in_call(home)
        other = await home.signed_in("suzuki")
        for path in ("/api/case/still", "/api/share/file"):
            about = {"ticket": "t-none", "id": "s1", "why": "procedure"}
            status, said = await send(other, path, about, picture())
            assert (status, said["error"]) == (409, "not_your_call")


async def test_samples_and_pictures_become_pages_and_what_cannot_says_why(tmp_path: Path):
    async with house(tmp_path) as home:
        clerk, _, _, ticket = await in_call(home)
        rows = (await clerk.get("/api/share/samples"))[1]["samples"]
        assert len(rows) >= 3
        for row in rows:
            status, said = await clerk.post("/api/share/sample", {"ticket": ticket, "sample": row["id"]})
            assert status == 200, said
            (page,) = said["pages"]
            assert (page["width"], page["height"]) == (1600, 1132)
        assert (await clerk.post("/api/share/sample", {"ticket": ticket, "sample": "no"}))[0] == 404
        status, said = await send(clerk, "/api/share/file", {"ticket": ticket}, picture("PNG"))
        assert (status, [page["width"] for page in said["pages"]]) == (200, [300])


async def test_a_file_that_is_too_large_is_said_so_before_it_is_read(tmp_path: Path):
    async with house(tmp_path) as home:
        clerk, _, _, ticket = await in_call(home)
        status, said = await send(clerk, "/api/share/file", {"ticket": ticket}, bytes(10_000_001))
        assert (status, said["error"]) == (413, "file_too_large")
        status, said = await send(clerk, "/api/share/file", {"ticket": ticket}, b"%PDF-1.7 nothing")
        assert (status, said["error"]) == (422, "pages_not_pdf")
        status, said = await send(clerk, "/api/share/file", {"ticket": ticket}, picture()[:400])
        assert (status, said["error"]) == (422, "pages_not_readable")
