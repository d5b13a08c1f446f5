"""Whether what an admin made for programs, tokens and webhooks, is open: while whoever made it is an admin.

What was made at the terminal belongs to no person, and is open until somebody ends it there or on the pages.
"""

from __future__ import annotations

from django.db.models import BooleanField, Case, Q, Value, When

from plans.domain.rights import Role
from plans.people.rights import RightRow


def stands(maker: str = "made_by") -> Q:
    """Pick what is open: made by nobody in particular, or by somebody who is an admin now and may come in."""
    admins = RightRow.objects.filter(role=Role.ADMIN).values("person")
    return Q(**{f"{maker}__isnull": True}) | Q(**{f"{maker}__is_active": True, f"{maker}__in": admins})


def rests() -> Case:
    """Tell of each row whether it is not open."""
    no, yes = Value(value=False), Value(value=True)
    return Case(When(stands(), then=no), default=yes, output_field=BooleanField())
