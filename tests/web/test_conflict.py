from msgspec.structs import replace

from plans.domain.expected import StaleRevision
from plans.domain.plan import Plan
from plans.domain.step import Step
from plans.web.conflict import Conflict, conflict, own_changes, settled

ALERT = Step(number=17, title="Alert on lag above 5 s", notes="Page twice.", owner="ada", revision=480)
BASE = Plan(namespace="payments.ledger", epoch="e", revision=481, steps=(ALERT,))
STALE = StaleRevision(expected=480, actual=482, step=17, by="session:bob", at=1_000)


def saved(**changes: object) -> Plan:
    return replace(BASE, revision=482, steps=(replace(ALERT, revision=482, **changes),))


def compared(now: Plan, base: Plan | None = BASE, **proposed: object) -> Conflict:
    yours = own_changes(proposed, base, 17)
    return conflict(STALE, base=base, now=now, number=17, verb="edit", yours=yours, typed=())


def test_a_field_that_both_changed_is_left_to_the_person() -> None:
    found = compared(saved(title="Alert on lag above 9 s"), title="Alert on lag above 2 s")

    assert [row.name for row in found.clashes] == ["title"]
    assert found.saves_as == 483


def test_a_field_that_only_they_changed_is_merged_and_named() -> None:
    found = compared(saved(owner="bob", notes="Page."), title="Alert", notes="Page twice.", owner="ada")

    assert not found.clashes
    assert found.merged == "Owner changed to bob and notes changed; your title still fits."
    assert [row.yours for row in found.rows if row.name == "notes"] == [None]
    assert found.settled == "Owner and notes: theirs"


def test_the_same_change_by_both_is_no_clash() -> None:
    assert not compared(saved(title="Alert"), title="Alert").clashes


def test_a_decision_is_shown_what_changed_since_it_was_seen() -> None:
    found = compared(saved(title="Alert on lag above 9 s"))

    row = found.rows[0]
    assert [span.text for span in row.theirs if span.changed] == ["9"]
    assert [span.text for span in row.seen if span.changed] == ["5"]
    assert found.merged == "Title changed; you can still edit it."


def test_without_a_known_start_every_difference_is_left_to_the_person() -> None:
    found = compared(saved(), base=None, title="Alert", owner="ada")

    assert [row.name for row in found.clashes] == ["title"]


def test_a_changed_place_is_told_as_the_step_it_follows() -> None:
    other = Step(number=3, title="Other")

    found = compared(replace(saved(), steps=(other, *saved().steps)), title="Alert")

    assert ["".join(span.text for span in row.theirs) for row in found.rows if row.name == "order"] == [
        "after step 3"
    ]


def test_choosing_theirs_leaves_the_field_out_and_a_third_version_replaces_yours() -> None:
    sent = {
        "title": "mine",
        "choose_title": "theirs",
        "notes": "mine",
        "choose_notes": "third",
        "third_notes": "ours",
        "phase": "mine",
        "choose_phase": "yours",
        "third_phase": "unused",
    }

    assert settled(sent) == {"notes": "ours", "phase": "mine"}
