"""Addresses of onboarding paths."""

from django.urls import include, path

from wiki.onboarding import views
from wiki.onboarding.making.urls import urlpatterns as making
from wiki.onboarding.mine import keys, outside
from wiki.onboarding.mine import views as mine

app_name = "onboarding"
urlpatterns = [
    *making,
    path("", views.my_path, name="my_path"),
    path("on/<int:pk>/", views.enrolment, name="enrolment"),
    path("on/<int:pk>/steps/<int:step_pk>/", mine.step, name="step"),
    path("on/<int:pk>/steps/<int:step_pk>/done/", mine.complete, name="step_complete"),
    path("on/<int:pk>/steps/<int:step_pk>/open/", mine.reopen, name="step_reopen"),
    path("on/<int:pk>/steps/<int:step_pk>/unclear/", mine.unclear, name="step_unclear"),
    path("on/<int:pk>/files/<int:file_pk>/", mine.file, name="step_file"),
    path("on/<int:pk>/welcome/", keys.welcome_key, name="welcome_key"),
    path("on/<int:pk>/welcome/close/", keys.welcome_close, name="welcome_close"),
    path("on/reading/<int:page_pk>/", mine.bar, name="bar"),
    path("on/calendar/", keys.calendar_key, name="calendar_key"),
    path("on/calendar/close/", keys.calendar_close, name="calendar_close"),
    path("on/calendar/<str:token>.ics", outside.calendar, name="calendar"),
    path("on/welcome/<str:token>/", outside.welcome, name="welcome"),
    path("on/welcome/<str:token>/<int:number>/", outside.welcome_page, name="welcome_page"),
    path("on/welcome/<str:token>/files/<uuid:file>/", outside.welcome_file, name="welcome_file"),
    path("", include("wiki.onboarding.colleagues.urls")),
    path("people/", include("wiki.onboarding.lookafter.urls")),
    path("<slug:slug>/", include("wiki.onboarding.insight.urls")),
    path("<slug:slug>/", views.path_page, name="path"),
]
