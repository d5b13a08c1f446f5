"""Settings that are meant for this board and mean nothing to it, or not what one thinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.doctor.finding import advice, broken, shell, well
from plans.domain.errors import WrongInput
from plans.environment import unknown_settings
from plans.notices.targets import FORM, SETTING, read_targets
from plans.security.door import Door
from plans.security.folders import folder_faults
from plans.security.proxies import Proxies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place


def settings(place: Place) -> Iterator[Finding]:
    """Look at the ``PLANBOARD_…`` variables of this shell."""
    unknown = unknown_settings()
    for name, meant in unknown:
        do = f"Did you mean {meant}?" if meant else "Remove it; it has no effect."
        yield advice(
            "settings", f"{name} is not a setting of this board", do=do, command=shell("unset", name)
        )
    here = place.settings
    try:
        Door.open_to(allowed_hosts=here.allowed_hosts, public_origin=here.public_origin)
        Proxies.read(here.proxies, header=here.proxy_header)
    except WrongInput as wrong:
        yield broken("settings", wrong.message, do=wrong.advice)
        return
    if faults := [*_of_folders(place), *_of_targets(place)]:
        yield from faults
    elif here.allowed_hosts and not here.public_origin:
        do = "Set it to what the browser shows; edits and live updates from those names are refused."
        command = f"export PLANBOARD_PUBLIC_ORIGIN=https://{here.allowed_hosts[0]}"
        message = "PLANBOARD_ALLOWED_HOSTS is set and PLANBOARD_PUBLIC_ORIGIN is not"
        yield broken("settings", message, do=do, command=command)
    elif not unknown:
        yield well("settings", "every PLANBOARD_ variable of this shell is known")


def _of_folders(place: Place) -> Iterator[Finding]:
    for fault in folder_faults(home=place.home, root=place.root, files=place.settings.file_roots):
        yield broken("settings", fault.message.rstrip("."), do=fault.advice)


def _of_targets(place: Place) -> Iterator[Finding]:
    here = place.settings
    try:
        read_targets(here.webhook_targets, is_shared=here.public_origin is not None)
    except ValueError as wrong:
        yield broken("settings", f"{SETTING}: {wrong}", do=FORM)
