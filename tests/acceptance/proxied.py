"""nginx in front of a board, with the page's own configuration and a certificate of the test's."""

from __future__ import annotations

import os
import ssl
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from socket import create_connection
from typing import TYPE_CHECKING

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.acceptance.board_process import free_port
from tests.acceptance.keeper import blocks
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from tests.acceptance.keeper import Keeper

NAME = "board.example"
ORIGIN = f"https://{NAME}"
_FRAME = """
{user}daemon off;
pid {place}/nginx.pid;
error_log {place}/nginx.log;
events {{}}
http {{
access_log off;
client_body_temp_path {place}/body;
proxy_temp_path {place}/proxy;
fastcgi_temp_path {place}/fastcgi;
uwsgi_temp_path {place}/uwsgi;
scgi_temp_path {place}/scgi;
{servers}
}}
"""


class Proxy:
    """One nginx, and who comes through it."""

    def __init__(self, keeper: Keeper, place: Path) -> None:
        self._place = place
        self.port = free_port()
        (servers,) = blocks("nginx")
        servers = keeper.here(servers).replace("listen 443 ", f"listen 127.0.0.1:{self.port} ")
        servers = servers.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
        servers = servers.replace("/etc/ssl", str(place))
        user = "user root;\n" if os.geteuid() == 0 else ""
        self._file = place / "nginx.conf"
        self._file.write_text(_FRAME.format(user=user, place=place, servers=servers))
        certify(place)
        self._trust = ssl.create_default_context(cafile=str(place / f"{NAME}.pem"))

    @contextmanager
    def running(self) -> Iterator[None]:
        log = self._place / "nginx.log"
        process = subprocess.Popen(["nginx", "-p", str(self._place), "-e", str(log), "-c", str(self._file)])
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def visitor(self) -> httpx.Client:
        """Come as a browser does, from a machine that knows the name."""
        return httpx.Client(
            transport=_Named(self.port, self._trust),
            base_url=ORIGIN,
            headers={"Origin": ORIGIN},
            timeout=PATIENCE,
        )

    def page(self, visitor: httpx.Client, path: str) -> str:
        """Fetch a page; empty while it cannot be had."""
        try:
            answer = visitor.get(path)
        except httpx.TransportError:
            return ""
        return answer.text if answer.status_code == httpx.codes.OK else ""

    def socket(self, path: str, cookies: str) -> ClientConnection:
        """Open a page's socket."""
        return connect(
            f"wss://{NAME}{path}",
            sock=create_connection(("127.0.0.1", self.port)),
            ssl=self._trust,
            origin=Origin(ORIGIN),
            additional_headers={"Cookie": cookies},
            compression=None,
            proxy=None,
        )


class _Named(httpx.HTTPTransport):
    """Reaches the name at the test's port."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust)
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1", port=self._port),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": NAME},
            )
        )


def certify(place: Path) -> None:
    """Make a key and a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (place / f"{NAME}.key").write_bytes(private)
    (place / f"{NAME}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
