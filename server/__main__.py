"""`komado-server`: runs the server (`serve.py`), sets up a folder, keeps the staff list, checks data and settings."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import uvloop

from server import (
    admin,
    backup,
    config,
    doctor,
)
from server.core.city import City
from server.documents import forms as form_papers
from server.documents.letters import letters
from server.documents.papers import FontsMissing, Papers
from server.forms import check as forms_check
from server.hub import SystemClock
from server.procedures import check as procedures_check
from server.procedures.load import SHIPPED as SHIPPED_PROCEDURES
from server.procedures.load import (
    CatalogueError,
)
from server.procedures.load import load as load_procedures
from server.serve import CannotStart, serve, tls_context, turn_secret
from server.store.sqlite import Unusable

TEXTS = {
    "checked": "設定は 正しく 読めました: {server} {city}",
    "listening": "受け付けています: {url}",
    "stopped": "終わりました",
    "damaged": "{path}: データベースが こわれています。控えから もどしてください",
    "newer": "{path}: 新しい版の データベースです。このプログラムを 新しくしてください",
    "unreadable": "{path}: 開けません。入れ物の持ち主と 許可を 確かめてください",
    "foreign": "{path}: データベースでは ありません。data の場所を 確かめてください",
}


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
        tls_context(loaded)
        turn_secret(loaded)
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


if __name__ == "__main__":
    sys.exit(main())
