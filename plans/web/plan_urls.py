"""Addresses of what is done to a plan as a whole, of what a link shows, and of notices."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.web.notice_urls import NOTICES
from plans.web.views import bringing, copying, deleting, first, plan_menu, printing, shared, sharing

OF_A_PLAN: list[URLPattern] = [
    path("actions/", plan_menu.actions, name="actions"),
    path("delete/", deleting.delete, name="delete"),
    path("duplicate/", copying.duplicate, name="duplicate"),
    path("export.json", copying.export_json, name="export-json"),
    path("export.md", copying.export_markdown, name="export-markdown"),
    path("paste/", bringing.paste, name="paste"),
    path("print/", printing.print_plan, name="print"),
    path("share/", sharing.share, name="share"),
    path("share/<int:number>/", sharing.unshare, name="unshare"),
]
OF_THE_BOARD: list[URLPattern] = [
    path("sample/", first.sample, name="sample"),
    path("import/", bringing.bring, name="import"),
    path("share/<str:token>/", shared.shared, name="shared"),
    path("badge/<str:token>.svg", shared.badge, name="badge"),
    *NOTICES,
]
