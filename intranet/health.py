"""Is the process alive, is it ready? Answers anybody, and says nothing else."""

from django.urls import path

urlpatterns: list = []
