"""A signpost: Django looks for models here, they are defined in plans.mirror.models and plans.people."""

from plans.mirror.models import Plan, RevisionEvent, Session, Step, Worker
from plans.people.deliveries import Delivery
from plans.people.noticed import Noticed
from plans.people.rights import RightRow
from plans.people.shares import Share
from plans.people.snoozes import Snooze
from plans.people.tokens import AgentToken
from plans.people.webhooks import Webhook

__all__ = [
    "AgentToken",
    "Delivery",
    "Noticed",
    "Plan",
    "RevisionEvent",
    "RightRow",
    "Session",
    "Share",
    "Snooze",
    "Step",
    "Webhook",
    "Worker",
]
