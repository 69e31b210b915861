"""Where things lie on today's My Number card: the little of it that a kiosk ever touches.

The specification is not public. These numbers are agreed on by several independent open readers; every one of
them must be checked again with an issued test card before a pilot. The card planned for 2028 has another
layout: it gets a second file like this one, not conditions in this one.
"""

JPKI = bytes.fromhex("D392F000260100000001")
"""公的個人認証: two certificates and their keys, one to prove who is there, one to sign."""

TEXT = bytes.fromhex("D3921000310001010408")
"""券面事項入力補助: holds the four attributes, and beside them the 12-digit number that we never touch."""

VISUAL = bytes.fromhex("D3921000310001010402")
"""券面事項確認: holds the face photo, and beside it a picture of the 12-digit number that we never touch."""

# ---- JPKI

SIGNING_CERTIFICATE = 0x0001
"""署名用電子証明書: names, address, birth and sex of its owner; opened by `SIGNING_PASSWORD`."""

TOKEN_INFO = 0x0006
"""The name of the token, 32 bytes padded with spaces or NULs; tells a card from a telephone."""

CERTIFICATES_PRESENT = 0x0008
"""3 bytes: the first is 8F when there is a signing certificate (not for children, not 顔認証), the second for the other."""

AUTHENTICATION_CERTIFICATE = 0x000A
"""利用者証明用電子証明書: names nobody, free to read; its serial number is a stable identifier and is kept nowhere."""

AUTHENTICATION_KEY = 0x0017
AUTHENTICATION_PIN = 0x0018
"""利用者証明用の暗証番号: four digits, three tries; a counter of its own even when the digits are those of `ATTRIBUTES_PIN`."""

SIGNING_KEY = 0x001A
SIGNING_PASSWORD = 0x001B
"""署名用の暗証番号: 6 to 16 of A-Z and 0-9, five tries."""

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 hash in a DigestInfo (RFC 8017 §9.2): 51 bytes in all, what an RSA key of a card signs."""
SHA384_SIZE = 48
"""A bare SHA-384 hash: what the ECDSA P-384 key of the next card is expected to sign."""

# ---- TEXT

ATTRIBUTES = 0x0002
"""基本4情報."""

ATTRIBUTES_PIN = 0x0011
"""The four digits that open `ATTRIBUTES`; the counter is its own, three tries, never recovering with time."""

NUMBER_B = 0x0015
"""照合番号B, 14 digits printed on the card; ten tries. Opens `ATTRIBUTES` and, unlike the PIN, cannot open the number."""

# ---- VISUAL

FACE = 0x0002
"""What is printed on the front, as pictures: of these only the photo is read."""

FACE_NUMBER_B = 0x0012
"""照合番号B again, with a counter of its own; it opens `FACE` and not the picture of the number."""

PHONE_TOKENS = (b"JPKIAPGPSETOKEN", b"JPKIAPIOSTOKEN")
"""How Android and iPhone name themselves in `TOKEN_INFO`."""
