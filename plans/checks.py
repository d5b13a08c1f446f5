"""What `manage.py check` and every start say about wrong settings: what is wrong, and what to change."""

from __future__ import annotations

import os
import stat
from shlex import quote
from typing import TYPE_CHECKING

from django.core import checks

from plans.django_wiring import environment
from plans.domain.errors import WrongInput
from plans.environment import unknown_settings
from plans.notices.targets import FORM, SETTING, read_targets
from plans.security.door import Door
from plans.security.folders import folder_faults
from plans.security.home import home_faults
from plans.security.proxies import Proxies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from django.apps import AppConfig

    from plans.environment import Environment

type Findings = Iterator[checks.CheckMessage]


def check_settings(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - the shape of a Django check
    **_: object,
) -> list[checks.CheckMessage]:
    """Look at the settings of this process and at the folders they name; changes nothing."""
    settings = environment()
    about = (_home, _folders, _root, _names, _proxies, _targets)
    return [*(found for look in about for found in look(settings)), *_unknown()]


def _home(settings: Environment) -> Findings:
    for fault in home_faults(settings.home, uid=os.getuid()):
        yield checks.Error(fault.message, hint=fault.advice, id="plans.E001")


def _folders(settings: Environment) -> Findings:
    here, there = settings.home_folder, settings.root_folder
    for fault in folder_faults(home=here, root=there, files=settings.file_roots):
        yield checks.Error(fault.message, hint=fault.advice, id="plans.E012")


def _root(settings: Environment) -> Findings:
    """Say what the board will show, too: a root may come, or be repaired, while the board runs."""
    root = settings.root
    try:
        mode = root.stat().st_mode
    except FileNotFoundError:
        hint = "The board is empty until an agent makes it; or set PLANBOARD_ROOT, or try `make demo`."
        yield checks.Warning(f"The folder of the plans, {root}, does not exist.", hint=hint, id="plans.W002")
        return
    except OSError as error:
        message = f"The folder of the plans cannot be looked at: {error.strerror}."
        yield checks.Warning(
            message, hint=f"Let this user in, or set PLANBOARD_ROOT: {root}", id="plans.W004"
        )
        return
    if not stat.S_ISDIR(mode):
        hint = "Set PLANBOARD_ROOT to a folder."
        yield checks.Warning(f"{root} is not a folder, so no plan can be read.", hint=hint, id="plans.W003")
        return
    yield from _usable(root, mode)


def _usable(root: Path, mode: int) -> Findings:
    if mode & stat.S_IWOTH:
        hint = f"Every user of this machine may change your plans. Close it: chmod o-w {quote(str(root))}"
        yield checks.Warning(f"{root} can be written by everybody.", hint=hint, id="plans.W013")
    if not os.access(root, os.R_OK | os.X_OK):
        hint = f"Let this user in, or set PLANBOARD_ROOT: {root}"
        yield checks.Warning("The folder of the plans cannot be read.", hint=hint, id="plans.W004")
    elif not os.access(root, os.W_OK):
        hint = f"Plans are shown but cannot be edited until this user may write: {root}"
        yield checks.Warning("The folder of the plans is read-only.", hint=hint, id="plans.W005")


def _names(settings: Environment) -> Findings:
    try:
        Door.open_to(allowed_hosts=settings.allowed_hosts, public_origin=settings.public_origin)
    except WrongInput as wrong:
        yield checks.Error(f"{wrong.message}.", hint=wrong.advice, id="plans.E006")
        return
    if settings.allowed_hosts and not settings.public_origin:
        hint = "Set PLANBOARD_PUBLIC_ORIGIN to what the browser shows, like https://board.example."
        message = "PLANBOARD_ALLOWED_HOSTS is set, but edits and live updates from those names are refused."
        yield checks.Warning(message, hint=hint, id="plans.W007")


def _proxies(settings: Environment) -> Findings:
    try:
        proxies = Proxies.read(settings.proxies, header=settings.proxy_header)
    except WrongInput as wrong:
        yield checks.Error(f"{wrong.message}.", hint=wrong.advice, id="plans.E010")
        return
    if proxies.header and not settings.public_origin:
        hint = "Set PLANBOARD_PUBLIC_ORIGIN to where the proxy answers, like https://board.example."
        message = "PLANBOARD_PROXY_HEADER is set, but edits through a proxy are refused."
        yield checks.Warning(message, hint=hint, id="plans.W011")


def _targets(settings: Environment) -> Findings:
    try:
        read_targets(settings.webhook_targets, is_shared=settings.public_origin is not None)
    except ValueError as wrong:
        yield checks.Error(f"{SETTING}: {wrong}.", hint=FORM, id="plans.E009")


def _unknown() -> Findings:
    for name, meant in unknown_settings():
        hint = f"Did you mean {meant}?" if meant else "Remove it; it has no effect."
        yield checks.Warning(f"{name} is not a setting of this board.", hint=hint, id="plans.W008")
