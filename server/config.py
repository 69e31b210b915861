"""Two files say how a server runs: `server.toml` (this machine) and `city.toml` (this city).

Both are read strictly: an unknown key, a wrong type or a secret that others may read stops the start with one sentence
that names the file, the key and what to do.
"""

import ipaddress
import os
import re
import secrets
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from server import opening
from server.core.booking.rules import Reservations
from server.core.checklist.catalogue import (
    ClosedDays,
)
from server.core.city import (
    AtClose,
    Callbacks,
    City,
    Lane,
    LaneKind,
    Offers,
    Opening,
    Purpose,
    Retention,
    Ring,
    Skill,
    Targets,
)
from server.core.hours import (
    JAPAN,
)
from server.identity.settings import (
    Identity,
    IdentityInFile,
    Unfit,
)
from server.identity.settings import load as load_trust
from server.opening import Days, Hours, LunchInFile, SiteInFile
from server.protocol.values import IceServer, Key, KioskId, LaneId, MunicipalityId

TEXTS = {
    "missing_file": "ファイルが ありません。場所を 確かめるか、komado-server init で 作ってください",
    "unreadable": "読めません。このプログラムを 動かす利用者に 読む許可を 与えてください",
    "syntax": "書き方が TOML に なっていません（{why}）",
    "unknown_field": "「{name}」という項目は ありません。つづりを 確かめてください",
    "missing_field": "「{name}」が ありません。書き足してください",
    "wrong_type": "{got} では なく {expected} を 書いてください",
    "wrong_value": "この値は 使えません（{why}）",
    "loud_secret": "ほかの利用者も 読める 秘密のファイルです。chmod 600 {path} を 実行してください",
    "no_tls": "127.0.0.1 以外で 待ち受けるには tls.certificate と tls.key が 必要です",
    "half_webhook": "webhook と token_file は 両方 書いてください",
    "half_tls": "certificate と key は 両方 書いてください",
    "no_turn_secret": "中継（TURN）の番地を 書いたら secret_file も 書いてください",
    "case_key": "中身が 鍵では ありません（32バイト）。控えから もどしてください",
    "short_key": "鍵が 短すぎます。openssl rand -hex 32 で 作ってください",
    "hours": '「{value}」は 受付時間では ありません。"08:30-17:15" のように 書いてください',
    "day": "「{value}」は 日付では ありません。2027-03-28 のように 書いてください",
    "twice": "「{name}」が 2回 出てきます",
    "no_lane": "用件「{name}」を 受ける窓口が ありません。[[lanes]] の purposes に 足してください",
    "no_purpose": "用件「{name}」は [[purposes]] に ありません",
    "empty": "1つ以上 書いてください",
    "identity.missing": "{name} が ありません。場所と 読む許可を 確かめてください",
    "identity.no_anchor": "{name} は 認証局の証明書（PEM）では ありません",
    "identity.not_a_list": "{name} は 失効リスト（CRL）では ありません",
    "identity.no_source": "revocation で えらんだ 失効の調べ先を 書き足してください",
    "identity.no_trust": "失効を 調べるには 認証局の証明書を 書いてください",
    "identity.key": "中身が 鍵では ありません（32バイト）。控えから もどすか、消して 作り直してください",
}

TYPES = {
    "str": "文字", "int": "整数", "float": "数", "bool": "true か false", "array": "[ ] の並び", "object": "表",
    "null": "空",
}  # fmt: skip

S = TypeVar("S")
T = TypeVar("T")


class ConfigError(Exception):
    """The start is refused; the message names the file, the key, and what to do."""

    def __init__(self, file: Path, key: str, sentence: str) -> None:
        super().__init__(f"{file}: {key}: {sentence}" if key else f"{file}: {sentence}")
        self.file = file
        self.key = key


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything a person writes in TOML."""


# ---------------------------------------------------------------- server.toml


class Listen(_Strict, frozen=True, kw_only=True):
    """Where the server is reached; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8443


class Tls(_Strict, frozen=True, kw_only=True):
    """Certificate chain and private key, PEM."""

    certificate: Path | None = None
    key: Path | None = None


class Turn(_Strict, frozen=True, kw_only=True):
    """coturn with `use-auth-secret`: credentials are made per call and expire."""

    urls: tuple[str, ...] = ()
    secret_file: Path | None = None
    lasts: Annotated[int, Meta(ge=60, le=86_400)] = 3600


class Pages(_Strict, frozen=True, kw_only=True):
    """Who may show our pages in a frame: nobody, unless named (the demo page does)."""

    frame_ancestors: tuple[Annotated[str, Meta(pattern=r"^('self'|https?://[A-Za-z0-9.:\[\]-]+)$")], ...] = ()


