"""Put a virtual card into the real PC/SC service of this machine."""

import argparse
import asyncio
import contextlib
import signal
import sys

from hardware.card import virtual
from hardware.card.vpcd import PORTS, VpcdSlot
from hardware.errors import DriverMissing

_RETRY = 1.0


def main() -> int:
    """Run until interrupted; the card is taken out at the end."""
    parser = argparse.ArgumentParser(
        prog="python -m hardware.card.virtual",
        description="架空のマイナンバーカードを、この機械のPC/SC（pcscd と vpcd）に入れます。おわるときは Ctrl+C を押してください。",
        epilog="カード: " + "、".join(f"{name}＝{label}" for name, label in virtual.personas()),
    )
    parser.add_argument("--persona", default="ordinary", help="だれのカードか（初期値 ordinary）")
    parser.add_argument("--host", default="127.0.0.1", help="vpcd のアドレス（初期値 127.0.0.1）")
    parser.add_argument("--port", type=int, default=PORTS[0], help=f"vpcd のポート（初期値 {PORTS[0]}）")
    parser.add_argument("--contactless", action="store_true", help="非接触のカードとして入れます")
    parser.add_argument("--pull-at", type=int, metavar="N", help="N 番目の命令のとちゅうで抜けます")
    parser.add_argument("--mute-from", type=int, metavar="N", help="N 番目の命令から返事をしません")
    parser.add_argument("--garbage-from", type=int, metavar="N", help="N 番目の命令から でたらめを返します")
    parser.add_argument("--slow", type=float, default=0.0, metavar="秒", help="返事のたびに待つ秒数")
    options = parser.parse_args()
    if options.persona not in dict(virtual.personas()):
        parser.error(f"「{options.persona}」というカードはありません。")
    # Started in the background, a program inherits "ignore": then nothing but SIGKILL would take the card out.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faults = virtual.Faults(
        pull_at=options.pull_at,
        mute_from=options.mute_from,
        garbage_from=options.garbage_from,
        slow=options.slow,
    )
    try:
        slot = VpcdSlot(options.host, options.port, contactless=options.contactless)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_stay(slot, options.persona, faults))
    except DriverMissing:
        print(
            f"{options.host}:{options.port} で vpcd が待っていません。pcscd を起動してください。",
            file=sys.stderr,
        )
        return 1
    return 0


async def _stay(slot: VpcdSlot, persona: str, faults: virtual.Faults) -> None:
    """Keep one card in the slot, also after the service was restarted; its counters last."""
    card = virtual.load(persona)
    card.faults = faults
    label = card.persona.label
    await slot.insert(card)
    print(f"入れました: {label}", flush=True)
    try:
        while True:
            await slot.gone()
            print("抜けました。もういちど入れます。", flush=True)
            while not slot.occupied:
                await asyncio.sleep(_RETRY)
                with contextlib.suppress(DriverMissing):
                    await slot.insert(card)
            print(f"入れました: {label}", flush=True)
    finally:
        await slot.pull()


if __name__ == "__main__":
    sys.exit(main())
