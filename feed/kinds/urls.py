"""Addresses of kinds; part of the feed's."""

from django.urls import path

from feed.kinds import views

urlpatterns = [
    path("posts/<int:pk>/answer/", views.answer, name="answer"),
    path("posts/<int:pk>/vote/", views.vote, name="vote"),
    path("posts/<int:pk>/votes/", views.votes, name="votes"),
    path("posts/<int:pk>/close-poll/", views.poll_close, name="poll_close"),
    path("posts/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("posts/<int:pk>/receipts/", views.receipt_list, name="receipts"),
    path("posts/<int:pk>/remind/", views.remind, name="remind"),
    path("posts/<int:pk>/end/", views.announcement_end, name="announcement_end"),
    path("crisis/", views.crisis, name="crisis"),
]