class Keep(_Strict, frozen=True, kw_only=True):
    """How long what is personal stays after a visit."""

    case_hours: Annotated[float, Meta(ge=0, le=24 * 365)] = 24.0


class Export(_Strict, frozen=True, kw_only=True):
    """Where signed forms go out to the back office: into a folder, to an address, or both; without either they stay
    here until they are erased."""

    folder: Path | None = None
    webhook: Annotated[str, Meta(pattern=r"^https://[^\s]+$")] | None = None
    token_file: Path | None = None  # what the webhook knows us by


class Payment(_Strict, frozen=True, kw_only=True):
    """How fees can be paid before pick-up; without a link they are paid there."""

    link: str | None = None  # the provider's address with {total} and {reference}


class Server(_Strict, frozen=True, kw_only=True):
    """`server.toml`; paths are relative to the file."""

    listen: Listen = Listen()
    tls: Tls = Tls()
    data: Path = Path("data")
    city: Path = Path("city.toml")
    procedures: Path | None = None
    """The folder of the city's procedures; unsaid: those of the fictional 見本市 that come with the program."""
    forms: Path | None = None
    """The folder of the city's forms; unsaid: those of the fictional 見本市."""
    export: Export = Export()
    payment: Payment = Payment()
    case_key: Path = Path("secrets/case.key")
    origins: tuple[Annotated[str, Meta(pattern=r"^https?://[^/]+$")], ...] = ()
    """Further addresses the pages are opened at, e.g. behind another name; the own one needs no line."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    ice_servers: tuple[IceServer, ...] = ()
    turn: Turn = Turn()
    pages: Pages = Pages()
    keep: Keep = Keep()

    @property
    def secure(self) -> bool:
        """Whether it speaks TLS."""
        return self.tls.certificate is not None

    @property
    def database(self) -> Path:
        """The one file that holds everything worth a backup."""
        return self.data / "komado.db"

    @property
    def card_key(self) -> Path:
        """The key under which a card is known again without being known."""
        return self.data / "identity.key"


def load_server(file: Path) -> Server:
    """Read and check `server.toml`. Raises ConfigError."""
    found = _decode(file, Server)
    base = file.resolve().parent
    tls = Tls(certificate=_below(base, found.tls.certificate), key=_below(base, found.tls.key))
    turn = msgspec.structs.replace(found.turn, secret_file=_below(base, found.turn.secret_file))
    config = msgspec.structs.replace(
        found,
        tls=tls, turn=turn, data=base / found.data, city=base / found.city, procedures=_below(base, found.procedures),
        forms=_below(base, found.forms), export=msgspec.structs.replace(
            found.export,
            folder=_below(base, found.export.folder),
            token_file=_below(base, found.export.token_file),
        ),
        case_key=base / found.case_key,
    )  # fmt: skip
    if (tls.certificate is None) != (tls.key is None):
        raise ConfigError(file, "tls", TEXTS["half_tls"])
    if tls.certificate is None and not _is_loopback(found.listen.host):
        raise ConfigError(file, "listen.host", TEXTS["no_tls"])
    if turn.urls and turn.secret_file is None:
        raise ConfigError(file, "turn.secret_file", TEXTS["no_turn_secret"])
    if (config.export.webhook is None) != (config.export.token_file is None):
        raise ConfigError(file, "export.token_file", TEXTS["half_webhook"])
    return config


def secret(file: Path) -> bytes:
    """Return the content of a file nobody else may read. Raises ConfigError."""
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            if mode & 0o077:
                raise ConfigError(file, "", TEXTS["loud_secret"].format(path=file))
            return opened.read()
    except FileNotFoundError as error:
        raise ConfigError(file, "", TEXTS["missing_file"]) from error
    except OSError as error:
        raise ConfigError(file, "", TEXTS["unreadable"]) from error


def case_key(config: Server) -> bytes:
    """Return the city's key for personal data. Raises ConfigError."""
    key = secret(config.case_key)
    if len(key) != 32:
        raise ConfigError(config.case_key, "", TEXTS["case_key"])
    return key


