"""Where things lie on today's My Number card: the little of it that a kiosk ever touches.

The specification is not public. These numbers are agreed on by several independent open readers; every one of
them must be checked again with an issued test card before a pilot. The card planned for 2028 has another
layout: it gets a second file like this one, not conditions in this one.
"""

JPKI = bytes.fromhex("D392F000260100000001")
"""公的個人認証: asked only what it is, never for a certificate (its serial number is a stable identifier)."""

TEXT = bytes.fromhex("D3921000310001010408")
"""券面事項入力補助: holds the four attributes, and beside them the 12-digit number that we never touch."""

TOKEN_INFO = 0x0006
"""JPKI: the name of the token, 32 bytes padded with spaces or NULs; tells a card from a telephone."""

CERTIFICATES_PRESENT = 0x0008
"""JPKI: 3 bytes, the first is 8F when there is a signing certificate (not for children, not 顔認証)."""

AUTHENTICATION_PIN = 0x0018
"""JPKI: 利用者証明用電子証明書の暗証番号; only its counter is asked."""

ATTRIBUTES = 0x0002
"""TEXT: 基本4情報."""

ATTRIBUTES_PIN = 0x0011
"""TEXT: the four digits that open `ATTRIBUTES`; the counter is its own, three tries, never recovering with time."""

PHONE_TOKENS = (b"JPKIAPGPSETOKEN", b"JPKIAPIOSTOKEN")
"""How Android and iPhone name themselves in `TOKEN_INFO`."""
