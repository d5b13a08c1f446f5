"""The key that signs decisions: made once, kept close, and only believed where it is the right one."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import StorageFailed, WrongInput
from plans.security.decision_key import (
    is_public_key,
    is_signed,
    key_id,
    make_signing_key,
    signer,
    signing_key,
)
from plans.security.decision_seals import CannotSign, Older, OneKey
from plans.security.published_keys import KEPT, PUBLISHED, Trusted, keep, publish, read_trusted
from tests.security.key_scene import WORDS, seals_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class TestKey:
    def test_only_its_owner_may_read_it(self, home: Path) -> None:
        make_signing_key(str(home))
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "signing_key").stat().st_mode) == 0o600

    def test_processes_that_start_together_agree_on_one(self, home: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(lambda _: make_signing_key(str(home)).public, range(8)))
        assert len(set(keys)) == 1
        assert [path.name for path in home.iterdir()] == ["signing_key"]

    def test_there_is_none_before_it_is_made(self, home: Path) -> None:
        assert signing_key(str(home)) is None

    @pytest.mark.parametrize(
        "text", [b"", b"x", b"ed25519-private:AAAA\n", b"other:" + b"A" * 43 + b"=\n", b"\xff\xff:a"]
    )
    def test_half_a_key_signs_nothing(self, home: Path, text: bytes) -> None:
        home.mkdir()
        (home / "signing_key").write_bytes(text)
        with pytest.raises(StorageFailed, match="is damaged"):
            signing_key(str(home))

    def test_a_home_that_cannot_be_made_or_read_is_told(self, home: Path) -> None:
        home.write_text("a file")
        with pytest.raises(StorageFailed, match="cannot be made or read"):
            make_signing_key(str(home))
        with pytest.raises(StorageFailed, match="cannot be made or read"):
            signing_key(str(home))

    def test_one_that_vanishes_as_it_is_made_is_told(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("plans.security.decision_key.os.link", lambda *_: None)
        with pytest.raises(StorageFailed, match="home/signing_key, is damaged"):
            make_signing_key(str(home))

    def test_a_signature_is_good_for_its_words_and_its_key_only(self, home: Path, tmp_path: Path) -> None:
        key, other = make_signing_key(str(home)), make_signing_key(str(tmp_path / "other"))
        sig = key.sign(WORDS)
        assert is_signed(WORDS, sig, by=key.public)
        assert not is_signed(WORDS + b" ", sig, by=key.public)
        assert not is_signed(WORDS, sig, by=other.public)
        assert not is_signed(WORDS, "ed25519:x:%%%", by=key.public)
        assert not is_signed(WORDS, sig, by="AAAA")
        assert signer(sig) == key_id(key.public)
        assert [signer(odd) for odd in (None, "", "a:b", "rsa:a:b")] == [""] * 4
        assert [is_public_key(text) for text in (key.public, "AAAA", "no key")] == [True, False, False]


class TestWhoIsBelieved:
    def test_nobody_before_there_is_a_key(self, home: Path, root: Path) -> None:
        seals = seals_of(home, root)
        assert (seals.trust, seals.keys) == ("", ())
        assert not seals.holds(WORDS, None)
        assert not seals.holds(WORDS, "ed25519:0:AAAA")

    def test_ones_own_signature_everywhere(self, home: Path, root: Path, tmp_path: Path) -> None:
        seals = seals_of(home, root)
        sig = seals.sign(WORDS)
        stranger = seals_of(tmp_path / "stranger", root)
        assert seals.holds(WORDS, sig)
        assert stranger.holds(WORDS, sig)
        assert not stranger.holds(WORDS + b" ", sig)
        assert stranger.trust == seals.trust != ""

    def test_who_has_the_key_never_reads_the_public_copy(
        self, home: Path, root: Path, tmp_path: Path
    ) -> None:
        ours, theirs = seals_of(home, root), seals_of(tmp_path / "mine", tmp_path)
        ours.ready()
        forged = theirs.sign(WORDS)
        publish(str(root), Trusted(keys=theirs.keys))
        assert not ours.holds(WORDS, forged)
        ours.sign(WORDS)
        assert (read_trusted(f"{root}/{PUBLISHED}") or Trusted()).keys == ours.keys

    def test_nobody_makes_another_key_beside_a_board(self, home: Path, root: Path, tmp_path: Path) -> None:
        seals_of(home, root).ready()
        with pytest.raises(CannotSign):
            seals_of(tmp_path / "agent", root).sign(WORDS)
        assert not (tmp_path / "agent").exists()

    def test_another_board_when_a_person_says_so(self, home: Path, root: Path, tmp_path: Path) -> None:
        ours, theirs = seals_of(home, root), seals_of(tmp_path / "b", tmp_path)
        sig = theirs.sign(WORDS)
        before = ours.ready().public
        ours.believe(theirs.keys[0])
        assert ours.keys == (before, theirs.keys[0])
        assert ours.holds(WORDS, sig)
        with pytest.raises(WrongInput):
            ours.believe("nonsense")

    def test_what_was_decided_before_there_was_a_key(self, home: Path, root: Path) -> None:
        noted = Older()
        assert noted.holds(WORDS, None)
        assert noted.is_older(WORDS)
        assert not noted.is_signed(WORDS, "ed25519:0:AAAA")
        with pytest.raises(CannotSign):
            noted.sign(WORDS)
        seals = seals_of(home, root, *noted.found)
        assert not seals.holds(WORDS, None)
        seals.ready()
        assert seals.holds(WORDS, None)
        assert seals.is_older(WORDS)
        assert not seals.holds(WORDS + b" ", None)
        seals_of(home, root, "later").ready()
        assert not seals.is_older(b"later")

    def test_one_key_and_no_file_where_somebody_names_it(self, home: Path, root: Path) -> None:
        sig = seals_of(home, root, "0" * 64).sign(WORDS)
        only = OneKey(make_signing_key(str(home)).public)
        assert only.holds(WORDS, sig)
        assert not only.holds(WORDS, None)
        assert not only.is_older(WORDS)
        with pytest.raises(CannotSign):
            only.sign(WORDS)

    def test_a_lost_key_starts_over(self, home: Path, root: Path) -> None:
        seals_of(home, root).ready()
        (home / "signing_key").unlink()
        again = seals_of(home, root, "0" * 64)
        again.ready()
        assert again._believed().older == {"0" * 64}

    def test_a_file_of_keys_that_cannot_be_used_is_none(self, home: Path, root: Path) -> None:
        (root / PUBLISHED).write_text('{"keys": ["AAAA"]}')
        assert seals_of(home, root).keys == ()
        (root / PUBLISHED).write_text("nonsense")
        assert seals_of(home, root).trust == ""

    def test_signatures_are_looked_at_once(
        self, home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sig = seals_of(home, root).sign(WORDS)
        seals = seals_of(home, root)
        monkeypatch.setattr("plans.security.decision_seals._REMEMBERED", 1)
        looked: list[bytes] = []

        def look(words: bytes, sig: str, *, by: str) -> bool:
            looked.append(words)
            return is_signed(words, sig, by=by)

        monkeypatch.setattr("plans.security.decision_seals.is_signed", look)
        assert seals.holds(WORDS, sig)
        assert seals.holds(WORDS, sig)
        assert not seals.holds(b"others", sig)
        assert looked == [WORDS, b"others"]


def test_what_cannot_be_kept_is_told_and_what_cannot_be_published_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        keep(str(tmp_path / "nowhere"), Trusted())
    assert not publish(str(tmp_path / "nowhere"), Trusted())
    assert publish(str(tmp_path), Trusted())
    assert publish(str(tmp_path), Trusted())
    assert stat.S_IMODE((tmp_path / PUBLISHED).stat().st_mode) == 0o644
    keep(str(tmp_path), Trusted())
    assert stat.S_IMODE((tmp_path / KEPT).stat().st_mode) == 0o600
