"""Addresses of the staff pages. None of them carries words: text travels in the bodies of forms only."""

from __future__ import annotations

from django.urls import path

from huiyin.desk import (
    board_views,
    call_views,
    case_views,
    checkup_views,
    inbox_views,
    intake_views,
    issue_views,
    reply_help,
    views,
    watch_views,
)

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("role/", views.change_role, name="role"),
    path("find/", views.find, name="find"),
    path("inbox/", inbox_views.show_inbox, name="inbox"),
    path("inbox/acknowledge/", inbox_views.acknowledge, name="acknowledge"),
    path("intake/", intake_views.console, name="intake"),
    path("intake/similar/", intake_views.similar, name="similar"),
    path("intake/reply-check/", reply_help.check_at_intake, name="intake-check"),
    path("board/", board_views.board, name="board"),
    path("board/<str:number>/send/", board_views.send, name="send"),
    path("rulings/", watch_views.rulings, name="rulings"),
    path("docket/", watch_views.docket, name="docket"),
    path("issues/", issue_views.issues, name="issues"),
    path("issues/<uuid:issue_id>/", issue_views.issue, name="issue"),
    path("oversight/", watch_views.oversight, name="oversight"),
    path("calls/", call_views.calls_home, name="calls"),
    path("calls/next/", call_views.next_call, name="next-call"),
    path("calls/<uuid:call_id>/", call_views.call, name="call"),
    path("heard/", call_views.heard, name="heard"),
    path("pressure/", call_views.pressure, name="pressure"),
    path("check-up/", checkup_views.check_up, name="checkup"),
    path("check-up/<uuid:question_id>/", checkup_views.question, name="question"),
    path("matters/<str:number>/", case_views.show_case, name="case"),
    path("matters/<str:number>/do/<str:command>/", case_views.act, name="act"),
    path("matters/<str:number>/reply-check/", reply_help.check, name="reply-check"),
    path("matters/<str:number>/files/<uuid:file_id>/", case_views.show_file, name="file"),
]
