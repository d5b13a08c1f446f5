from plans.domain.picture import Life
from plans.domain.pulse import CELL_MS
from plans.web.pulse import pulse_view

NOW = 1_795_000_000_000 // CELL_MS * CELL_MS
EVERY_HALF_MINUTE = 2**60 - 1


def test_a_heart_that_always_beats_is_one_line() -> None:
    drawn = pulse_view(Life(session="s", beat_at=NOW, beats=EVERY_HALF_MINUTE), {}, now=NOW)
    assert (drawn.beats, drawn.silence, drawn.bars) == ("M0 14.5H148", "", "")


def test_silence_is_drawn_from_the_last_heartbeat_on() -> None:
    ago = NOW - 30 * CELL_MS
    drawn = pulse_view(Life(session="s", beat_at=ago, beats=EVERY_HALF_MINUTE), {}, now=NOW)
    assert (drawn.beats, drawn.silence) == ("M0 14.5H78.9333", "M80.9333 14.5H147")


def test_nothing_is_drawn_from_before_it_came() -> None:
    life = Life(session="s", beat_at=NOW, beats=0b11, started=NOW - CELL_MS)
    drawn = pulse_view(life, {}, now=NOW)
    assert (drawn.beats, drawn.silence) == ("M143.067 14.5H148", "")


def test_who_never_sent_a_heartbeat_has_bars_alone() -> None:
    drawn = pulse_view(Life(session="s"), {0: 1, 29: 2, 15: 7, 30: 1, -1: 1}, now=NOW)
    assert (drawn.beats, drawn.silence) == ("", "")
    assert [part.split("v")[1] for part in drawn.bars.split("z")[:-1]] == ["4h-3.4", "9h-3.4", "6h-3.4"]
    assert drawn.said == "12 changes in the last 30 minutes"
