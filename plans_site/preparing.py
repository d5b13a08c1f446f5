"""Before the board opens: settings, folders, database. Gives what is worth saying; raises what stops it."""

from __future__ import annotations

import os
import stat
from ipaddress import ip_address
from typing import TYPE_CHECKING

from plans.domain.errors import PlanError, StorageFailed
from plans.environment import DEFAULT_ROOT, environment, unknown_settings
from plans.security.folders import folder_faults
from plans.wiring import plan_store, seals

if TYPE_CHECKING:
    from pathlib import Path

    from plans.environment import Environment
    from plans.store.sources.finding import Found

_ANOTHER = "Let this user in, or name another --root."
_DEMO = "`make demo` shows a board where agents are at work."


class NotSafe(PlanError):
    """The board would be open to people who should not see it."""

    code = "not_safe"


def prepare(host: str) -> list[str]:
    """Make ready what can be made ready; returns notes for the person at the terminal."""
    here = environment()
    _apart(here)
    notes = [*strange_settings(), *_root(here), *source_notes(here)]
    import django  # noqa: PLC0415 - nothing above needs it

    django.setup()
    _checked(here)
    seals(here).ready()
    from plans_site.migrating import migrate  # noqa: PLC0415 - needs Django's apps

    migrate()
    refuse_open_house(here, host)
    return notes


def _apart(here: Environment) -> None:
    """Refuse secrets among what others are let into, before there are any. Raises NotSafe."""
    for fault in folder_faults(home=here.home_folder, root=here.root_folder, files=here.file_roots):
        raise NotSafe(fault.message.rstrip("."), advice=fault.advice)


def strange_settings() -> list[str]:
    """Name variables that nobody reads: a setting that is mistyped is one that is not made."""
    return [
        f"{name} is not a setting of this board. {f'Did you mean {meant}?' if meant else 'It has no effect.'}"
        for name, meant in unknown_settings()
    ]


def _root(here: Environment) -> list[str]:
    """Look at the folder of the plans. Only the default one is made, for agents that come later."""
    root = here.root
    if here.root_folder == os.path.expanduser(DEFAULT_ROOT):  # noqa: PTH111
        _make(root)
    try:
        found = root.stat()
    except FileNotFoundError:
        return [f"There is no folder {root} yet; its plans appear as soon as there is one. {_DEMO}"]
    except OSError as error:
        message = f"{root} cannot be looked at: {error.strerror}"
        raise StorageFailed(message, advice=_ANOTHER) from error
    if not stat.S_ISDIR(found.st_mode):
        message = f"{root} is not a folder"
        raise StorageFailed(message, advice="Name the folder of the plans with --root or PLANBOARD_ROOT.")
    return _contents(root)


def _contents(root: Path) -> list[str]:
    if not os.access(root, os.R_OK | os.X_OK):
        message = f"{root} cannot be read by this user"
        raise StorageFailed(message, advice=_ANOTHER)
    if not os.access(root, os.W_OK):
        return [f"{root} is read-only: its plans are shown and cannot be edited."]
    return [] if _visible(root) else [f"There are no plans in {root} yet. {_DEMO}"]


def source_notes(here: Environment) -> list[str]:
    """Say which other programs' lists are shown; what was not found needs no word."""
    found = [source for source in plan_store(here).found() if source.namespaces]
    return [_source_said(source) for source in found]


def _source_said(source: Found) -> str:
    count = len(source.namespaces)
    lists = "1 list" if count == 1 else f"{count} lists"
    ways = "shown and edited here, too" if source.editable else "shown here, and changed there only"
    leave = f"PLANBOARD_SOURCES=-{source.kind} leaves them out."
    return f"{source.label}: {lists} in {source.place}, {ways}. {leave}"


def _visible(root: Path) -> list[str]:
    return [name for name in os.listdir(root) if not name.startswith(".")]  # noqa: PTH208


def _make(root: Path) -> None:
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return  # told as missing


def _checked(here: Environment) -> None:
    """Refuse wrong settings, with what to change."""
    from plans.django_wiring import targets  # noqa: PLC0415 - settings come first
    from plans.security.door import Door  # noqa: PLC0415
    from plans.security.home import home_faults  # noqa: PLC0415
    from plans.security.home_format import settle_format  # noqa: PLC0415
    from plans.security.proxies import Proxies  # noqa: PLC0415

    Proxies.read(here.proxies, header=here.proxy_header)
    Door.open_to(allowed_hosts=here.allowed_hosts, public_origin=here.public_origin)
    targets()
    for fault in home_faults(here.home, uid=os.getuid()):
        raise NotSafe(fault.message, advice=fault.advice)
    settle_format(here.home)


def refuse_open_house(here: Environment, host: str) -> None:
    """Beyond this machine only with names that are set and people who have passwords."""
    if _is_loopback(host):
        return
    if not (here.allowed_hosts and here.public_origin):
        message = f"{host} can be reached from other machines"
        advice = "Set PLANBOARD_ALLOWED_HOSTS and PLANBOARD_PUBLIC_ORIGIN, or listen on 127.0.0.1."
        raise NotSafe(message, advice=advice)
    from plans.security.accounts import people_with_passwords  # noqa: PLC0415 - needs Django's apps

    if not here.proxy_header and not people_with_passwords():
        message = f"{host} can be reached from other machines, and nobody here has a password"
        advice = (
            "Add a user first: planboard user add NAME --role admin; or name the header of a proxy that"
            " knows its people: PLANBOARD_PROXY_HEADER; or listen on 127.0.0.1."
        )
        raise NotSafe(message, advice=advice)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
