"""The authorities of the virtual cards as files, and everything else a verifier is tested with.

issued(read("ordinary"), "auth")                    # the key and certificate on a card
anchors("auth")                                     # what a verifier is told to trust
python -m hardware.card.virtual.pki --out DIR       # all of it as files: see `write`
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from hardware.card.virtual.authorities import (
    ODD,
    POLICY,
    TRUSTED,
    Authority,
    Generation,
    Issued,
    Key,
    Use,
    anchors,
    authority,
    crl,
    everything,
    issued,
    ocsp_signer,
    odd,
    signed_by,
)
from hardware.card.virtual.keys import search
from hardware.card.virtual.persona import personas

__all__ = [
    "ODD",
    "POLICY",
    "TRUSTED",
    "Authority",
    "Generation",
    "Issued",
    "Key",
    "Use",
    "anchors",
    "authority",
    "crl",
    "everything",
    "index",
    "issued",
    "ocsp_signer",
    "odd",
    "write",
]

_PEM = serialization.Encoding.PEM


def index(use: Use, generation: Generation) -> str:
    """Return the database that `openssl ocsp -index` and `openssl ca` read."""
    lines = list[str]()
    for name, made in signed_by(use, generation).items():
        serial = f"{made.certificate.serial_number:X}"
        revoked = made.state == "revoked"
        since = (
            f"{made.certificate.not_valid_before_utc + timedelta(days=30):%y%m%d%H%M%SZ}" if revoked else ""
        )
        fields = (
            "R" if revoked else "V",
            f"{made.certificate.not_valid_after_utc:%y%m%d%H%M%SZ}",
            since,
            serial.zfill(len(serial) + len(serial) % 2),
            "unknown",
            f"/CN={name}-{use}",
        )
        lines.append("\t".join(fields) + "\n")
    return "".join(lines)


def write(folder: Path, now: datetime) -> None:
    """Write everything as files.

    anchors/USE-N.pem      what to trust                     crl/USE-N.pem          what is revoked
    ocsp/USE-N/            index.txt, ca.pem, signer.pem, signer.key: for `openssl ocsp`
    cards/NAME-USE.pem     certificate; .key its private key (NAME: a persona or odd-STATE)
    strangers/USE.pem      an authority of the same name that nobody trusts
    """
    for use in ("auth", "sign"):
        for generation in TRUSTED:
            place = f"{use}-{generation}"
            trusted = authority(use, generation).certificate.public_bytes(_PEM)
            key, signer = ocsp_signer(use, generation)
            _put(folder / "anchors" / f"{place}.pem", trusted)
            _put(folder / "crl" / f"{place}.pem", crl(use, generation, now).public_bytes(_PEM))
            _put(folder / "ocsp" / place / "ca.pem", trusted)
            _put(folder / "ocsp" / place / "index.txt", index(use, generation).encode())
            _put(folder / "ocsp" / place / "index.txt.attr", b"unique_subject = no\n")
            _put(folder / "ocsp" / place / "signer.pem", signer.public_bytes(_PEM))
            _put(folder / "ocsp" / place / "signer.key", _private(key))
        _put(folder / "strangers" / f"{use}.pem", authority(use, "stranger").certificate.public_bytes(_PEM))
        for name, made in everything(use).items():
            _put(folder / "cards" / f"{name}-{use}.pem", made.certificate.public_bytes(_PEM))
            _put(folder / "cards" / f"{name}-{use}.key", _private(made.key))


def main(words: list[str] | None = None) -> int:
    """Write the files, or (for us) the table that spares everybody the search for primes."""
    parser = argparse.ArgumentParser(
        prog="python -m hardware.card.virtual.pki",
        description="架空のカードの認証局・証明書・失効情報（どこでも通用しません）をファイルに書きます。",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="書くフォルダ")
    parser.add_argument("--primes", action="store_true", help="primes.yaml の中身を出します（開発用）")
    options = parser.parse_args(words)
    if options.primes:
        sys.stdout.writelines(f"{name}: {list(search(name))}\n" for name in _rsa_names())
    elif options.out is not None:
        write(options.out, datetime.now(UTC))
    else:
        parser.error("--out DIR を指定してください。")
    return 0


def _rsa_names() -> list[str]:
    places = [f"{use}-{generation}" for use in ("auth", "sign") for generation in ("1", "2", "3", "stranger")]
    return sorted(
        [f"authority/{place}" for place in places if not place.endswith("3")]
        + [f"ocsp/{place}" for place in places if not place.endswith("stranger")]
        + [f"{use}/{name}" for use in ("auth", "sign") for name, _ in personas()]
    )


def _private(key: Key) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
