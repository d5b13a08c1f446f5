from plans.domain import history
from plans.domain.happening import VERBS, Happening, happening_of


def test_every_verb_that_has_words_belongs_to_one_sort() -> None:
    verbs = {*history._WORDS, *history._PLAN_WORDS, "block"}
    sorts = [sort for verb in verbs for sort in VERBS if verb in VERBS[sort]]
    assert {verb for verb in verbs if happening_of(verb) is None} == set()
    assert len(sorts) == len(verbs)
    assert set(sorts) == set(Happening)


def test_a_verb_of_a_newer_version_belongs_to_none() -> None:
    assert happening_of("teleport") is None
