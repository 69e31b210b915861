"""`komado-kiosk card`: what lies on the reader and how fast it answers, for field IT; nothing personal unless asked for."""

import asyncio
import os
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

from hardware.card.dialogue import (
    CardFacts,
    Dialogue,
    Kind,
    LastTryRefused,
    OtherCard,
    PinLocked,
    WrongPin,
    examine,
    four_attributes,
    wipe,
)
from hardware.errors import ApduForbidden, CardError, CardGone, DriverMissing
from hardware.open import CameraConfig, DevicesConfig, PanelConfig, PrinterConfig, open_devices
from hardware.ports import CardIn, CardReader, ReaderGone
from kiosk.config import Place
from kiosk.doctor import READER_NOTES
from server.protocol.values import FourBasicData

T = TypeVar("T")

OK, OTHER_CARD, NO_CARD, NO_READER, UNREADABLE, UNAVAILABLE = 0, 1, 3, 4, 5, 69
"""Exit codes; 2 is argparse's."""

Say = Callable[[str], None]
Ask = Callable[[str], bytearray]

KINDS: dict[Kind, str] = {
    "my_number": "マイナンバーカード",
    "child": "マイナンバーカード（署名用の電子証明書なし。15歳未満のカードなど）",
    "face_only": "顔認証マイナンバーカード（暗証番号なし）",
    "phone": "スマートフォンのマイナンバーカード（氏名・住所は読めません）",
    "expired": "マイナンバーカード（電子証明書の期限切れ。氏名・住所は読めます）",
    "other": "マイナンバーカードではありません",
}
SEXES = {"1": "男", "2": "女", "9": "適用なし", "0": "不明"}
_JST = timezone(timedelta(hours=9))
_ASK_PIN = "券面事項入力補助用の暗証番号（数字4けた。画面に出ません。読まないときは Enter だけ）: "


@dataclass
class Steps:
    """How long the card took, by what it was asked (seconds)."""

    taken: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, command: bytes | bytearray, seconds: float) -> None:
        """Note one command by its first bytes; nothing else of it is looked at."""
        self.taken.setdefault(_name(command), []).append(seconds)

    def lines(self, whole: float) -> list[str]:
        """Return the table."""
        spent = sum(sum(values) for values in self.taken.values())
        return [
            f"  {name:　<12} {len(values):>3} 回   計 {1000 * sum(values):7.1f} ms   最長 {1000 * max(values):6.1f} ms"
            for name, values in self.taken.items()
        ] + [f"  {'つなぐ・電源を切る':　<12}         計 {1000 * (whole - spent):7.1f} ms"]


async def run(place: Place, *, show: bool, wait: float, say: Say) -> int:
    """Open the configured reader alone, report on its card, and return the exit code."""
    config = DevicesConfig(
        card=place.config.devices.card,
        printer=PrinterConfig(driver="none"),
        panel=PanelConfig(driver="none"),
        face=CameraConfig(driver="none"),
        document=CameraConfig(driver="none"),
    )
    try:
        reader = open_devices(config).card
    except DriverMissing as error:
        say(f"カードリーダーを使えません ({error})。設定の {error.key} を直してください。")
        return UNAVAILABLE
    if reader is None:
        say("この端末には カードリーダーがありません（設定 devices.card.driver = none）。")
        return NO_READER
    if place.config.devices.card.driver == "simulated":
        say("お試し用のカードリーダーです（設定 devices.card.driver = simulated）。")
    try:
        return await report(reader, show=show, wait=wait, say=say, ask=typed)
    finally:
        await reader.close()


async def report(reader: CardReader, *, show: bool, wait: float, say: Say, ask: Ask) -> int:
    """Report on the card of a reader; `ask` is called for a PIN only with `show`."""
    found = await _found(reader, wait, say)
    if isinstance(found, int):
        return found
    say(f"カードリーダー  {found.reader}（{'非接触' if found.contactless else '接触'}）")
    steps, began = Steps(), time.perf_counter()
    try:
        facts = await reader.talk(timed(examine(datetime.now(UTC)), steps))
        for line in (*about(facts, show=show), *_took(steps, time.perf_counter() - began)):
            say(line)
        if show and facts.kind not in ("other", "phone", "face_only"):
            await _attributes(reader, say, ask)
    except CardError as error:
        say(_trouble(error))
        return UNREADABLE
    return OTHER_CARD if facts.kind == "other" else OK


def about(facts: CardFacts, *, show: bool) -> list[str]:
    """Say what the card told without a secret; a certificate ends on a birthday, so only its year is said unless `show`."""
    lines = [f"カード          {KINDS[facts.kind]}{'' if facts.certain else '  ※推定です'}"]
    if facts.kind == "other":
        return lines
    if facts.kind == "face_only":
        lines.append("残り回数        暗証番号のないカードです")
    else:
        lines.append(f"残り回数        券面事項（4けた）     {_tries(facts.attributes_tries, 3)}")
        lines.append(f"                利用者証明用（4けた） {_tries(facts.authentication_tries, 3)}")
    if facts.signs:
        lines.append(f"                署名用（6〜16けた）   {_tries(facts.signing_tries, 5)}")
    lines.append(f"                照合番号B（14けた）   {_tries(facts.number_tries, 10)}")
    dates = facts.authentication
    if dates is None:
        lines.append("電子証明書      利用者証明用: なし")
    elif show:
        start, end = dates.start.astimezone(_JST), dates.end.astimezone(_JST)
        lines.append(f"電子証明書      利用者証明用: {start:%Y-%m-%d} から {end:%Y-%m-%d} まで")
    else:
        year = dates.end.astimezone(_JST).year
        lines.append(
            f"電子証明書      利用者証明用: {year}年まで（月日は誕生日なので、--show のときだけ出します）"
        )
    signing = "あり（期限は、暗証番号なしでは読めません）" if facts.signs else "なし"
    lines.append(f"                署名用: {signing}")
    lines.append("                失効しているかどうかは、カードからは分かりません（サーバが調べます）。")
    return lines


