"""Whose signatures count at the moment, whoever changes which list of keys."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
import pytest

from plans.domain.errors import WrongInput
from plans.security import decision_seals
from plans.security.decision_key import SigningKey, is_signed, key_id, make_signing_key
from plans.security.decision_seals import CannotSign, DecisionSeals, Older, OneKey
from plans.security.published_keys import KEPT, PUBLISHED, Trusted, keep, publish
from tests.security.key_scene import ONE, TWO, WORDS, seals_of, trusted

if TYPE_CHECKING:
    from pathlib import Path


class TestSeals:
    def test_who_cannot_sign_is_told_who_can(self) -> None:
        for seals in (Older(), OneKey(ONE)):
            with pytest.raises(CannotSign) as told:
                seals.sign(WORDS)
            assert told.value.message == (
                "Nobody can sign here: the key of these plans is in the home of another user's board"
            )
            assert told.value.advice == (
                "Decide it on the board, or as the user who runs it; PLANBOARD_HOME names that user's folder."
            )

    def test_a_key_is_told_everywhere_once_it_is_made(self, home: Path, root: Path) -> None:
        key = seals_of(home, root, "b", "a").ready()
        said = Trusted(keys=(key.public,), older=("a", "b"))
        assert trusted(home / KEPT) == trusted(root / PUBLISHED) == said

    def test_what_is_ready_is_looked_at_again_only_where_a_list_changed(self, home: Path, root: Path) -> None:
        seals = seals_of(home, root)
        key = seals.ready()
        (home / "signing_key").unlink()
        assert seals.ready() is key
        (root / PUBLISHED).unlink()
        assert seals.ready() is key
        assert trusted(root / PUBLISHED).keys == (key.public,)
        keep(str(home), Trusted(keys=(TWO,)))
        seals.ready()
        assert trusted(home / KEPT).keys == trusted(root / PUBLISHED).keys == (key.public,)

    def test_a_list_of_another_key_is_made_anew_and_one_of_ours_kept(self, home: Path, root: Path) -> None:
        ours = make_signing_key(str(home)).public
        keep(str(home), Trusted(keys=(ours, TWO), older=("kept",)))
        seals_of(home, root, "later").ready()
        assert trusted(home / KEPT) == Trusted(keys=(ours, TWO), older=("kept",))
        keep(str(home), Trusted(keys=(TWO, ours), older=("kept",)))
        seals_of(home, root, "later").ready()
        assert trusted(home / KEPT) == Trusted(keys=(ours,), older=("later",))

    def test_what_stood_before_is_asked_for_once(self, home: Path, root: Path) -> None:
        asked: list[int] = []

        def older() -> list[str]:
            asked.append(1)
            return ["x"]

        seals = DecisionSeals(home=str(home), root=str(root), older=older)
        assert seals.keys == ()
        assert not asked
        seals.ready()
        seals.ready()
        DecisionSeals(home=str(home), root=str(root), older=older).ready()
        assert len(asked) == 1

    def test_another_boards_key_counts_once_and_ours_stays_first(self, home: Path, root: Path) -> None:
        seals = seals_of(home, root, "older")
        for _ in range(2):
            seals.believe(TWO)
        ours = seals.ready().public
        assert seals.keys == trusted(root / PUBLISHED).keys == (ours, TWO)
        assert trusted(home / KEPT).older == ("older",)
        with pytest.raises(WrongInput) as told:
            seals.believe("AAAA")
        assert told.value.message == "This is no public key: it is not 32 bytes in base64"
        assert told.value.advice == "`planboard decision key` prints it on the other board."
        assert seals.keys == (ours, TWO)

    def test_beside_another_users_board_no_key_is_made_but_ones_own_stays(
        self, home: Path, root: Path, tmp_path: Path
    ) -> None:
        own = make_signing_key(str(home)).public
        publish(str(root), Trusted(keys=(TWO,)))
        assert seals_of(home, root).ready().public == own
        (home / "signing_key").unlink()
        assert seals_of(home, root).ready().public != own
        with pytest.raises(CannotSign):
            seals_of(tmp_path / "mine", root).ready()

    def test_our_list_counts_and_not_the_published_one(self, home: Path, root: Path) -> None:
        publish(str(root), Trusted(keys=(TWO,), older=("theirs",)))
        seals = seals_of(home, root)
        assert seals.keys == (TWO,)
        keep(str(home), Trusted(keys=(ONE,), older=("ours",)))
        assert seals.keys == (ONE,)
        (home / KEPT).unlink()
        assert seals.keys[0] == TWO
        (root / PUBLISHED).unlink()
        assert seals.trust == ""
        assert not seals.keys

    def test_trust_is_named_by_all_that_is_believed(self, home: Path, root: Path) -> None:
        publish(str(root), Trusted(keys=(TWO,)))
        seals = seals_of(home, root)
        named = sha256(msgspec.json.encode(Trusted(keys=(TWO,)))).hexdigest()[:16]
        assert seals.trust == named
        publish(str(root), Trusted(keys=(TWO,), older=("x",)))
        assert seals.trust != named
        (root / PUBLISHED).write_text("nonsense")
        assert (seals.trust, seals.keys, seals.is_older(WORDS)) == ("", (), False)

    def test_our_own_unusable_list_is_not_replaced_by_the_published_one(self, home: Path, root: Path) -> None:
        publish(str(root), Trusted(keys=(TWO,)))
        (home / KEPT).write_text("nonsense")
        assert seals_of(home, root).keys == ()

    def test_a_link_to_nowhere_in_a_lists_place_is_a_list_that_nobody_can_use(
        self, home: Path, root: Path, tmp_path: Path
    ) -> None:
        """Red where links are followed: one would take our list away, and the published one would count."""
        publish(str(root), Trusted(keys=(TWO,)))
        (home / KEPT).symlink_to(home / "nowhere")
        assert seals_of(home, root).keys == ()
        (root / PUBLISHED).unlink()
        (root / PUBLISHED).symlink_to(root / "nowhere")
        with pytest.raises(CannotSign):
            seals_of(tmp_path / "mine", root).ready()

    def test_what_was_signed_here_needs_no_second_look(
        self, home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seals, looked = seals_of(home, root), list[bytes]()

        def look(words: bytes, sig: str, *, by: str) -> bool:
            looked.append(words)
            return is_signed(words, sig, by=by)

        monkeypatch.setattr(decision_seals, "is_signed", look)
        sig = seals.sign(WORDS)
        assert seals.is_signed(WORDS, sig)
        assert looked == []
        for _ in range(2):
            assert not seals.is_signed(b"others", sig)
        assert looked == [b"others"]

    def test_so_much_is_remembered_and_then_it_begins_anew(
        self, home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(decision_seals, "_REMEMBERED", 2)
        seals = seals_of(home, root)
        for count in (1, 2, 1, 2):
            seals.sign(b"%d" % count)
            assert len(seals._known) == count

    def test_a_key_that_is_believed_no_more_signs_no_more(self, home: Path, root: Path) -> None:
        sig = SigningKey(b"2" * 32).sign(WORDS)
        keep(str(home), Trusted(keys=(ONE, TWO)))
        seals = seals_of(home, root)
        assert seals.is_signed(WORDS, sig)
        keep(str(home), Trusted(keys=(ONE,)))
        assert not seals.is_signed(WORDS, sig)
        assert not seals.is_signed(WORDS, None)
        assert not seals.is_signed(WORDS, sig.replace(key_id(TWO), key_id(ONE)))

    def test_seals_that_note_believe_all_and_sign_nothing(self) -> None:
        older = Older()
        assert (older.trust, older.keys) == ("older", ())
        assert older.holds(WORDS, "whatever")
        assert older.found == {sha256(WORDS).hexdigest()}

    def test_one_key_is_named_and_believed_alone(self) -> None:
        only = OneKey(TWO)
        sig = SigningKey(b"2" * 32).sign(WORDS)
        assert (only.keys, only.trust) == ((TWO,), f"only {key_id(TWO)}")
        assert only.is_signed(WORDS, sig)
        assert not only.is_signed(b"others", sig)
        assert not only.is_signed(WORDS, SigningKey(b"1" * 32).sign(WORDS))
        assert not only.is_signed(WORDS, None)
        assert not only.is_older(WORDS)
