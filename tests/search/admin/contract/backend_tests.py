"""The contract of modelsearch for backends, as it comes with modelsearch; found by `manage.py test` alone."""

from django.test import TestCase
from modelsearch.tests.test_backends import BackendTests


class TestOurBackend(BackendTests, TestCase):
    backend_path = "search.admin_backend"
