"""Addresses of the residents' pages."""

from __future__ import annotations

from django.urls import path

from huiyin.portal import beside, follow, home, matters, my, say

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("say/", say.say, name="say"),
    path("say/look/", beside.look, name="look"),
    path("follow/", follow.follow, name="follow"),
    path("my/", my.my, name="my"),
    path("my/photo/<uuid:file_id>/", my.photo, name="photo"),
    path("my/proof/", my.proof, name="proof"),
    path("my/leave/", follow.leave, name="leave"),
    path("matters/", matters.matters, name="matters"),
    path("matters.csv", matters.matters_file, name="matters-file"),
    path("matters/<str:number>/", matters.matter, name="matter"),
]