def identity_key(config: Server) -> bytes:
    """Return the key under which cards are told apart, made when first needed. Raises ConfigError."""
    file = config.card_key
    try:
        with open(file, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as made:
            made.write(secrets.token_bytes(32))
    except FileExistsError:
        pass  # as always after the first start
    except OSError as error:
        raise ConfigError(file, "", TEXTS["unreadable"]) from error
    key = secret(file)
    if len(key) != 32:
        raise ConfigError(file, "", TEXTS["identity.key"])
    return key


# ---------------------------------------------------------------- city.toml


class LaneInFile(_Strict, frozen=True, kw_only=True):
    """A lane as written: its hours are the city's unless it has its own. Durations in seconds."""

    id: LaneId
    purposes: tuple[Key, ...]
    name: Annotated[str, Meta(max_length=40)] = ""
    kind: LaneKind = "resident"
    counters: tuple[Key, ...] = ()
    required: tuple[Skill, ...] = ()
    rings: tuple[Ring, ...] = ()
    insists: tuple[Literal["language", "sign"], ...] = ()
    prefers_for: Annotated[float, Meta(ge=0)] = 60.0
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0
    target: Annotated[float, Meta(gt=0, le=86_400)] = 600.0
    max_wait: Annotated[float, Meta(gt=0)] = 1200.0
    overtaken_at_most: Annotated[int, Meta(ge=1)] = 5
    transfer_lasts: Annotated[float, Meta(gt=0)] = 120.0
    appointment_window: Annotated[float, Meta(ge=0)] = 300.0
    late_after: Annotated[float, Meta(ge=0)] = 600.0
    escalate_after: Annotated[int, Meta(ge=1)] = 3
    hours: Hours | None = None
    exceptions: Days = {}
    lunch: LunchInFile | None = None
    last_ticket: bool = True
    at_close: AtClose = "serve"
    offers: Offers = "one"
    ring_at_most: Annotated[int, Meta(ge=1, le=500)] = 5
    offer_lasts: Annotated[float, Meta(gt=0)] = 20.0
    connect_within: Annotated[float, Meta(gt=0)] = 20.0
    socket_grace: Annotated[float, Meta(gt=0)] = 30.0
    walk_away_grace: Annotated[float, Meta(gt=0)] = 90.0
    wrapup_lasts: Annotated[float, Meta(gt=0)] = 300.0
    misses_until_paused: Annotated[int, Meta(ge=1)] = 3
    called_lasts: Annotated[float, Meta(gt=0)] = 300.0
    aside_lasts: Annotated[float, Meta(gt=0)] = 300.0
    absent_lasts: Annotated[float, Meta(gt=0)] = 600.0
    asides_at_most: Annotated[int, Meta(ge=0)] = 1
    minutes_per_visit: Annotated[int, Meta(ge=1)] = 12
    reservations: Reservations | None = None
    callbacks: Callbacks | None = None


class MessagesInFile(_Strict, frozen=True, kw_only=True):
    """Who sends words to people with a reservation: an address, and what proves to it that they are ours."""

    url: Annotated[str, Meta(pattern=r"^(https://|http://127\.0\.0\.1[:/])[^\s]+$")]
    key_file: Path


class Sender(msgspec.Struct, frozen=True):
    """The same, read."""

    url: str
    key: str

    def __repr__(self) -> str:
        return "<Sender>"


class KioskInFile(_Strict, frozen=True, kw_only=True):
    """A kiosk that is something else than one that stands at its place and talks; its id is on the fleet page."""

    id: KioskId
    kind: Literal["mobile", "counter"]


class CityInFile(_Strict, frozen=True, kw_only=True):
    """`city.toml`."""

    id: Annotated[MunicipalityId, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    telephone: Annotated[str, Meta(min_length=1, max_length=40)]
    sites: tuple[SiteInFile, ...]
    lanes: tuple[LaneInFile, ...]
    purposes: tuple[Purpose, ...]
    kiosks: tuple[KioskInFile, ...] = ()
    desks: tuple[Annotated[str, Meta(min_length=1, max_length=20)], ...] = ()  # of the hall: 「3番窓口」
    hours: Hours | None = None
    exceptions: Days = {}  # single days with hours of their own, holidays too
    closed_days: ClosedDays | None = None  # the state's holidays, and the city's own
    pause_reasons: tuple[Key, ...] = ("break", "other_work")
    wrapup_results: tuple[Key, ...] = ("done", "continued", "referred", "other")
    retention: Retention = Retention()
    targets: Targets = Targets()
    identity: IdentityInFile = IdentityInFile()
    messages: MessagesInFile | None = None


def load_sender(file: Path) -> Sender | None:
    """Read `[messages]` of `city.toml` and its key; None = nobody is told anything. Raises ConfigError."""
    found = _decode(file, CityInFile).messages
    if found is None:
        return None
    path = file.resolve().parent / found.key_file
    key = secret(path).decode("ascii", "replace").strip()
    if len(key) < 32:
        raise ConfigError(path, "", TEXTS["short_key"])
    return Sender(found.url, key)


def load_identity(file: Path) -> Identity:
    """Read `[identity]` of `city.toml` and every file it names. Raises ConfigError."""
    try:
        return load_trust(_decode(file, CityInFile).identity, file.resolve().parent)
    except Unfit as error:
        raise ConfigError(file, error.key, TEXTS[f"identity.{error.why}"].format(name=error.name)) from error


def load_city(file: Path, ice_servers: tuple[IceServer, ...] = ()) -> City:
    """Read and check `city.toml`; its people and kiosks come from the registry. Raises ConfigError."""
    found = _decode(file, CityInFile)
    _once(file, "sites", [site.id for site in found.sites])
    _once(file, "lanes", [lane.id for lane in found.lanes])
    _once(file, "purposes", [purpose.id for purpose in found.purposes])
    _once(file, "lanes.purposes", [purpose for lane in found.lanes for purpose in lane.purposes])
    if found.kiosks:
        _once(file, "kiosks", [kiosk.id for kiosk in found.kiosks])
    if found.desks:
        _once(file, "desks", list(found.desks))
    known = {purpose.id for purpose in found.purposes}
    served = {purpose for lane in found.lanes for purpose in lane.purposes}
    for name in sorted(served - known):
        raise ConfigError(file, "lanes.purposes", TEXTS["no_purpose"].format(name=name))
    for name in sorted(known - served):
        raise ConfigError(file, "purposes", TEXTS["no_lane"].format(name=name))
    shut = opening.shut(found.closed_days, datetime.now(JAPAN).date())
    try:  # what all lanes share is named by itself, not by the first lane
        opening.week(found.hours)
        opening.single_days(found.exceptions)
    except opening.Unreadable as error:
        raise ConfigError(file, error.key, TEXTS[error.why].format(value=error.value)) from error
    return City(
        id=found.id,
        name=found.name,
        telephone=found.telephone,
        lanes=_each(file, "lanes", found.lanes, lambda lane: _lane(lane, found, shut)),
        purposes=found.purposes,
        sites=_each(file, "sites", found.sites, opening.site),
        staff={},
        kiosks={},
        kinds={kiosk.id: kiosk.kind for kiosk in found.kiosks},
        desks=found.desks,
        pause_reasons=found.pause_reasons,
        wrapup_results=found.wrapup_results,
        ice_servers=ice_servers,
        retention=found.retention,
        targets=found.targets,
    )


def _lane(lane: LaneInFile, city: CityInFile, shut: Mapping[str, tuple[Opening, ...]]) -> Lane:
    written = {"hours", "exceptions", "lunch"}
    rest = {name: getattr(lane, name) for name in lane.__struct_fields__ if name not in written}
    return Lane(
        **rest,
        openings=opening.week(lane.hours or city.hours),
        exceptions={**shut, **opening.single_days(city.exceptions, lane.exceptions)},
        lunch=opening.lunch(lane.lunch),
    )


def _each(file: Path, key: str, items: Iterable[S], make: Callable[[S], T]) -> tuple[T, ...]:
    """Make the core's own of each; what cannot be read is said with its place."""
    made: list[T] = []
    for index, item in enumerate(items):
        try:
            made.append(make(item))
        except opening.Unreadable as error:
            text = TEXTS[error.why].format(value=error.value)
            raise ConfigError(file, f"{key}[{index}].{error.key}", text) from error
    return tuple(made)


# ---------------------------------------------------------------- both


def _decode(file: Path, kind: type[T]) -> T:
    try:
        text = file.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(file, "", TEXTS["missing_file"]) from error
    except OSError as error:
        raise ConfigError(file, "", TEXTS["unreadable"]) from error
    try:
        return msgspec.toml.decode(text, type=kind, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ConfigError(file, *_explain(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, "", TEXTS["syntax"].format(why=error)) from error


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    names: dict[type, str] = {int: "int", bool: "bool", float: "float", list: "array", dict: "object"}
    raise TypeError(f"Expected `str`, got `{names.get(type(value), type(value).__name__)}`")


def _explain(message: str) -> tuple[str, str]:
    """Split what msgspec says into the key and a sentence a technician can act on."""
    what, _, place = message.partition(" - at ")
    key = place.strip("`").removeprefix("$").lstrip(".")
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", what):
        return _inside(key, match[1]), TEXTS["unknown_field"].format(name=match[1])
    if match := re.fullmatch(r"Object missing required field `(.+)`", what):
        return _inside(key, match[1]), TEXTS["missing_field"].format(name=match[1])
    if match := re.fullmatch(r"Expected `([a-z |]+)`, got `(\w+)`", what):
        expected = " か ".join(TYPES.get(kind, kind) for kind in match[1].split(" | ") if kind != "null")
        return key, TEXTS["wrong_type"].format(expected=expected, got=TYPES.get(match[2], match[2]))
    return key, TEXTS["wrong_value"].format(why=what)


def _inside(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _once(file: Path, key: str, names: list[str]) -> None:
    if not names:
        raise ConfigError(file, key, TEXTS["empty"])
    for name, times in Counter(names).items():
        if times > 1:
            raise ConfigError(file, key, TEXTS["twice"].format(name=name))


def _below(base: Path, path: Path | None) -> Path | None:
    return None if path is None else base / path


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
