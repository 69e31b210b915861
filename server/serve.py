"""Builds every part of the server in one place and runs them until it is told to stop."""

import asyncio
import errno
import logging
import os
import secrets
import sqlite3
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from importlib.metadata import PackageNotFoundError, version

from aiohttp import web
from msgspec.structs import replace

from server import (
    config,
    exits,
)
from server.arrivals import Arrivals
from server.booking import Bookings
from server.casework import (
    Casework,
)
from server.coming import Coming
from server.core.city import City
from server.core.commands import ServerActor, Tick
from server.desk import Desk, drawn_png
from server.documents import forms as form_papers
from server.documents.letters import letters
from server.documents.papers import FontsMissing, Papers
from server.forecast import Forecaster
from server.forms.load import SHIPPED as SHIPPED_FORMS
from server.forms.load import BookError
from server.forms.load import load as load_forms
from server.formwork import Formwork
from server.http.app import make_app
from server.http.auth import Passwords, Sessions
from server.http.bundles import Bundles
from server.http.floor import Floor, Parts
from server.http.ice import TurnSecret
from server.http.tls import own_authority, server_context
from server.hub import Clock, Hub
from server.identity.proofs import Proofs
from server.kioskbooking import AtKiosks
from server.messages import Messages
from server.notify import Supervisor
from server.paperwork import Paperwork
from server.procedures.load import (
    CatalogueError,
)
from server.procedures.shelf import (
    Shelf,
)
from server.reload import reread_for_ever
from server.stillwork import Stillwork
from server.store.cases import CaseStore
from server.store.journal import SqliteJournal
from server.store.registry import Registry, Taken
from server.store.sqlite import Database

log = logging.getLogger(__name__)


GRACE = 3.0
"""Seconds peers get to take their goodbye before the process ends."""


TEXTS = {
    "payment": "[payment] link には、https の 住所に {total} と {reference} を 1つずつ 書いてください",
    "port_in_use": "{host}:{port} は ほかのプログラムが 使っています。listen.port を 変えるか、そのプログラムを 止めてください",
    "no_port": "{host}:{port} で 待ち受けられません（{why}）。listen を 確かめてください",
    "bad_tls": "tls: 証明書か鍵が 使えません（{why}）",
    "no_fonts": "紙の文字が ありません。apt-get install {package} を 実行してください",
}


class CannotStart(Exception):
    """One sentence for the person who started us."""


async def serve(
    loaded: config.Server,
    city: City,
    clock: Clock,
    stop: asyncio.Event,
    *,
    on_listening: Callable[[str], None],
    reload: asyncio.Event | None = None,
) -> None:
    """Build everything, listen, and return after `stop` when everybody was told. Raises CannotStart."""
    key, tls, turn = config.case_key(loaded), tls_context(loaded), turn_secret(loaded)
    identity = config.load_identity(loaded.city)
    known = letters()  # before the papers: what reading the fonts' tables took serves them
    try:
        papers = Papers()
    except FontsMissing as error:
        raise CannotStart(TEXTS["no_fonts"].format(package=error.package)) from error
    loaded.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    revocation = identity.revocation()
    card_key = config.identity_key(loaded)
    try:
        shelf = Shelf(loaded.procedures, loaded.data / "procedures")
        book = load_forms(loaded.forms or SHIPPED_FORMS, shelf.current, form_papers.templates())
    except (CatalogueError, BookError) as error:
        raise CannotStart(str(error)) from error
    try:
        pay = exits.payment(loaded.payment)
    except ValueError:
        raise CannotStart(TEXTS["payment"]) from None
    database = Database(loaded.database)
    passwords = Passwords()
    leaving = AsyncExitStack()
    try:
        registry = Registry(database, city.id)
        changed = changes_of(database)
        await changed()  # from here on nothing another process writes is missed
        city = replace(city, staff=dict(await registry.staff()), kiosks=dict(await registry.kiosks()))
        city = replace(city, salt=secrets.token_bytes(16))
        hub = Hub(city, SqliteJournal(database), clock)
        await hub.start()
        cases = CaseStore(database, city.id, key)
        out = await leaving.enter_async_context(exits.opened(loaded.export))
        send = await leaving.enter_async_context(exits.sender(config.load_sender(loaded.city)))
        casework, desk = Casework(hub, cases, shelf), Desk(papers, version_here(), known)
        formwork = Formwork(
            hub,
            cases,
            casework,
            desk,
            book=book,
            letters=known,
            deliver=None if out is None else out.form,
            pay=pay,
        )
        proofs = Proofs(
            hub, identity.auth, revocation, card_key, documents=identity.sign, keep=formwork.card_said
        )
        bookings = Bookings(hub, cases, key)
        floor = Floor(
            Parts(
                arrivals=Arrivals(hub, bookings, casework),
                bookings=bookings,
                at_kiosks=AtKiosks(hub, bookings),
                hub=hub,
                registry=registry,
                sessions=Sessions(registry, passwords, secure=loaded.secure),
                cases=cases,
                casework=casework,
                formwork=formwork,
                stillwork=Stillwork(hub, cases),
                paperwork=Paperwork(hub, cases, drawn_png, tell=None if out is None else out.notice),
                desk=desk,
                proofs=proofs,
                bundles=Bundles(loaded.data / "logs"),
                turn=turn,
                version=version_here(),
                case_seconds=loaded.keep.case_hours * 3600.0,
                taken=Taken,
                registry_changed=changed,
                authority=b"" if loaded.tls.certificate is None else own_authority(loaded.tls.certificate),
            )
        )
        app = make_app(
            floor,
            secure=loaded.secure,
            origins=loaded.origins,
            frame_ancestors=loaded.pages.frame_ancestors,
        )
        try:
            words = () if send is None else (Messages(hub, cases, bookings, send), Coming(hub, cases, send))
            await _live(loaded, app, floor, hub, tls, stop, on_listening, reload or asyncio.Event(), words)
        finally:
            await proofs.close()
    finally:
        await leaving.aclose()
        passwords.close()
        await database.close()


