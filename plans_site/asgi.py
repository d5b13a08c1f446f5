"""The application a server runs: numbers for requests, the gate, then static files, pages and sockets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plans_site.settings")
# Apps are ready from here on; what follows imports models.
pages = get_asgi_application()

from plans.security.door import Door  # noqa: E402
from plans.security.gate import apply_security  # noqa: E402
from plans.security.proxies import Proxies  # noqa: E402
from plans.web.routing import sockets  # noqa: E402
from plans_site.assets import Assets  # noqa: E402
from plans_site.lifespan import lifespan  # noqa: E402
from plans_site.loading import LoadedLate  # noqa: E402
from plans_site.mcp import with_mcp  # noqa: E402
from plans_site.numbering import numbered  # noqa: E402

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application


def build() -> ASGI3Application:
    """Put the parts together as the settings say."""
    files = Assets(pages, files=settings.STATIC_FILES, prefix=settings.STATIC_URL)
    door = Door.open_to(
        allowed_hosts=settings.PLANBOARD.allowed_hosts, public_origin=settings.PLANBOARD.public_origin
    )
    proxies = Proxies.read(settings.PLANBOARD.proxies, header=settings.PLANBOARD.proxy_header)
    answers = LoadedLate(with_mcp(files), prefix="/api/", module="plans.agents.http_api.urls")
    parts = {"http": answers, "websocket": sockets, "lifespan": lifespan}
    return numbered(apply_security(ProtocolTypeRouter(parts), door=door, proxies=proxies))


application = build()
