"""Every page's address; ``addresses`` gives the same as text."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from plans.web import plan_urls
from plans.web.views import (
    activity,
    alike,
    assigning,
    board,
    bulk,
    choosing,
    comparing,
    deciding,
    dismissing,
    entry,
    health,
    metrics,
    needs,
    own_password,
    people,
    planning,
    plans,
    preferences,
    searching,
    sessions,
    shaping,
    snoozing,
    steps,
    table,
    taking_back,
    timeline,
    track,
)

_STEP_VERBS = [
    path("approve/", deciding.approve, name="approve"),
    path("reject/", deciding.reject, name="reject"),
    path("reply/", deciding.reply, name="reply"),
    path("undo/", deciding.undo, name="undo"),
    path("hold/", deciding.hold, name="hold"),
    path("reassign/", assigning.reassign, name="reassign"),
    path("release/", assigning.release, name="release"),
    path("dismiss/", dismissing.dismiss, name="dismiss"),
    path("complete/", assigning.complete, name="complete"),
    path("fail/", assigning.fail, name="fail"),
    path("cancel/", assigning.cancel, name="cancel"),
    path("retry/", assigning.retry, name="retry"),
    path("comment/", assigning.comment, name="comment"),
    path("edit/", shaping.edit, name="edit"),
    path("move/", shaping.move, name="move"),
    path("remove/", shaping.remove, name="remove"),
]
_PLAN_VERBS = [
    path("describe/", planning.describe, name="describe"),
    path("activate/", planning.activate, name="activate"),
    path("abort/", planning.abort, name="abort"),
    path("archive/", planning.archive, name="archive"),
    path("unarchive/", planning.unarchive, name="unarchive"),
    path("restore/", planning.restore, name="restore"),
    path("unlock/", planning.unlock, name="unlock"),
]
_PLAN: list[URLPattern | URLResolver] = [
    path("", board.board, name="board"),
    *_PLAN_VERBS,
    *plan_urls.OF_A_PLAN,
    path("track/", track.track, name="track"),
    path("compare/", comparing.compare, name="compare"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("table/", table.table, name="table"),
    path("steps/", shaping.add, name="steps"),
    path("choices/", choosing.choices, name="choices"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("steps/<int:number>/", steps.step, name="step"),
    path("steps/<int:number>/", include(_STEP_VERBS)),
]

_NEEDS = [
    path("", needs.needs, name="needs"),
    path("decide/", alike.decide, name="decide-alike"),
    path("<str:namespace>/<int:number>/", needs.needs, name="need"),
    path("<str:namespace>/<int:number>/gone/", needs.gone, name="gone"),
    path("<str:namespace>/<int:number>/snooze/", snoozing.put_aside, name="snooze"),
    path("<str:namespace>/<int:number>/wake/", snoozing.take_back, name="wake"),
]

urlpatterns = [
    path("", entry.home, name="home"),
    path("login/", entry.login, name="login"),
    path("logout/", entry.logout, name="logout"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("activity/", activity.activity, name="activity"),
    path("back/", taking_back.back, name="take-back"),
    path("search/", searching.search, name="search"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("settings/", preferences.preferences, name="settings"),
    path("settings/password/", own_password.own_password, name="own-password"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<str:name>/role/", people.role, name="person-role"),
    path("settings/people/<str:name>/password/", people.password, name="person-password"),
    path("settings/people/<str:name>/disable/", people.disable, name="person-disable"),
    path("settings/people/<str:name>/enable/", people.enable, name="person-enable"),
    path("sessions/<str:key>/", sessions.session, name="session"),
    path("sessions/<str:key>/hand-over/", sessions.hand, name="hand_over"),
    path("needs/", include(_NEEDS)),
    *plan_urls.OF_THE_BOARD,
    path("plans/", plans.plans, name="plans"),
    path("plans/<str:namespace>/", include(_PLAN)),
]
