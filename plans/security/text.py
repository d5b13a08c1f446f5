r"""Make agents' text safe to look at: nothing in it moves the cursor, reorders words or hides.

Three things happen to a text, in this order:

* Terminal control is taken out: CSI and other escape sequences, then every C0 and C1 control. Only
  the command is dropped, never words: the payload of an OSC or DCS string stays, as plain text.
* Line breaks of every sort become ``\n`` (``clean_text``) or a space (``clean_line``).
* What a person would not see is shown as a token such as ``⟦U+202E⟧``: bidi controls, zero-width
  and tag characters, invisible fillers. Lone surrogates become U+FFFD.

Emoji keep their variation selectors and joiners, and Arabic and Indic words their joiners, where
these stand between the characters they exist for. See Unicode TR36, TR39 and CVE-2021-42574.
"""

import re
from typing import Final

_CSI: Final = r"(?:\x1b\[|\x9b)[0-?]{0,256}[ -/]{0,16}[@-~]"
_STRING_START: Final = r"\x1b[PX^_\]]"
_SHORT: Final = r"\x1b[ -/]{0,16}[0-OQ-WYZ\\`-~]"
_ESCAPES: Final = f"{_CSI}|{_STRING_START}|{_SHORT}"
_BREAKS: Final = "\r\n|[\n\r\v\f\x85\u2028\u2029]"
_CONTROLS: Final = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
_SURROGATES: Final = r"[\ud800-\udfff]"

# These stay text until first used: most runs of the CLI never compile the large one.

# Default_Ignorable_Code_Point of Unicode, and what looks like nothing without being in it:
# the Hangul fillers, the braille blank, interlinear annotation and the noncharacters.
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_PICTURE: Final = "©®‼⁉™ℹ←-⇿⌀-⏿Ⓜ■-➿⤴⤵⬀-⯿〰〽㊗㊙\U0001f000-\U0001faff"
_JOINED_SCRIPTS: Final = "\u0620-\u074a\u0750-\u08ff\u0900-\u109f\u1780-\u17b3\u17b6-\u17dd\u1820-\u18aa"
_HIDDEN: Final = (
    rf"(?<![{_PICTURE}#*0-9])[\ufe0e\ufe0f]"
    rf"|(?<![{_PICTURE}{_JOINED_SCRIPTS}])(?<![{_PICTURE}]\ufe0f)\u200d"
    rf"|(?<![{_JOINED_SCRIPTS}])\u200d(?![{_PICTURE}])"
    rf"|(?<=[{_JOINED_SCRIPTS}])\u200d(?![{_JOINED_SCRIPTS}])"
    rf"|(?<![{_JOINED_SCRIPTS}])\u200c|\u200c(?![{_JOINED_SCRIPTS}])"
    rf"|(?![\ufe0e\ufe0f\u200c\u200d])[{_UNSEEN}]"
)
_SUSPECT: Final = rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_UNSEEN}]"


def clean_line(text: str) -> str:
    """Return the text as one line without controls; line breaks and tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return clean_text(text).replace("\n", " ").replace("\t", " ")


def clean_text(text: str) -> str:
    """Return the text without controls but line feed and tab, hidden characters shown."""
    if not re.search(_SUSPECT, text):
        return text
    return re.sub(_SURROGATES, "\ufffd", re.sub(_HIDDEN, _token, _plain(text)))


def hidden_marks(text: str) -> tuple[str, ...]:
    """Name each kind of hidden character once, in order of first use: ``("U+202E", "U+200B")``."""
    if text.isascii():
        return ()
    return tuple(dict.fromkeys(_name(found[0]) for found in re.finditer(_HIDDEN, _plain(text))))


def _plain(text: str) -> str:
    return re.sub(_CONTROLS, "", re.sub(_BREAKS, "\n", re.sub(_ESCAPES, "", text)))


def _token(found: re.Match[str]) -> str:
    return f"⟦{_name(found[0])}⟧"


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"
