"""Programs of the cast."""

from django.test import Client

from intranet.people import actions


class Program:
    """A client that speaks JSON with somebody's access token."""

    def __init__(self, owner=None, scope="read", secret=None):
        if secret is None and owner is not None:
            _token, secret = actions.issue_token(actor=None, owner=owner, name="test", scope=scope)
        self.secret = secret
        self.client = Client(**({"HTTP_AUTHORIZATION": f"Bearer {secret}"} if secret else {}))

    def get(self, path, **params):
        return self.client.get(f"/api/v1{path}", params)

    def send(self, method, path, body, **extra):
        extra.setdefault("content_type", "application/json")
        return getattr(self.client, method.lower())(f"/api/v1{path}", body, **extra)

    def post(self, path, body, **extra):
        return self.send("POST", path, body, **extra)


def is_problem(response, status):
    """Is this an RFC 9457 answer of that status?"""
    body = response.json()
    return (
        response.status_code == status == body["status"]
        and response.headers["Content-Type"] == "application/problem+json"
        and {"type", "title", "detail"} <= set(body)
    )
