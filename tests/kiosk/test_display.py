"""The page's server: this machine only, one page, whole displays, and a page that falls silent is replaced."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from kiosk.display import DisplayServer, PageConnected, PageLost, ScreenNews, new_token
from server.protocol.screen import Attract, Confirm, Display, PageAlive, Touched
from tests.kiosk.page import Page
from tests.kiosk.scripted import until

pytestmark = pytest.mark.slow


class Served:
    """A display server and what its page said."""

    def __init__(self, **settings: object) -> None:
        self.news: list[ScreenNews] = []
        self.server = DisplayServer(port=0, token=new_token(), **settings)  # pyright: ignore[reportArgumentType]

    @property
    def origin(self) -> str:
        parts = urlsplit(self.server.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def token(self) -> str:
        return urlsplit(self.server.url).fragment


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served = Served()
    await served.server.start(served.news.append)
    yield served
    await served.server.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def display(seq: int = 1, **more: object) -> Display:
    return Display(seq=seq, city="見本市", site="北公民館", telephone="0", screen=Attract(open=True), **more)  # pyright: ignore[reportArgumentType]


async def test_a_page_gets_the_display_at_once_and_every_change(served: Served):
    served.server.show(display(1))
    async with Page(served.server.url) as page:
        await page.shows(Attract)
        served.server.show(
            Display(seq=2, city="見本市", site="", telephone="", screen=Confirm(purpose="talk"))
        )
        await page.shows(Confirm)
        await page.touch("confirm")
        await until(lambda: Touched(control="confirm", seq=2) in served.news)
        await page.send(PageAlive(seq=2))
    await until(lambda: served.news[-1] == PageLost())
    assert served.news[0] == PageConnected()
    assert not any(isinstance(news, PageAlive) for news in served.news)


async def test_the_newest_page_wins(served: Served):
    served.server.show(display())
    async with Page(served.server.url) as old, Page(served.server.url) as new:
        await new.shows(Attract)
        await until(lambda: old.closed_with == 4001, "the older page is closed")
        await new.touch("start")
        await until(lambda: Touched(control="start", seq=1) in served.news)
    assert served.news.count(PageConnected()) == 2
    await until(lambda: served.news.count(PageLost()) == 1)


async def test_without_the_token_or_from_another_site_there_is_no_socket(
    served: Served, session: aiohttp.ClientSession
):
    for origin, token in (
        (served.origin, "wrong"),
        (served.origin, ""),
        ("https://evil.example", served.token),
        (None, served.token),
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{served.origin}/ws?t={token}", origin=origin)
        assert refused.value.status == 403
    assert served.news == []


async def test_a_name_that_points_here_is_not_us(served: Served, session: aiohttp.ClientSession):
    async with session.get(served.origin, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_it_listens_on_loopback_only(served: Served):
    assert urlsplit(served.server.url).hostname == "127.0.0.1"
    assert served.server._runner is not None  # pyright: ignore[reportPrivateUsage]
    assert {address[0] for address in served.server._runner.addresses} == {"127.0.0.1"}  # pyright: ignore[reportPrivateUsage]


async def test_files_of_the_page_come_with_a_policy_that_allows_nothing_from_elsewhere(
    served: Served, session: aiohttp.ClientSession
):
    for path, kind in (("/voice.js", "text/javascript"), ("/vendor/lit.js", "text/javascript")):
        async with session.get(served.origin + path) as answer:
            assert answer.status == 200, path
            assert answer.content_type == kind
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/../config.py",
        "/%2e%2e/config.py",
        "/vendor/../../runner.py",
        "/protocol/../messages.py",
        "/parts",
        "/nothing.js",
        "/vendor/lit.LICENSE",
        "//etc/hostname",
    ],
)
async def test_nothing_else_is_served(served: Served, session: aiohttp.ClientSession, path: str):
    from yarl import URL

    async with session.get(URL(served.origin + path, encoded=True)) as answer:
        assert answer.status in (403, 404)
        assert "Content-Security-Policy" in answer.headers or answer.status == 404


async def test_one_origin_may_frame_the_page_when_the_config_says_so(session: aiohttp.ClientSession):
    served = Served(framed_by="http://127.0.0.1:1234")
    await served.server.start(served.news.append)
    async with session.get(served.origin + "/voice.js") as answer:
        assert "frame-ancestors http://127.0.0.1:1234" in answer.headers["Content-Security-Policy"]
    await served.server.stop()


async def test_a_silent_page_is_given_up():
    served = Served(silent_for=0.05)
    await served.server.start(served.news.append)
    async with Page(served.server.url):
        await until(lambda: PageLost() in served.news)
    await served.server.stop()


async def test_nonsense_from_the_page_is_dropped_and_not_logged(
    served: Served, caplog: pytest.LogCaptureFixture
):
    served.server.show(display())
    async with Page(served.server.url) as page:
        await page.shows(Attract)
        await page.raw('{"type": "touched", "control": "山田 花子", "seq": 1}')
        await page.touch("start")
        await until(lambda: Touched(control="start", seq=1) in served.news)
    assert "山田" not in caplog.text


async def test_a_reload_waits_for_the_new_page_with_a_bound(served: Served):
    assert await served.server.reload(1.0)  # no page, nothing to replace
    async with Page(served.server.url) as old:
        await until(lambda: served.server.has_page)
        assert not await served.server.reload(0.05)
        assert old.reloads == 1
        import asyncio

        reload = asyncio.create_task(served.server.reload(5.0))
        await until(lambda: old.reloads == 2)
        async with Page(served.server.url):
            assert await reload


async def test_the_page_is_closed_when_the_agent_leaves():
    served = Served()
    await served.server.start(served.news.append)
    async with Page(served.server.url) as page:
        await until(lambda: served.server.has_page)
        await served.server.stop()
        await until(lambda: page.closed_with is not None)


async def test_the_paper_comes_as_a_film_with_the_token_only_and_ends_when_it_is_put_away(
    served: Served, session: aiohttp.ClientSession
):
    film = f"{served.origin}/paper"
    served.server.paper(b"\xff\xd8 one")
    async with session.get(film, params={"t": "guess"}) as refused:
        assert refused.status == 403
    async with session.get(film, params={"t": served.token}) as shown:
        assert shown.content_type == "multipart/x-mixed-replace"
        assert shown.headers["Cache-Control"] == "no-store"
        assert b"one" in await shown.content.readuntil(b"one\r\n--frame\r\n")
        served.server.paper(b"\xff\xd8 two")
        assert b"two" in await shown.content.readuntil(b"two\r\n--frame\r\n")
        served.server.paper(None)
        assert await shown.content.read() == b""
    async with session.get(film, params={"t": served.token}) as gone:
        assert gone.status == 404
