"""The page of choices says who one is and, without scripts, why there is nothing to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client


def test_it_says_who_one_is_and_what_one_may(ada: Client, eve: Client) -> None:
    assert "Signed in as <b>ada</b>, who manages the whole board." in ada.get("/settings/").content.decode()
    assert "Signed in as <b>eve</b>, who looks at all plans." in eve.get("/settings/").content.decode()


def test_without_scripts_it_says_so(ada: Client) -> None:
    assert "<noscript>" in ada.get("/settings/").content.decode()


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert "/login/" in client.get("/settings/")["Location"]
