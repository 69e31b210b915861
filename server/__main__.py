"""`komado-server`: builds every part in one place and runs them; also sets up a folder and keeps the staff list."""

import argparse
import asyncio
import errno
import logging
import os
import secrets
import signal
import sqlite3
import ssl
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import uvloop
from aiohttp import web
from msgspec.structs import replace

from server import (
    admin,
    backup,
    config,
    doctor,
    exits,
)
from server.arrivals import Arrivals
from server.booking import Bookings
from server.casework import (
    Casework,
)
from server.core.city import City
from server.core.commands import ServerActor, Tick
from server.desk import Desk, drawn_png
from server.documents import forms as form_papers
from server.documents.letters import letters
from server.documents.papers import FontsMissing, Papers
from server.forecast import Forecaster
from server.forms import check as forms_check
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
from server.hub import Clock, Hub, SystemClock
from server.identity.proofs import Proofs
from server.kioskbooking import AtKiosks
from server.messages import Messages
from server.notify import Supervisor
from server.paperwork import Paperwork
from server.procedures import check as procedures_check
from server.procedures.load import SHIPPED as SHIPPED_PROCEDURES
from server.procedures.load import (
    CatalogueError,
)
from server.procedures.load import load as load_procedures
from server.procedures.shelf import (
    Shelf,
)
from server.reload import reread_for_ever
from server.stillwork import Stillwork
from server.store.cases import CaseStore
from server.store.journal import SqliteJournal
from server.store.registry import Registry, Taken
from server.store.sqlite import Database, Unusable

log = logging.getLogger(__name__)

TEXTS = {
    "payment": "[payment] link には、https の 住所に {total} と {reference} を 1つずつ 書いてください",
    "checked": "設定は 正しく 読めました: {server} {city}",
    "listening": "受け付けています: {url}",
    "stopped": "終わりました",
    "port_in_use": "{host}:{port} は ほかのプログラムが 使っています。listen.port を 変えるか、そのプログラムを 止めてください",
    "no_port": "{host}:{port} で 待ち受けられません（{why}）。listen を 確かめてください",
    "bad_tls": "tls: 証明書か鍵が 使えません（{why}）",
    "no_fonts": "紙の文字が ありません。apt-get install {package} を 実行してください",
    "damaged": "{path}: データベースが こわれています。控えから もどしてください",
    "newer": "{path}: 新しい版の データベースです。このプログラムを 新しくしてください",
    "unreadable": "{path}: 開けません。入れ物の持ち主と 許可を 確かめてください",
    "foreign": "{path}: データベースでは ありません。data の場所を 確かめてください",
}

GRACE = 3.0
"""Seconds peers get to take their goodbye before the process ends."""


