"""A signpost: Django looks for models here, they are defined in plans.mirror.models and plans.people."""

from plans.mirror.models import Plan, RevisionEvent, Session, Step, Worker
from plans.people.shares import Share
from plans.people.snoozes import Snooze

__all__ = ["Plan", "RevisionEvent", "Session", "Share", "Snooze", "Step", "Worker"]
