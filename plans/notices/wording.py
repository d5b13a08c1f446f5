"""What a notice says: a JSON object, with one sentence that chat programs can show as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from plans.domain.queue import Reason
from plans.people.deliveries import TEST
from plans.security.text import clean_line, clean_text

if TYPE_CHECKING:
    from plans.domain.queue import Ask

_QUESTION: Final = 2_000
"""Letters of what is asked that are sent; the board shows all."""
_EXCERPT: Final = 280
_UNTITLED: Final = "Untitled"
_SAID: Final = {
    Reason.APPROVAL: "{agent} asks for approval",
    Reason.INPUT: "{agent} has a question",
    Reason.PROBLEM: "{agent} is blocked",
    Reason.REVIEW: "{agent} finished, and a person has to look at it",
    Reason.HOLD: "A person holds",
    Reason.GATE: "A gate can be opened",
    Reason.FAILED: "{agent} failed",
    Reason.STALE: "{agent} is silent",
    Reason.MENTION: "{agent} calls for somebody",
    Reason.FORGED: "A file claims an approval that nobody signed",
}
# Chat programs read links, mentions and mark-up in what they show, and an agent may have written this.
_HARMLESS: Final = str.maketrans(
    {"<": "‹", ">": "›", "&": "＆", "@": "＠", "[": "［", "]": "］", "`": "ˋ", "*": "∗", "_": "＿", "~": "∼"}
)


class PlanNamed(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a notice."""

    namespace: str
    title: str


class StepNamed(msgspec.Struct, frozen=True, kw_only=True):
    """The step of a notice."""

    number: int
    title: str
    revision: int
    risk: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The body of what is sent. ``since`` is ms since the epoch."""

    version: int = 1
    id: str
    kind: str
    text: str
    agent: str | None
    plan: PlanNamed
    step: StepNamed
    question: str
    since: int
    behind: int
    """Steps that cannot start before."""
    link: str


_DECODER: Final = msgspec.json.Decoder(Notice)


def notice_of(ask: Ask, *, uid: str, origin: str) -> Notice:
    """Say what a step asks; ``origin`` is where people reach the board."""
    step = ask.step
    plan = PlanNamed(namespace=ask.plan.namespace, title=_line(ask.plan.title) or _UNTITLED)
    named = StepNamed(
        number=step.number, title=_line(step.title) or _UNTITLED, revision=step.revision, risk=step.risk
    )
    question = question_of(ask)
    link = link_of(origin, ask.plan.namespace, step.number)
    return Notice(
        id=uid,
        kind=ask.reason,
        text=_text(f"{headline(ask)}: step {named.number} “{named.title}” of {plan.title}", question, link),
        agent=_agent(ask),
        plan=plan,
        step=named,
        question=question,
        since=ask.since,
        behind=ask.behind,
        link=link,
    )


def test_notice(*, uid: str, origin: str, now: int) -> Notice:
    """Make what the test button sends: like a notice, of a step that is not there."""
    return Notice(
        id=uid,
        kind=TEST,
        text=_text("A test from Planboard: notices arrive here", "", f"{origin}/needs/"),
        agent=None,
        plan=PlanNamed(namespace="test", title="A test"),
        step=StepNamed(number=0, title="A test", revision=0, risk="normal"),
        question="",
        since=now,
        behind=0,
        link=f"{origin}/needs/",
    )


def sent_again(body: str, *, uid: str) -> str:
    """Give the same words another id."""
    return encoded(msgspec.structs.replace(_DECODER.decode(body), id=uid))


def encoded(notice: Notice) -> str:
    return msgspec.json.encode(notice).decode()


def headline(ask: Ask) -> str:
    """Say in a few words who needs a person for what."""
    return _SAID[ask.reason].format(agent=_agent(ask) or "Somebody")


def question_of(ask: Ask) -> str:
    """Give what is asked, or what went wrong."""
    return clean_text(_question(ask)[:_QUESTION]).strip()


def link_of(origin: str, namespace: str, number: int) -> str:
    """Give where people answer; a test holds it to the pages' own addresses."""
    return f"{origin}/needs/{quote(namespace, safe='~')}/{number}/"


def _agent(ask: Ask) -> str | None:
    if ask.mention is not None:
        return _line(ask.mention.comment.by.partition(":")[2]) or None
    name = _line(ask.step.owner or "")
    if not name and ask.step.asks and ask.step.request is not None:
        name = _line(ask.step.request.by.partition(":")[2])
    return name or None


def _question(ask: Ask) -> str:
    if ask.mention is not None:
        return ask.mention.comment.text
    if ask.reason is Reason.FAILED:
        return ask.step.reason
    return ask.step.request.text if ask.step.asks and ask.step.request is not None else ""


def _text(said: str, question: str, link: str) -> str:
    line = clean_line(question)
    short = line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rstrip()}…"
    words = [said.translate(_HARMLESS), short.translate(_HARMLESS), link]
    return "\n".join(word for word in words if word)


def _line(text: str) -> str:
    return clean_line(text).strip()
