import pytest
from django.http import QueryDict

from plans.domain.step import Review, Risk
from plans.web.forms import AddForm, EditForm, MoveForm, ReassignForm, RejectForm, sent


def edited(query: str) -> EditForm:
    form = EditForm(sent(QueryDict(query)))
    form.is_valid()
    return form


def test_a_field_that_was_not_sent_stays_as_it_is() -> None:
    assert edited("notes=Later").proposed() == {"notes": "Later"}


def test_every_field_of_a_step_can_be_edited() -> None:
    form = edited(
        "title=A&notes=B&needs=3,+%237&phase=C&review=required&risk=production&critical=&critical=on"
    )

    assert form.proposed() == {
        "title": "A",
        "notes": "B",
        "needs": (3, 7),
        "phase": "C",
        "review": Review.REQUIRED,
        "risk": Risk.PRODUCTION,
        "critical": True,
    }


def test_an_unticked_box_takes_the_critical_mark_away() -> None:
    assert edited("critical=").proposed() == {"critical": False}


def test_ticked_needs_are_joined() -> None:
    assert edited("needs=3&needs=7&needs=3").proposed() == {"needs": (3, 7)}


def test_needs_can_be_emptied() -> None:
    assert edited("needs=").proposed() == {"needs": ()}


@pytest.mark.parametrize("needs", ["three", "-1", "1.5", "²", "9" * 12])
def test_needs_that_are_no_numbers_are_refused(needs: str) -> None:
    assert edited(f"needs={needs}").errors["needs"] == ["Write step numbers, like 3, 7."]


def test_an_empty_title_is_refused_only_where_a_title_was_sent() -> None:
    assert "title" in edited("title=+").errors
    assert not edited("notes=x").errors


def test_a_title_over_the_limit_is_refused_in_the_words_of_the_domain() -> None:
    assert "2,048 is the most" in edited(f"title={'x' * 2049}").errors["title"][0]


def test_a_note_keeps_its_spaces_and_lines() -> None:
    assert edited("notes=++a%0D%0A++b%0D%0A").proposed() == {"notes": "  a\n  b\n"}


def test_a_rejection_without_a_note_is_refused() -> None:
    form = RejectForm({"note": " \n "})

    assert form.errors["note"] == ["Write what should change. The step stays as it is until you do."]


def test_a_typed_owner_wins_over_an_offered_one() -> None:
    form = ReassignForm({"owner": "session-abc", "owner_other": " session-def "})

    assert form.is_valid()
    assert form.new_owner == "session-def"


def test_no_owner_means_nobody() -> None:
    form = ReassignForm({"owner": ""})

    assert form.is_valid()
    assert form.new_owner is None


def test_moving_first_sends_no_number() -> None:
    form = MoveForm({"after": ""})

    assert form.is_valid()
    assert form.proposed() == {"order": None}


def test_a_new_step_needs_a_title() -> None:
    assert "title" in AddForm({"notes": "x"}).errors


def test_choices_of_the_conflict_dialog_are_applied_before_the_form_reads() -> None:
    form = edited("title=mine&choose_title=theirs&notes=mine&choose_notes=third&third_notes=ours")

    assert form.proposed() == {"notes": "ours"}
