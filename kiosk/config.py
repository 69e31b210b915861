"""`kiosk.toml` as a frozen value: strict, and every complaint names the file, the key and what to do."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hardware.open import DevicesConfig
from kiosk.link import socket_url
from server.protocol.values import Key


class BadConfig(Exception):
    """The config cannot be used; the text says which file, which key, and what to do."""


class ServerSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[server]"""

    url: str
    ca: str = ""  # PEM of the city's own CA; empty = what the system trusts


class ScreenSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[screen]"""

    port: Annotated[int, Meta(ge=0, le=65535)] = 8765
    url_file: str = ""  # where the address with its token is written for the shell that opens it
    browser: tuple[str, ...] = ()  # command line with {url} and {profile}; empty = somebody else opens it
    framed_by: str = ""  # one origin that may show the page in a frame: the demo's


class VisitSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[visit]: which wishes are shown when the server does not say."""

    purposes: Annotated[tuple[Key, ...], Meta(max_length=8)] = ()
    more_purposes: Annotated[tuple[Key, ...], Meta(max_length=8)] = ()


class KioskConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file; paths are relative to it."""

    data: str
    server: ServerSection
    screen: ScreenSection = ScreenSection()
    visit: VisitSection = VisitSection()
    devices: DevicesConfig = DevicesConfig()
    log_level: Literal["DEBUG", "INFO", "WARNING"] = "INFO"
    fresh_process: bool = True  # end the process after each conversation, so that its memory goes with it


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The config together with where it lies."""

    file: Path
    config: KioskConfig

    def path(self, name: str) -> Path:
        """Return a path named in the file."""
        return self.file.parent / name

    @property
    def data(self) -> Path:
        """Return the folder that is ours."""
        return self.path(self.config.data)


def load(file: Path) -> Place:
    """Read and check the file. Raises BadConfig."""
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadConfig(
            f"{file}: 読めません ({error.strerror})。--config で場所を指定してください。"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{file}: TOML として正しくありません: {error}") from error
    try:
        config = msgspec.convert(raw, KioskConfig)
    except msgspec.ValidationError as error:
        raise BadConfig(f"{file}: 直してください: {error}") from error
    try:
        socket_url(config.server.url)
    except ValueError as error:
        raise BadConfig(f"{file}: server.url: {error}") from error
    place = Place(file=file, config=config)
    if config.server.ca and not place.path(config.server.ca).is_file():
        raise BadConfig(f"{file}: server.ca: {place.path(config.server.ca)} がありません。")
    if config.screen.browser and not any("{url}" in word for word in config.screen.browser):
        raise BadConfig(f"{file}: screen.browser: どこかに {{url}} を入れてください。")
    return place


def private(path: Path) -> bool:
    """Say whether only its owner may read a file."""
    return os.stat(path).st_mode & 0o077 == 0
