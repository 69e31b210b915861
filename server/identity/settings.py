"""`[identity]` of city.toml: whose certificates count, and who is asked whether one was revoked.

Everything named there is opened at the start, so that a wrong file stops the start and not a resident's visit.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography import x509
from msgspec import Meta

from server.identity.crl import Crl, NotAList, read
from server.identity.ocsp import Ocsp
from server.identity.revocation import Nobody, Revocation
from server.identity.verify import Purpose, Trust

Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$")]
Oid = Annotated[str, Meta(pattern=r"^[0-2](\.[0-9]+)+$")]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything a person writes in TOML."""


class TrustInFile(_Strict, frozen=True, kw_only=True):
    """The authorities of one purpose, and the policies one of which a certificate must name."""

    anchors: tuple[Path, ...] = ()
    policies: tuple[Oid, ...] = ()


class OcspInFile(_Strict, frozen=True, kw_only=True):
    """The responder of the city's verifier."""

    url: Url
    timeout: Annotated[float, Meta(gt=0, le=30)] = 5.0
    require_nonce: bool = True


class CrlInFile(_Strict, frozen=True, kw_only=True):
    """Lists, as files somebody replaces or as addresses we fetch."""

    files: tuple[Path, ...] = ()
    urls: tuple[Url, ...] = ()
    refresh_minutes: Annotated[float, Meta(gt=0)] = 60.0
    timeout: Annotated[float, Meta(gt=0, le=120)] = 20.0


class IdentityInFile(_Strict, frozen=True, kw_only=True):
    """`[identity]`; left out, every card's proof stays 有効性未確認."""

    revocation: Literal["none", "ocsp", "crl"] = "none"
    auth: TrustInFile = TrustInFile()
    sign: TrustInFile = TrustInFile()
    ocsp: OcspInFile | None = None
    crl: CrlInFile | None = None


class Unfit(Exception):
    """Something named there cannot be used: which key, why, and which file."""

    def __init__(
        self,
        key: str,
        why: Literal["missing", "no_anchor", "not_a_list", "no_source", "no_trust"],
        name: str = "",
    ) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key
        self.why = why
        self.name = name


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What checks rest on, read and checked. Its driver is made where the loop runs."""

    auth: Trust = Trust(purpose="auth")
    sign: Trust = Trust(purpose="sign")
    settings: IdentityInFile = IdentityInFile()
    base: Path = Path()

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file the settings name."""
        crl = () if self.settings.crl is None else self.settings.crl.files
        return tuple(
            self.base / file for file in (*self.settings.auth.anchors, *self.settings.sign.anchors, *crl)
        )

    def revocation(self) -> Revocation:
        """Build the driver the settings name."""
        ocsp, crl = self.settings.ocsp, self.settings.crl
        match self.settings.revocation:
            case "ocsp" if ocsp is not None:
                return Ocsp(ocsp.url, timeout=ocsp.timeout, nonce_required=ocsp.require_nonce)
            case "crl" if crl is not None:
                files = [self.base / file for file in crl.files]
                return Crl(files, crl.urls, refresh=crl.refresh_minutes * 60.0, timeout=crl.timeout)
            case "none" | "ocsp" | "crl":
                return Nobody()


def load(settings: IdentityInFile, base: Path) -> Identity:
    """Read every file the settings name, relative to `base`. Raises Unfit."""
    if settings.revocation == "ocsp" and settings.ocsp is None:
        raise Unfit("identity.ocsp", "no_source")
    if settings.revocation == "crl":
        if settings.crl is None or not (settings.crl.files or settings.crl.urls):
            raise Unfit("identity.crl", "no_source")
        for file in settings.crl.files:
            try:
                read(_content("identity.crl.files", base / file))
            except NotAList as error:
                raise Unfit("identity.crl.files", "not_a_list", str(file)) from error
    if settings.revocation != "none" and not settings.auth.anchors:
        raise Unfit("identity.auth.anchors", "no_trust")  # nobody's revocation can be asked without an issuer
    return Identity(
        auth=_trust("auth", settings.auth, base),
        sign=_trust("sign", settings.sign, base),
        settings=settings,
        base=base,
    )


def _trust(purpose: Purpose, written: TrustInFile, base: Path) -> Trust:
    key = f"identity.{purpose}.anchors"
    anchors: list[x509.Certificate] = []
    for file in written.anchors:
        try:
            found = x509.load_pem_x509_certificates(_content(key, base / file))
        except ValueError as error:
            raise Unfit(key, "no_anchor", str(file)) from error
        if not all(_is_authority(one) for one in found):
            raise Unfit(key, "no_anchor", str(file))
        anchors += found
    return Trust(purpose=purpose, anchors=tuple(anchors), policies=written.policies)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _content(key: str, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unfit(key, "missing", str(file)) from error
