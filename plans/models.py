"""A signpost: Django looks for models here, they are defined in plans.mirror.models."""

from plans.mirror.models import Plan, RevisionEvent, Session, Step, Worker

__all__ = ["Plan", "RevisionEvent", "Session", "Step", "Worker"]
