"""Posts, feed, files and tags for programs: the same rights as for people."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feed.models import Post
from intranet.people.models import Follow
from tests.feed.test_pages import MEMBERS, PEOPLE, READERS, talk


def is_problem(answered, status):
    return answered.status_code == status and answered.json()["status"] == status


@pytest.mark.parametrize("name", PEOPLE)
def test_programs_read_what_their_people_read(cast, say, answer, program, name):
    posts = talk(cast, say, answer)
    client = program(cast.people[name])
    listed = {item["body"] for item in client.get("/posts").json()["items"]}
    home = {item["id"] for item in client.get("/feed").json()["items"]}
    for place in READERS:
        reads = name in READERS[place]
        assert (f"reply-{place}" in listed) == reads
        assert client.get(f"/posts/{posts[place].pk}").status_code == (200 if reads else 404)
        assert client.get("/posts", community=place).status_code == (200 if reads else 404)
        of_thread = client.get("/posts", thread=posts[place].pk).json()["items"]
        assert len(of_thread) == (2 if reads else 0)
        assert (posts[place].pk in home) == (name in MEMBERS[place])
    of_tag = {item["id"] for item in client.get("/tags/canarytag").json().get("items", [])}
    assert of_tag == {posts[place].pk for place in READERS if name in READERS[place]}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_programs_write_where_their_people_write(cast, say, program, name, place):
    post = say(cast.aino, getattr(cast, place), "First")
    client = program(cast.people[name], scope="write")
    status = 201 if name in MEMBERS[place] else 403 if name in READERS[place] else 404
    assert client.post("/posts", {"community": place, "body": "By a program"}).status_code == status
    assert client.post("/posts", {"reply_to": post.pk, "body": "An answer"}).status_code == status
    expected = 200 if status == 201 else status
    assert client.send("PUT", f"/posts/{post.pk}/reactions/thanks", "").status_code == expected
    mine = 200 if name == "aino" else 403 if name in READERS[place] else 404
    assert client.send("PATCH", f"/posts/{post.pk}", {"body": "Changed"}).status_code == mine
    gone = 204 if name in {"aino", "mika"} and status == 201 else 403 if name in READERS[place] else 404
    assert client.send("DELETE", f"/posts/{post.pk}", "").status_code == gone
    upload = {"file": SimpleUploadedFile("a.txt", b"text"), "community": place}
    assert client.client.post("/api/v1/files", upload).status_code == status


def test_a_read_token_writes_nothing(cast, say, program):
    post, client = say(cast.aino, cast.yard), program(cast.aino)
    for method, path in (("POST", "/posts"), ("PATCH", f"/posts/{post.pk}"), ("DELETE", f"/posts/{post.pk}")):
        assert is_problem(client.send(method, path, {"body": "x", "community": "yard"}), 403)
    assert Post.objects.get().body == "Hello from here."


def test_a_post_tells_everything_about_itself(cast, program):
    client = program(cast.aino, scope="write")
    file = client.client.post(
        "/api/v1/files", {"file": SimpleUploadedFile("a.txt", b"text"), "community": "lab"}
    ).json()
    made = client.post("/posts", {"community": "lab", "body": "Hello #tag", "files": [file["id"]]}).json()
    assert made["author"]["handle"] == "aino.example"
    assert made["tags"] == ["tag"]
    assert made["files"][0]["name"] == "a.txt"
    assert made["reply_to"] is None
    reply = client.post("/posts", {"reply_to": made["id"], "body": "And more"}).json()
    assert (reply["thread"], reply["reply_to"]) == (made["id"], made["id"])


def test_the_same_key_returns_the_first_post(cast, program):
    client, key = program(cast.aino, scope="write"), str(uuid.uuid4())
    first = client.post("/posts", {"community": "yard", "body": "Once", "key": key}).json()
    second = client.post("/posts", {"community": "yard", "body": "Once", "key": key}).json()
    assert first["id"] == second["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": "no place"},
        {"community": "yard"},
        {"community": "yard", "body": ""},
        {"community": "yard", "body": "x" * 10_001},
        {"community": "yard", "body": "nul \x00"},
        {"community": "yard", "body": 7},
        {"community": ["yard"], "body": "x"},
        {"community": "yard", "body": "x", "reply_to": "first"},
        {"community": "yard", "body": "x", "reply_to": -1},
        {"community": "yard", "body": "x", "reply_to": 10**30},
        {"community": "yard", "body": "x", "about_page": 10**18},
        {"community": "yard", "body": "x", "key": "no key"},
        {"community": "yard", "body": "x", "files": ["no file"]},
        {"community": "yard", "body": "x", "author": 1, "deleted_at": None},
        [],
    ],
)
def test_bad_input_is_a_problem_with_words(cast, program, body):
    answered = program(cast.aino, scope="write").post("/posts", body)
    assert is_problem(answered, 422)
    assert not Post.objects.exists()


@pytest.mark.parametrize("path", ["/posts", "/feed"])
@pytest.mark.parametrize("cursor", ["x", "e30", "\x00", "x" * 700])
def test_a_made_up_cursor_is_a_problem(cast, program, path, cursor):
    assert program(cast.aino).get(path, cursor=cursor).status_code in {400, 422}


@pytest.mark.parametrize("path", ["/posts/0", f"/posts/{10**30}", "/posts/x", "/tags/nothing", "/tags/%00"])
def test_what_is_not_there_is_a_problem(cast, program, path):
    assert program(cast.aino).get(path).status_code in {404, 422}


@pytest.mark.parametrize("path", ["/posts", "/feed"])
def test_cursors_go_through_everything_once(cast, say, answer, program, path):
    made = [say(cast.aino, cast.yard, f"number {n}").pk for n in range(12)]
    client, seen, cursor = program(cast.ben), [], ""
    while cursor is not None:
        page = client.get(path, limit=5, cursor=cursor).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made[::-1]


@pytest.mark.parametrize("threads", [3, 30])
@pytest.mark.parametrize("path", ["/posts", "/feed"])
def test_lists_take_a_fixed_number_of_queries(
    cast,
    say,
    answer,
    program,
    django_assert_max_num_queries,
    path,
    threads,
):
    Follow.objects.create(follower=cast.ben, person=cast.mika)
    for n in range(threads):
        answer(cast.mika, say(cast.aino, cast.yard, f"Number {n} #tag{n}"))
    client = program(cast.ben)
    client.get(path)
    with django_assert_max_num_queries(10):
        assert client.get(path, limit=20).json()["items"]
