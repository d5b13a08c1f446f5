"""nginx and Caddy in front of a board, each with the page's own configuration, and who comes through them."""

from __future__ import annotations

import os
import ssl
import subprocess
from contextlib import contextmanager
from socket import create_connection
from typing import TYPE_CHECKING, Final

import httpx
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.acceptance.board_process import free_port
from tests.acceptance.certificate import certify
from tests.acceptance.keeper import blocks
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from tests.acceptance.keeper import Keeper

NAME: Final = "board.example"
ORIGIN: Final = f"https://{NAME}"
VISITOR: Final = "127.0.0.2"
"""Where visitors come from, so that the proxy and they are two."""
_NGINX: Final = """
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
_CADDY: Final = """{{
    admin off
    local_certs
    skip_install_trust
    default_bind 127.0.0.1
    http_port {plain}
    https_port {port}
}}
{sites}
"""


class Proxy:
    """A proxy of the page, and who comes through it."""

    def __init__(self, place: Path) -> None:
        self.place, self.port = place, free_port()
        self.authority = place / f"{NAME}.pem"
        """What whoever comes has to trust."""

    def command(self) -> list[str]:
        """Give what starts it, and stays."""
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[None]:
        # Caddy keeps its certificates at home, which is the test's.
        home = {"HOME": str(self.place), "XDG_DATA_HOME": str(self.place), "XDG_CONFIG_HOME": str(self.place)}
        with (self.place / "proxy.log").open("wb") as log:
            process = subprocess.Popen(self.command(), env=os.environ | home, stdout=log, stderr=log)
        try:
            until(lambda: self._shakes_hands(process))
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def _shakes_hands(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, (self.place / "proxy.log").read_text()
        try:
            with create_connection(("127.0.0.1", self.port)) as plain:
                self.trust().wrap_socket(plain, server_hostname=NAME).close()
        except OSError:
            return False
        return True

    def trust(self) -> ssl.SSLContext:
        """Believe this proxy's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.authority))

    def visitor(self, **headers: str) -> httpx.Client:
        """Come as a browser does, from a machine that knows the name."""
        transport = _Named(self.port, self.trust())
        sent = {"Origin": ORIGIN, **headers}
        return httpx.Client(transport=transport, base_url=ORIGIN, headers=sent, timeout=PATIENCE)

    def socket(self, path: str, cookies: str) -> ClientConnection:
        """Open a page's socket."""
        return connect(
            f"wss://{NAME}{path}",
            sock=create_connection(("127.0.0.1", self.port)),
            ssl=self.trust(),
            origin=Origin(ORIGIN),
            additional_headers={"Cookie": cookies},
            compression=None,
            proxy=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )


class Nginx(Proxy):
    """The page's nginx; ``people`` are those it knows, with their passwords, where it is to ask for them."""

    def __init__(self, keeper: Keeper, place: Path, *, people: dict[str, str] | None = None) -> None:
        super().__init__(place)
        servers, asking = blocks("nginx")
        if people is not None:
            servers = servers.replace("    location / {\n", f"    location / {{\n{asking}")
            written = "".join(f"{name}:{{PLAIN}}{password}\n" for name, password in people.items())
            (place / "board.users").write_text(written)
        servers = keeper.here(servers).replace("listen 443 ", f"listen 127.0.0.1:{self.port} ")
        servers = servers.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
        servers = servers.replace("/etc/ssl", str(place)).replace("/etc/nginx", str(place))
        user = "user root;\n" if os.geteuid() == 0 else ""
        (place / "nginx.conf").write_text(_NGINX.format(user=user, place=place, servers=servers))
        certify(NAME, place)

    def command(self) -> list[str]:
        log = self.place / "nginx.log"
        return ["nginx", "-p", str(self.place), "-e", str(log), "-c", str(self.place / "nginx.conf")]


class Caddy(Proxy):
    """The page's Caddy, which signs its own certificate where the world's authorities cannot reach it."""

    def __init__(self, keeper: Keeper, place: Path) -> None:
        super().__init__(place)
        (sites,) = blocks("caddy")
        written = _CADDY.format(port=self.port, plain=free_port(), sites=keeper.here(sites))
        (place / "Caddyfile").write_text(written)
        self.authority = place / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def command(self) -> list[str]:
        return ["caddy", "run", "--config", str(self.place / "Caddyfile")]


class _Named(httpx.HTTPTransport):
    """Reaches the name at the test's port, from the visitors' address."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, local_address=VISITOR)
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