async def _live(
    loaded: config.Server,
    app: web.Application,
    floor: Floor,
    hub: Hub,
    tls: ssl.SSLContext | None,
    stop: asyncio.Event,
    on_listening: Callable[[str], None],
    reload: asyncio.Event,
    words: Sequence[Messages | Coming],
) -> None:
    """Run every task until the end is asked for; a task that fails takes the process down, visibly."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        async with asyncio.TaskGroup() as tasks:
            background = [
                tasks.create_task(hub.run(), name="hub"),
                tasks.create_task(floor.look_after(), name="look after"),
                tasks.create_task(
                    reread_for_ever(reload, hub, loaded.city, loaded.ice_servers), name="reload"
                ),
                tasks.create_task(floor.parts.formwork.outgoing.run(), name="hand out forms"),
                tasks.create_task(floor.parts.paperwork.outgoing.run(), name="tell the back office"),
                tasks.create_task(Forecaster(hub).run(), name="forecast"),
            ]
            background += [tasks.create_task(one.run(), name="tell residents") for one in words]
            on_listening(await _listen(runner, loaded, tls))
            supervisor = Supervisor(os.environ)
            supervisor.say("READY=1")
            # A hub that no longer answers is no server, however well the loop turns.
            alive = supervisor.keep_alive(lambda: hub.submit(ServerActor(), Tick()))
            background.append(tasks.create_task(alive, name="watchdog"))
            await stop.wait()
            log.info("stopping")
            supervisor.say("STOPPING=1")
            floor.close()
            await runner.cleanup()  # while the hub still runs: what is under way is written to its end
            for task in background:
                task.cancel()
    except* CannotStart as group:
        raise group.exceptions[0] from None
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, loaded: config.Server, tls: ssl.SSLContext | None) -> str:
    host, port = loaded.listen.host, loaded.listen.port
    try:
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
    except OSError as error:
        text = "port_in_use" if error.errno == errno.EADDRINUSE else "no_port"
        raise CannotStart(TEXTS[text].format(host=host, port=port, why=error.strerror)) from error
    bound = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{bound}/"


def tls_context(loaded: config.Server) -> ssl.SSLContext | None:
    """Return what to listen with; None: plainly, behind somebody else's TLS. Raises CannotStart."""
    certificate, key = loaded.tls.certificate, loaded.tls.key
    if certificate is None or key is None:
        return None
    config.secret(key)
    try:
        return server_context(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        raise CannotStart(TEXTS["bad_tls"].format(why=error.strerror or error)) from error


def turn_secret(loaded: config.Server) -> TurnSecret | None:
    """Return what credentials for the relay are made from; None without a relay."""
    turn = loaded.turn
    if not turn.urls or turn.secret_file is None:
        return None
    return TurnSecret(urls=turn.urls, secret=config.secret(turn.secret_file).strip(), lasts=float(turn.lasts))


def changes_of(database: Database) -> Callable[[], Awaitable[bool]]:
    """Return a question: has another process written to this file since I was last asked?"""
    seen: int | None = None

    def look(connection: sqlite3.Connection) -> int:
        return connection.execute("PRAGMA data_version").fetchone()[0]

    async def changed() -> bool:
        nonlocal seen
        before, seen = seen, await database.run(look)
        return before is not None and before != seen

    return changed


def version_here() -> str:
    """Return the version of this program."""
    try:
        return version("komado")
    except PackageNotFoundError:  # run from a checkout
        return "dev"
