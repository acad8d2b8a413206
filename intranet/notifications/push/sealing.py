"""Sealed for one browser (RFC 8291 over RFC 8188) and signed as ours (VAPID, RFC 8292).

The maker of the browser carries the message and cannot read it. Every primitive is `cryptography`'s, the signed token
PyJWT's; here is only the order the RFCs put them in, which the test holds against the example of RFC 8291.
"""

from __future__ import annotations

import base64
import os
import time
from functools import lru_cache
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

CURVE = ec.SECP256R1()
RECORD = 4096
# What fits into one record with the byte that ends it and the tag.
MOST = 3_000
TOKEN_SECONDS = 12 * 3600


def decoded(text: str) -> bytes:
    """Return the bytes of base64url, with or without its filling. Raises ValueError."""
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def encoded(data: bytes) -> str:
    """Return base64url without filling."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as its 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_keys(p256dh: str, auth: str) -> None:
    """Raise ValueError for what is no browser's key and secret."""
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(p256dh))
    if len(decoded(auth)) != 16:
        raise ValueError("the secret has 16 bytes")


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def seal(
    message: bytes, p256dh: str, auth: str, *, salt: bytes = b"", key: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """Return a message that only the browser with these keys can open. `salt` and `key` are fresh each time."""
    if len(message) > MOST:
        raise ValueError(f"a message has at most {MOST} bytes")
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(p256dh))
    ours = point(key.public_key())
    shared = key.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, decoded(auth), b"WebPush: info\0" + point(theirs) + ours, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4) + bytes([len(ours)]) + ours
    return head + AESGCM(content_key).encrypt(nonce, message + b"\x02", None)


@lru_cache(maxsize=1)
def _private_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)), CURVE)


def public_key() -> str:
    """Return the house's public key, which a browser is asked to accept messages from."""
    return encoded(point(_private_key(settings.VAPID_PRIVATE_KEY).public_key()))


def signature(endpoint: str) -> str:
    """Return the header that says to the carrier who sends."""
    parts = urlsplit(endpoint)
    contact = settings.BASE_URL if settings.BASE_URL.startswith("https://") else "mailto:administrator@localhost"
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": contact,
    }
    token = jwt.encode(claims, _private_key(settings.VAPID_PRIVATE_KEY), algorithm="ES256")
    return f"vapid t={token}, k={public_key()}"
