"""Addresses of what colleagues do (below `/paths/`)."""

from django.urls import path

from wiki.onboarding.colleagues import views

urlpatterns = [
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<int:pk>/<int:step_pk>/", views.task, name="task"),
    path("tasks/<int:pk>/<int:step_pk>/undo/", views.task_undo, name="task_undo"),
    path("tasks/link/<str:secret>/", views.linked_task, name="linked_task"),
    path("people/<int:pk>/steps/<int:step_pk>/link/", views.task_link, name="task_link"),
    path("people/<int:pk>/steps/<int:step_pk>/link/end/", views.task_link_end, name="task_link_end"),
]
