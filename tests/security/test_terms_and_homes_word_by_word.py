"""What is said of settings, tokens, limits and homes that cannot be, word by word."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import RequestFactory

from plans.domain.errors import PlanError
from plans.security.door import Door
from plans.security.home import home_faults
from plans.security.person import SignedOut, sign_in_first
from plans.security.rates import TooManyWaits, TooManyWrites, Waits
from plans.security.secret_key import secret_key
from plans.security.tokens import VERBS, TokenRefused, check_terms

type Ask = Callable[[], object]


@pytest.mark.parametrize(
    ("ask", "message", "advice"),
    [
        (
            lambda: Door.open_to(allowed_hosts=["*.example"], public_origin=None),
            "PLANBOARD_ALLOWED_HOSTS holds '*.example', which is not the exact name of a host",
            "Write names with their port, like board.example:8765, separated by commas, without patterns.",
        ),
        (
            lambda: Door.open_to(allowed_hosts=[], public_origin="https://a/://b"),
            "PLANBOARD_PUBLIC_ORIGIN is 'https://a/://b', which is not an origin",
            "Write it like https://board.example, without a path.",
        ),
        (
            lambda: check_terms(session="", plans=["*"], verbs=[]),
            "'' is no session",
            "Name a session, or a pattern of sessions such as agent-*.",
        ),
        (
            lambda: check_terms(session="a", plans=["a b", "/", "payments.*"], verbs=[]),
            "'a b /' names no plans",
            "Name plans, or patterns of plans such as payments.*, or * for all.",
        ),
        (
            lambda: check_terms(session="a", plans=[], verbs=[]),
            "'' names no plans",
            "Name plans, or patterns of plans such as payments.*, or * for all.",
        ),
        (
            lambda: check_terms(session="a", plans=["*"], verbs=["force_complete"]),
            "No token can force complete: only a person may",
            "Leave it out; agents ask, and people decide on the board.",
        ),
        (
            lambda: check_terms(session="a", plans=["*"], verbs=["dance"]),
            "'dance' is nothing an agent does",
            f"Choose from {', '.join(VERBS)}.",
        ),
        (
            lambda: check_terms(session="a", plans=["*"], verbs=["metrics", "read"]),
            "A token for metrics is for nothing else",
            "Make one token for the monitoring and another for agents.",
        ),
    ],
)
def test_a_setting_or_token_that_cannot_be_is_named(ask: Ask, message: str, advice: str) -> None:
    with pytest.raises(PlanError) as refused:
        ask()
    assert (refused.value.message, refused.value.advice) == (message, advice)


def test_a_token_is_for_what_it_says_at_its_bounds() -> None:
    assert check_terms(session="s" * 200, plans=["*"], verbs=["claim"]) == ("read", "claim")
    assert check_terms(session="s", plans=["p" * 127] * 15 + ["q" * 80], verbs=["metrics"]) == ("metrics",)
    with pytest.raises(PlanError):
        check_terms(session="s" * 201, plans=["*"], verbs=[])
    with pytest.raises(PlanError):
        check_terms(session="s", plans=["p" * 127] * 15 + ["q" * 81], verbs=[])


def test_a_default_port_is_left_out_as_browsers_do() -> None:
    door = Door.open_to(allowed_hosts=["a.example:80", "[::1]:443", "b.example:8080"], public_origin=None)
    assert door.hosts == {"a.example:80", "a.example", "[::1]:443", "[::1]", "b.example:8080"}


def test_who_comes_too_often_is_told_in_words_and_seconds() -> None:
    writes, waits = TooManyWrites(7), TooManyWaits()
    assert writes.message == "Too many changes by this session within a minute"
    assert writes.advice == "Nothing was changed. Wait 7 seconds, then send it again with the same key."
    assert writes.facts() == {"retry_after": 7}
    assert waits.message == "Too many waits and streams are open for this session"
    assert waits.advice == "Close the waits and streams that you do not need, then ask again."
    assert waits.facts() == {"retry_after": 5}
    assert [TokenRefused(sent=sent).message for sent in (True, False)] == [
        "This token does not work (any more)",
        "No token was sent",
    ]


def test_a_check_without_a_session_counts_those_without_one() -> None:
    waits = Waits()
    open_ones = [waits.one(1) for _ in range(20)]
    for one in open_ones:
        one.__enter__()
    with pytest.raises(TooManyWaits):
        waits.check(1)
    waits.check(1, "another")
    open_ones[0].__exit__(None, None, None)
    waits.check(1)


def test_who_is_signed_out_is_led_back_to_where_the_form_was() -> None:
    make = RequestFactory(headers={"host": "127.0.0.1"})
    script = sign_in_first(make.post("/p/", headers={"HX-Request": "true"}))
    assert (script.status_code, script["Content-Type"]) == (401, "text/plain")
    assert script.content == b"You are signed out. Sign in again; what you typed is kept on this page."
    assert sign_in_first(make.get("/x/", headers={"Sec-Fetch-Mode": "cors"})).status_code == 401
    assert sign_in_first(make.head("/plans/?q=1"))["Location"] == "/login/?next=%2Fplans%2F%3Fq%3D1"
    for referer, onward in (
        ("http://127.0.0.1/plans/?q=1#x", "/login/?next=%2Fplans%2F%3Fq%3D1"),
        ("http://evil.example/plans/", "/login/?next=%2F"),
        ("", "/login/?next=%2F"),
    ):
        with pytest.raises(SignedOut) as signed_out:
            sign_in_first(make.post("/p/", headers={"Referer": referer} if referer else {}))
        assert signed_out.value.sign_in == onward


class TestHome:
    def said(self, home: Path) -> list[tuple[str, str]]:
        return [(fault.message, fault.advice) for fault in home_faults(home, uid=os.getuid())]

    def test_what_is_no_folder_or_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert self.said(tmp_path / "file") == [
            (f"{tmp_path / 'file'} is not a folder.", "Set PLANBOARD_HOME to one.")
        ]
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        (home / "login_codes").touch(mode=0o600)
        (home / "secret_key").mkdir(mode=0o700)
        again = "Remove it and start again; a new one is made."
        assert self.said(home) == [
            (f"{home / 'login_codes'} is not a plain folder.", again),
            (f"{home / 'secret_key'} is not a plain file.", again),
        ]

    def test_what_belongs_to_somebody_else_is_named_with_the_command(self, tmp_path: Path) -> None:
        home = tmp_path / "a home"
        home.mkdir(mode=0o700)
        (fault,) = home_faults(home, uid=os.getuid() + 1)
        assert fault.message == f"{home} belongs to another user (uid {os.getuid()})."
        assert fault.advice == (
            f"Run the board as that user, or as its owner: chown {os.getuid() + 1} '{home}'"
        )

    def test_what_cannot_be_looked_at_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def closed(_: Path) -> os.stat_result:
            raise PermissionError(13, "Permission denied")

        advice = "Set PLANBOARD_HOME to a folder of yours, or repair its permissions."
        with monkeypatch.context() as patch:
            patch.setattr(Path, "stat", closed)
            assert self.said(tmp_path) == [(f"{tmp_path} cannot be looked at: Permission denied.", advice)]
        tmp_path.chmod(0o700)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "lstat", closed)
            said = self.said(tmp_path)
        assert said[0] == (f"{tmp_path / 'login_codes'} cannot be looked at: Permission denied.", advice)

    def test_a_damaged_key_is_named_and_a_short_one_too(self, tmp_path: Path) -> None:
        for content in (b"x" * 49, b"\xff" * 80):
            (tmp_path / "secret_key").write_bytes(content)
            with pytest.raises(PlanError) as refused:
                secret_key(tmp_path)
            path = tmp_path / "secret_key"
            assert refused.value.message == f"The board's key {path} is damaged: it is too short or no text"
            advice = "Remove that file and start again; everyone has to sign in anew."
            assert refused.value.advice == advice
        (tmp_path / "secret_key").write_bytes(b"x" * 50 + b"\n")
        assert secret_key(tmp_path) == "x" * 50

    def test_a_new_key_ends_its_line_and_leaves_no_draft(self, tmp_path: Path) -> None:
        key = secret_key(tmp_path)
        assert (tmp_path / "secret_key").read_text() == f"{key}\n"
        assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
        (tmp_path / "file").touch()
        with pytest.raises(PlanError) as refused:
            secret_key(tmp_path / "file")
        assert refused.value.advice == (
            "Make that folder writable for yourself, or set PLANBOARD_HOME to one that is."
        )
