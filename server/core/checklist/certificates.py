"""What a wish for certificates costs and what still stands in its way."""

from typing import Annotated

from msgspec import Meta

from server.core.checklist.catalogue import Certificate, CertificateForm, CertificateRule, Confidence
from server.protocol.values import Key, Personal


class Wanted(Personal, frozen=True, kw_only=True):
    """One kind of certificate, how many, and what shall be written on it."""

    cert: Key
    copies: Annotated[int, Meta(ge=1, le=20)] = 1
    options: tuple[Key, ...] = ()


class Wish(Personal, frozen=True, kw_only=True):
    """Everything somebody asks for; `shown` names the fields they can fill in or show."""

    whose: Key
    wanted: tuple[Wanted, ...]
    purpose: Key | None = None
    shown: tuple[Key, ...] = ()


class Obstacle(Personal, frozen=True, kw_only=True):
    """Why a certificate cannot be given yet, in the city's words."""

    cert: Key
    note: str
    conf: Confidence


class Bill(Personal, frozen=True, kw_only=True):
    """The fees in yen, and what is in the way; `unknown` lists what the city does not issue."""

    fees: dict[Key, int]
    total: int
    fees_conf: Confidence
    obstacles: tuple[Obstacle, ...]
    purpose_missing: bool
    unknown: tuple[Key, ...]


def bill(form: CertificateForm, wish: Wish) -> Bill:
    """Add up a wish and name every obstacle."""
    known = {cert.id: cert for cert in form.certs}
    fees: dict[Key, int] = {}
    obstacles: list[Obstacle] = []
    for wanted in wish.wanted:
        if wanted.cert in known:
            cert = known[wanted.cert]
            fees[cert.id] = fees.get(cert.id, 0) + cert.fee * wanted.copies
            obstacles += [
                Obstacle(cert=cert.id, note=rule.note, conf=rule.conf)
                for rule in form.rules
                if _stands(rule, cert, wanted, wish)
            ]
    return Bill(
        fees=fees,
        total=sum(fees.values()),
        fees_conf=form.fees_conf,
        obstacles=tuple(obstacles),
        purpose_missing=wish.whose in form.purpose_required_for and wish.purpose not in form.purposes,
        unknown=tuple(wanted.cert for wanted in wish.wanted if wanted.cert not in known),
    )


def _stands(rule: CertificateRule, cert: Certificate, wanted: Wanted, wish: Wish) -> bool:
    if cert.id not in rule.certs or (rule.option is not None and rule.option not in wanted.options):
        return False
    not_theirs = bool(rule.allow_whose) and wish.whose not in rule.allow_whose
    lacking = rule.require is not None and rule.require not in wish.shown
    return not_theirs or lacking
