"""Builds a kiosk from its config: the one place where its parts meet."""

import os
import random
import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from hardware.open import Devices, DevicesConfig, open_devices
from kiosk.browser import Browser
from kiosk.calls import CallDesk
from kiosk.config import Place
from kiosk.display import DisplayServer
from kiosk.enrol import tls_for
from kiosk.flow.states import USUAL_MORE, USUAL_PURPOSES, WIPED_SHOWN, Kiosk, Names, Quiet, Wiping
from kiosk.identity import Identity
from kiosk.ledger import Ledger
from kiosk.link import Link, socket_url
from kiosk.runner import Runner
from kiosk.systemd import Systemd
from kiosk.watch import JST

VERSION = "0.1.0"
GOODBYE = "goodbye"
LOGS = "log"


def now_in_japan() -> datetime:
    """Return the wall clock's time."""
    return datetime.now(JST)


def build(
    place: Place,
    identity: Identity,
    *,
    token: str,
    devices: Devices | None = None,
    may_end: bool = False,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], datetime] = now_in_japan,
) -> Runner:
    """Build a runner on the running loop. `may_end`: its process is its own, and may end after a conversation.

    Raises DriverMissing when a device's driver cannot start here.
    """
    config = place.config
    devices = devices if devices is not None else open_devices(config.devices)
    display = DisplayServer(port=config.screen.port, token=token, framed_by=config.screen.framed_by)
    link = Link(
        url=socket_url(config.server.url),
        kiosk=identity.named.kiosk,
        machine=identity.machine,
        key=identity.key,
        tls=tls(place),
        chance=random.random,
    )
    now = clock()
    kiosk = Kiosk(
        boot=secrets.token_hex(6),
        version=VERSION,
        patience=Quiet(now),
        names=Names(
            city=identity.named.city,
            site=identity.named.site,
            purposes=config.visit.purposes or USUAL_PURPOSES,
            more_purposes=config.visit.more_purposes or USUAL_MORE,
        ),
        link_lost=now,
        reader=None if devices.card is not None else "no_reader",
        simulated=tuple(devices.simulated),
    )
    goodbye = place.data / GOODBYE
    if may_end and goodbye.exists():
        kiosk = replace(kiosk, state=Wiping(number=_number(goodbye), until=now + WIPED_SHOWN, done=True))
        goodbye.unlink()

    def keep_goodbye(number: int | None) -> None:
        goodbye.write_text("" if number is None else str(number), "ascii")

    return Runner(
        kiosk=kiosk,
        devices=devices,
        drivers=drivers(config.devices),
        link=link,
        display=display,
        desk=CallDesk(key=identity.key, face=devices.face, document=devices.document),
        ledger=Ledger(place.data / "ledger.sqlite"),
        log_folder=place.data / LOGS,
        browser=Browser(config.screen.browser) if config.screen.browser else None,
        keep_goodbye=keep_goodbye if may_end and config.fresh_process else None,
        systemd=Systemd() if may_end else None,
        clock=clock,
        wall=wall,
    )


def tls(place: Place) -> ssl.SSLContext | None:
    """Return how this kiosk trusts its server."""
    ca = place.config.server.ca
    return tls_for(place.config.server.url, place.path(ca) if ca else None)


def drivers(config: DevicesConfig) -> dict[str, str]:
    """Return the driver's name of each device."""
    return {name: str(section["driver"]) for name, section in msgspec.to_builtins(config).items()}


def write_url(place: Place, url: str) -> None:
    """Leave the address with its token for the shell that opens it; only our group may read it (the screen's user)."""
    if not place.config.screen.url_file:
        return
    path = place.path(place.config.screen.url_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w") as file:
        file.write(url + "\n")
    os.replace(new, path)


def _number(goodbye: Path) -> int | None:
    text = goodbye.read_text("ascii")
    return int(text) if text.isdigit() else None
