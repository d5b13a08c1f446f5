"""What admins send about webhooks."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django import forms

from plans.domain.patterns import names_plans
from plans.notices.targets import TargetRefused, judged
from plans.people.webhooks import KINDS, PATTERN_LENGTH, URL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.notices.targets import Targets

_SCHEMES = ("http", "https")


class WebhookForm(forms.Form):
    """Which plans, which reasons, and where to."""

    pattern = forms.CharField(
        max_length=PATTERN_LENGTH, error_messages={"required": "Write which plans: * for all, or payments.*"}
    )
    url = forms.CharField(
        max_length=URL_LENGTH, error_messages={"required": "Write where to, like https://chat.example/hook."}
    )
    kinds = forms.MultipleChoiceField(
        choices=[(kind.value, kind.value) for kind in KINDS],
        error_messages={"required": "Choose at least one reason."},
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, targets: Targets) -> None:
        super().__init__(data)
        self._targets = targets

    def clean_pattern(self) -> str:
        pattern = str(self.cleaned_data["pattern"])
        if not names_plans(pattern):
            message = "Names have letters, digits, dots, dashes; * stands for any of them."
            raise forms.ValidationError(message)
        return pattern

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if (wrong := _wrong(url)) is not None:
            raise forms.ValidationError(wrong)
        host = urlsplit(url).hostname or ""
        try:
            ip_address(host)
        except ValueError:
            return url  # a name is looked up each time something is sent
        try:
            judged([host], host=host, targets=self._targets)
        except TargetRefused as refused:
            message = f"{refused.message}. {refused.advice}"
            raise forms.ValidationError(message) from None
        return url

    @property
    def ticked(self) -> list[str]:
        """List the reasons as they were sent, right or wrong."""
        return list(self["kinds"].value() or ())

    @property
    def chosen(self) -> dict[str, object]:
        """Give what a webhook is made of, kinds in the order of pages."""
        wanted = set(self.cleaned_data["kinds"])
        return {
            "pattern": self.cleaned_data["pattern"],
            "url": self.cleaned_data["url"],
            "kinds": [kind.value for kind in KINDS if kind in wanted],
        }


def _wrong(url: str) -> str | None:
    """Say what is wrong with an address, None when nothing is."""
    try:
        parts = urlsplit(url)
        has_place = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return "This address cannot be read. Write it like https://chat.example/hook."
    if parts.scheme not in _SCHEMES or not has_place or not url.isprintable() or " " in url:
        return "Write an http or https address, like https://chat.example/hook."
    if parts.username is not None or parts.password is not None:
        return "Leave the name and password out of the address; what is sent is signed instead."
    return None
