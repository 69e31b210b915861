"""`komado-kiosk`: run the kiosk, enrol it, or examine it."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from hardware.errors import DriverMissing
from kiosk import agent, card_report, doctor, logs
from kiosk.config import BadConfig, Place, load
from kiosk.display import new_token
from kiosk.enrol import EnrolmentFailed, enrol
from kiosk.identity import Identity, NotEnrolled
from kiosk.identity import load as load_identity
from kiosk.lives import run_lives

log = logging.getLogger("kiosk")

USAGE, UNAVAILABLE = 2, 69


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    top = argparse.ArgumentParser(prog="komado-kiosk", description="小窓 (Komado) の窓口端末を動かします。")
    top.add_argument(
        "--config", type=Path, default=Path("kiosk.toml"), metavar="FILE", help="設定 (既定: kiosk.toml)"
    )
    top.add_argument("--check-config", action="store_true", help="設定を確かめて終わります")
    again = argparse.ArgumentParser(add_help=False)  # --config is understood on either side of the command
    again.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="設定")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND")
    verbs.add_parser("run", parents=[again], help="窓口を動かします (既定)")
    verbs.add_parser("doctor", parents=[again], help="設定・通信・機器を調べて、日本語で知らせます")
    card = verbs.add_parser("card", parents=[again], help="カードリーダーと、のっているカードを調べます")
    card.add_argument(
        "--show", action="store_true", help="個人に関わること（日付、暗証番号を入れれば氏名など）も出します"
    )
    card.add_argument("--wait", type=float, default=30.0, metavar="秒", help="カードを待つ秒数 (既定: 30)")
    one = verbs.add_parser("enrol", parents=[again], help="この端末をサーバに登録します")
    one.add_argument("--server", required=True, metavar="URL", help="サーバのアドレス (https://…)")
    one.add_argument("--code", required=True, help="保守画面に出た登録コード")
    one.add_argument("--ca", type=Path, metavar="FILE", help="市のCA証明書 (PEM)")
    return top


def main(words: list[str] | None = None) -> int:
    """Run the program; return its exit code."""
    options = parser().parse_args(words)
    try:
        place = load(options.config)
    except BadConfig as error:
        print(error, file=sys.stderr)
        return USAGE
    if options.check_config:
        print(f"{options.config}: 設定は正しく読めました。")
        return 0
    match options.verb:
        case "enrol":
            return _enrol(place, options.server, options.code, options.ca)
        case "doctor":
            return asyncio.run(_doctor(place))
        case "card":
            return asyncio.run(card_report.run(place, show=options.show, wait=options.wait, say=print))
        case _:
            return _run(place)


def _enrol(place: Place, server: str, code: str, ca: Path | None) -> int:
    try:
        named = asyncio.run(enrol(server, code, place.data, ca))
    except (EnrolmentFailed, ValueError) as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE
    print(f"登録しました: {named.kiosk} ({named.site})")
    if server.rstrip("/") != place.config.server.url.rstrip("/"):
        print(f"設定の server.url は {place.config.server.url} です。{server} に直してください。")
    return 0


async def _doctor(place: Place) -> int:
    bad = 0
    async for finding in doctor.examine(place):
        print(finding, flush=True)
        bad += finding.mark == "bad"
    print("問題は見つかりませんでした。" if bad == 0 else f"直すところが {bad} つあります。")
    return 0 if bad == 0 else 1


def _run(place: Place) -> int:
    try:
        identity = load_identity(place.data)
    except NotEnrolled as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE
    token = new_token()  # of this boot: the page keeps it while processes come and go
    return run_lives(lambda: _live(place, identity, token))


def _live(place: Place, identity: Identity, token: str) -> int:
    logs.set_up(place.data / agent.LOGS, place.config.log_level)
    try:
        return asyncio.run(_work(place, identity, token))
    except DriverMissing as error:
        print(f"{place.file}: {error}", file=sys.stderr)
        return USAGE
    except OSError as error:
        print(f"{place.file}: screen.port {place.config.screen.port}: {error.strerror}", file=sys.stderr)
        return UNAVAILABLE


async def _work(place: Place, identity: Identity, token: str) -> int:
    runner = agent.build(place, identity, token=token, may_end=True)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runner.leave, 0)
    log.info("kiosk %s: starting", identity.named.kiosk)
    return await runner.run(lambda url: agent.write_url(place, url))


if __name__ == "__main__":
    sys.exit(main())
