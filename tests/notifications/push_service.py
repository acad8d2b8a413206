"""A push service and a browser of our own: takes what the house sends, checks the signature, and opens it."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from intranet.notifications.push.sealing import decoded, encoded, point
from intranet.outbound import Outbound

CURVE = ec.SECP256R1()


def derive(secret, salt, info, length):
    return HKDF(SHA256(), length, salt, info).derive(secret)


class Browser:
    """A browser that asked for messages: has the keys, opens what comes."""

    def __init__(self, address):
        self.key = ec.generate_private_key(CURVE)
        self.secret = os.urandom(16)
        self.endpoint = address
        self.p256dh, self.auth = encoded(point(self.key.public_key())), encoded(self.secret)

    def open(self, body):
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        secret = derive(shared, self.secret, b"WebPush: info\0" + point(self.key.public_key()) + theirs, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        text = AESGCM(key).decrypt(derive(secret, salt, b"Content-Encoding: nonce\0", 12), sealed, None)
        assert text.endswith(b"\x02")
        return json.loads(text[:-1])


class PushService:
    """Listens on a free port; `status` is what it answers, per path or for all."""

    def __init__(self):
        self.got, self.status, self.headers = [], {}, {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((self.path, dict(self.headers), body))
                self.send_response(service.status.get(self.path, 201))
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.way = Outbound(is_allowed=lambda _address: True, ports=frozenset({self.port}))

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def browser(self, name="a"):
        return Browser(f"http://127.0.0.1:{self.port}/{name}")

    def check_signature(self, headers):
        token, key = (part.split("=", 1)[1] for part in headers["Authorization"].removeprefix("vapid ").split(", "))
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
        claims = jwt.decode(token, public, algorithms=["ES256"], audience=f"http://127.0.0.1:{self.port}")
        return claims, key
