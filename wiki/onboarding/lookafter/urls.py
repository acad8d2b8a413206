"""Addresses of the people somebody looks after (below `/paths/people/`)."""

from django.urls import path

from wiki.onboarding.lookafter import steps, views

urlpatterns = [
    path("", views.my_people, name="people"),
    path("<int:pk>/", views.look_after, name="look_after"),
    path("<int:pk>/add/", views.add_step, name="own_step_add"),
    path("<int:pk>/start/", views.move_start, name="start_move"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/end/", views.end, name="enrolment_end"),
    path("<int:pk>/people/", views.people, name="reassign"),
    path("<int:pk>/steps/<int:step_pk>/", steps.step, name="their_step"),
    path("<int:pk>/steps/<int:step_pk>/nudge/", steps.nudge, name="nudge"),
    path("<int:pk>/steps/<int:step_pk>/skip/", steps.skip, name="skip"),
    path("<int:pk>/steps/<int:step_pk>/unskip/", steps.unskip, name="unskip"),
    path("<int:pk>/steps/<int:step_pk>/day/", steps.set_day, name="set_day"),
    path("<int:pk>/steps/<int:step_pk>/take-back/", steps.take_back, name="take_back"),
]