class CannotStart(Exception):
    """One sentence for the person who started us."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `komado-server` and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        match options.command:
            case "init":
                _init(options)
            case "staff":
                _staff(options)
            case "procedures":
                return procedures_check.main([str(options.folder)])
            case "forms":
                return _forms_check(options)
            case "backup" | "restore":
                _backup(options)
            case "doctor":
                return doctor.main(options.config)
            case _:
                return _run(options)
    except (config.ConfigError, admin.Refused, backup.CannotBackUp, CannotStart) as error:
        print(error, file=sys.stderr)
        return 2
    except Unusable as error:
        print(TEXTS[error.reason].format(path=error.path), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


# ---------------------------------------------------------------- the command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="komado-server", description="Komado（小窓）の サーバー")
    parser.add_argument("--config", type=Path, default=Path("server.toml"), metavar="FILE", help="設定の場所")
    parser.add_argument("--check-config", action="store_true", help="設定を確かめるだけで 始めない")
    names = "run|init|staff|doctor|backup|restore|procedures|forms"
    commands = parser.add_subparsers(dest="command", metavar=names)
    again = argparse.ArgumentParser(add_help=False)
    again.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="設定の場所")
    run = commands.add_parser("run", parents=[again], help="サーバーを動かす（何も書かないときも これ）")
    run.add_argument("--check-config", action="store_true", default=argparse.SUPPRESS, help="確かめるだけ")
    _init_parser(commands.add_parser("init", help="入れ物・証明書・最初の管理者を 作る"))
    commands.add_parser("doctor", parents=[again], help="足りないものと、どうすればよいかを 知らせる")
    _backup_parser(commands.add_parser("backup", parents=[again], help="控えを取る（動いたままで よい）"))
    restore = commands.add_parser("restore", help="控えを もとの場所に もどす（サーバーを 止めてから）")
    restore.add_argument("folder", type=Path, metavar="DIR", help="控え（日時の入れ物）")
    restore.add_argument("--owner", metavar="USER", help="サーバーを動かす利用者に 持ち主を変える")
    procedures = commands.add_parser("procedures", help="手続きのデータを 調べる")
    check = procedures.add_subparsers(dest="action", required=True, metavar="check").add_parser(
        "check", help="まちがいを 場所と わけで 知らせる"
    )
    check.add_argument("folder", type=Path, metavar="DIR")
    _forms_parser(commands.add_parser("forms", help="届書のデータと 型紙を 調べる"))
    _staff_parser(commands.add_parser("staff", parents=[again], help="職員を 登録する・止める"), again)
    return parser


def _forms_parser(forms: argparse.ArgumentParser) -> None:
    check = forms.add_subparsers(dest="action", required=True, metavar="check").add_parser(
        "check", help="まちがいを 場所と わけで 知らせる"
    )
    check.add_argument("folder", type=Path, metavar="DIR")
    check.add_argument(
        "--procedures",
        type=Path,
        metavar="DIR",
        default=SHIPPED_PROCEDURES,
        help="手続きのデータ（ふつうは 見本市）",
    )


def _forms_check(options: argparse.Namespace) -> int:
    try:
        catalogue = load_procedures(options.procedures)
        papers = Papers()
    except CatalogueError as error:
        raise CannotStart(str(error)) from error
    except FontsMissing as error:
        raise CannotStart(TEXTS["no_fonts"].format(package=error.package)) from error
    known = letters()
    return forms_check.main(
        options.folder,
        catalogue,
        form_papers.templates(),
        lambda content: form_papers.trial(papers, content, known),
    )


def _init_parser(init: argparse.ArgumentParser) -> None:
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument("--host", action="append", default=[], help="開くときの名前か番地。いくつでも")
    init.add_argument("--port", type=int, default=8443)
    init.add_argument("--data", type=Path, help="データの入れ物（ふつうは DIR/data）")
    init.add_argument("--certificate", type=Path, metavar="PEM", help="市で用意した証明書")
    init.add_argument("--key", type=Path, metavar="PEM", help="その鍵")
    init.add_argument("--account", default="admin", help="最初の管理者の ID")
    init.add_argument("--name", default="管理者", help="その人の名前。応答すると 住民の画面に 出る")
    init.add_argument("--department", default="", help="その人の課")
    first = " ".join(admin.FIRST)
    init.add_argument(
        "--roles", nargs="+", default=admin.FIRST, metavar="ROLE", help=f"その人の役割（ふつうは {first}）"
    )
    init.add_argument("--ask-password", action="store_true", help="パスワードを 自分で決める")
    init.add_argument("--owner", metavar="USER", help="サーバーを動かす利用者に 持ち主を変える")


def _backup_parser(backup: argparse.ArgumentParser) -> None:
    backup.add_argument("folder", type=Path, metavar="DIR", help="控えの置き場所。中に 日時の入れ物を 作る")
    backup.add_argument("--without-keys", action="store_true", help="鍵を 入れない（鍵は 別にしまう）")
    backup.add_argument("--keep", type=_at_least_one, metavar="N", help="新しい N個だけ 残す")


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _backup(options: argparse.Namespace) -> None:
    if options.command == "restore":
        told = backup.restore(options.folder, owner=options.owner)
    else:
        now = datetime.now().astimezone()
        told = backup.backup(
            options.config, options.folder, now, keys=not options.without_keys, keep=options.keep
        )
    print("\n".join(told))


def _staff_parser(staff: argparse.ArgumentParser, again: argparse.ArgumentParser) -> None:
    actions = staff.add_subparsers(dest="action", required=True, metavar="add|list|disable|enable|password")
    add = actions.add_parser("add", parents=[again], help="登録する")
    add.add_argument("--account", default="")
    add.add_argument("--name", default="")
    add.add_argument("--department", default="")
    add.add_argument("--role", action="append", default=[], help=" ".join(admin.ROLES))
    add.add_argument(
        "--skill", action="append", default=[], help="language:en sign:jsl authority:greeter ..."
    )
    actions.add_parser("list", parents=[again], help="一覧")
    password = actions.add_parser("password", parents=[again], help="パスワードを変える")
    for one in (add, password):
        one.add_argument("--generate", action="store_true", help="パスワードを 作って 1回だけ表示する")
        one.add_argument("--password-stdin", action="store_true", help="パスワードを 標準入力から読む")
    for one in (
        password,
        actions.add_parser("disable", parents=[again], help="入れなくする"),
        actions.add_parser("enable", parents=[again], help="また入れるようにする"),
    ):
        one.add_argument("account")


def _init(options: argparse.Namespace) -> None:
    admin.init(
        options.folder,
        hosts=options.host,
        port=options.port,
        data=options.data,
        certificate=options.certificate,
        key=options.key,
        account=options.account,
        roles=options.roles,
        name=options.name,
        department=options.department,
        ask=options.ask_password,
        owner=options.owner,
    )


def _staff(options: argparse.Namespace) -> None:
    given = admin.StaffOptions(
        account=getattr(options, "account", ""),
        name=getattr(options, "name", ""),
        department=getattr(options, "department", ""),
        roles=tuple(getattr(options, "role", ())),
        skills=tuple(getattr(options, "skill", ())),
        generate=getattr(options, "generate", False),
        from_stdin=getattr(options, "password_stdin", False),
    )
    admin.staff(config.load_server(options.config), options.action, given)


def _run(options: argparse.Namespace) -> int:
    loaded = config.load_server(options.config)
    city = config.load_city(loaded.city, loaded.ice_servers)
    if options.check_config:
        config.case_key(loaded)
        config.load_identity(loaded.city)
        _tls(loaded)
        _turn(loaded)
        print(TEXTS["checked"].format(server=options.config, city=loaded.city))
        return 0
    logging.basicConfig(level=loaded.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)  # addresses and paths of everybody
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_until_signalled(loaded, city))
    return 0


async def _serve_until_signalled(loaded: config.Server, city: City) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    reload = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload.set)
    await serve(loaded, city, SystemClock(), stop, on_listening=_say_where, reload=reload)


def _say_where(url: str) -> None:
    print(TEXTS["listening"].format(url=url), flush=True)


# ---------------------------------------------------------------- the server


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
    key, tls, turn = config.case_key(loaded), _tls(loaded), _turn(loaded)
    identity = config.load_identity(loaded.city)
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
    known = letters()
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
            words = None if send is None else Messages(hub, cases, bookings, send)
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
    words: Messages | None,
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
            if words is not None:
                background.append(tasks.create_task(words.run(), name="tell residents"))
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


def _tls(loaded: config.Server) -> ssl.SSLContext | None:
    certificate, key = loaded.tls.certificate, loaded.tls.key
    if certificate is None or key is None:
        return None
    config.secret(key)
    try:
        return server_context(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        raise CannotStart(TEXTS["bad_tls"].format(why=error.strerror or error)) from error


def _turn(loaded: config.Server) -> TurnSecret | None:
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


if __name__ == "__main__":
    sys.exit(main())
