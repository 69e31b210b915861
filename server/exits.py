"""The ways out of the window to the back office, as the city's settings name them: a folder, an address, or both."""

import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import msgspec

from server import config
from server.core.forms.content import Filed
from server.core.notices import Notice
from server.forms.drop import FileDrop
from server.forms.export import DeliveryFailed, Outbox, Package, pack
from server.forms.notice import pack_notice
from server.forms.payment import AtPickUp, CityLink
from server.forms.webhook import Webhook
from server.formwork import CardProof, Payment
from server.messages import Send, Word

log = logging.getLogger(__name__)


def payment(found: config.Payment) -> Payment:
    """Return how fees are paid here. Raises ValueError when the address is none."""
    return AtPickUp() if found.link is None else CityLink(found.link)


@asynccontextmanager
async def opened(export: config.Export) -> AsyncGenerator["Ways | None"]:
    """Yield what hands things out to all of them, or None when the city has no way out. Raises ConfigError."""
    async with AsyncExitStack() as stack:
        ways: list[Outbox] = []
        if export.folder is not None:
            try:
                export.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:  # a share that is not there today closes no window: what is signed waits
                log.error("export.folder cannot be made, %s: signed forms wait", type(error).__name__)
            ways.append(FileDrop(export.folder))
        if export.webhook is not None and export.token_file is not None:
            token = config.secret(export.token_file).decode("ascii", "replace").strip()
            session = await stack.enter_async_context(aiohttp.ClientSession())
            ways.append(Webhook(session, export.webhook, token))
        yield Ways(ways) if ways else None


@asynccontextmanager
async def sender(found: config.Sender | None) -> AsyncGenerator[Send | None]:
    """Yield what hands words over to the city's sender, or None when it has none."""
    if found is None:
        yield None
        return
    async with aiohttp.ClientSession() as session:
        webhook = Webhook(session, found.url, found.key)

        async def send(word: Word) -> str:
            try:
                await webhook.signed(word.id, msgspec.json.encode(word))
            except DeliveryFailed as error:
                return str(error)
            return ""

        yield send


class Ways:
    """All ways out together: each takes a package or says in a word why it could not ("": it has it)."""

    def __init__(self, ways: list[Outbox]) -> None:
        self._ways = ways

    async def form(self, filed: Filed, pdf: bytes, card: CardProof | None) -> str:
        """Hand out a signed form."""
        return await self._give(pack(filed, pdf, None if card is None else (card.identity, card.cms)))

    async def notice(self, notice: Notice, picture: bytes) -> str:
        """Tell of a paper to send or of a result that was put right."""
        return await self._give(pack_notice(notice, picture))

    async def _give(self, package: Package) -> str:
        """Hand it to every way; one that has it already takes it as done, so all are tried again together."""
        try:
            for way in self._ways:
                await way.deliver(package)
        except DeliveryFailed as error:
            return str(error)
        return ""