def timed(dialogue: Dialogue[T], steps: Steps) -> Dialogue[T]:
    """Pass a dialogue on, and note how long each answer took."""
    try:
        command = next(dialogue)
        while True:
            name, began = bytes(command[:4]) + bytes(min(1, len(command) - 4)), time.perf_counter()
            response = yield command
            steps.add(name, time.perf_counter() - began)
            command = dialogue.send(response)
    except StopIteration as end:
        return end.value
    finally:
        dialogue.close()


def typed(question: str) -> bytearray:
    """Ask at the terminal without echo, into a buffer that can be wiped."""
    sys.stderr.write(question)
    sys.stderr.flush()
    door = sys.stdin.fileno()
    before = None
    with suppress(termios.error):  # no terminal: a file or a pipe has no echo either
        before = termios.tcgetattr(door)
        quiet = termios.tcgetattr(door)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(door, termios.TCSAFLUSH, quiet)
    buffer = bytearray(64)
    try:
        count = os.readv(door, [buffer])
        end = buffer.find(b"\n", 0, count)
        return buffer[: count if end < 0 else end]
    finally:
        wipe(buffer)
        if before is not None:
            termios.tcsetattr(door, termios.TCSAFLUSH, before)
            sys.stderr.write("\n")


async def _found(reader: CardReader, wait: float, say: Say) -> CardIn | int:
    """Wait for a card; an exit code when none comes."""
    last: object = None
    with suppress(TimeoutError):
        async with asyncio.timeout(wait):
            async for news in reader.news():
                match news:
                    case CardIn():
                        return news
                    case ReaderGone(reason="no_reader" | "no_service" as reason):
                        say(READER_NOTES[reason])
                        return NO_READER
                    case ReaderGone(reason=reason):
                        say(READER_NOTES[reason])
                    case _ if last is None:  # a reader without a card
                        say(f"カードを置いてください（{wait:.0f} 秒待ちます）。")
                    case _:
                        pass
                last = news
    say("カードがありません。カードを置いて、もういちど実行してください。")
    return NO_CARD


async def _attributes(reader: CardReader, say: Say, ask: Ask) -> None:
    """Read the four attributes with a typed PIN and show them; the last try is never spent from here."""
    pin = await asyncio.to_thread(ask, _ASK_PIN)
    if not pin:
        return
    steps, began = Steps(), time.perf_counter()
    try:
        result = await reader.talk(timed(four_attributes(pin), steps))
    except ValueError:
        say("暗証番号は数字4けたです。カードには送っていません。")
        return
    finally:
        wipe(pin)
    match result:
        case FourBasicData(name=name, address=address, birth_date=birth, sex=sex):
            say(f"氏名            {name}")
            say(f"住所            {address}")
            say(f"生年月日        {birth[:4]}-{birth[4:6]}-{birth[6:]}")
            say(f"性別            {SEXES[sex]}")
            for line in _took(steps, time.perf_counter() - began):
                say(line)
        case WrongPin(tries_left=left):
            say(f"暗証番号がちがいます。あと {left} 回です。")
        case PinLocked():
            say("暗証番号がロックされています。市役所の窓口でしか直せません。")
        case LastTryRefused():
            say("あと1回でロックされるため、ここからは送りません。")
        case OtherCard():
            say(KINDS["other"])


def _took(steps: Steps, whole: float) -> list[str]:
    asked = sum(len(values) for values in steps.taken.values())
    return [f"時間            {1000 * whole:.0f} ms（命令 {asked} 回）", *steps.lines(whole)]


def _tries(left: int | None, most: int) -> str:
    match left:
        case None:
            return "なし、または カードが答えません"
        case 0:
            return "ロックされています（市役所の窓口で直します）"
        case _:
            return f"あと {left} 回（最大 {most} 回）"


def _trouble(error: CardError) -> str:
    match error:
        case CardGone():
            return "とちゅうでカードが離れました。置いたまま、もういちど実行してください。"
        case ApduForbidden():
            return f"プログラムの誤りです。開発元に知らせてください（{error}）。"
        case _:
            return f"カードが正しく答えません（{error}）。置きなおすか、別のカードで試してください。"


def _name(command: bytes | bytearray) -> str:
    match bytes(command[1:3]):
        case b"\xa4\x04":
            return "機能を選ぶ"
        case b"\xa4\x02":
            return "ファイルを選ぶ"
        case b"\x20\x00":
            return "残り回数を聞く" if len(command) == 4 else "番号を照合する"
        case b"\x2a\x00":
            return "署名する"
        case _:
            return "読む"
