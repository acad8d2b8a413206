"""A house with something of every kind in an open, a closed and a hidden community, made through the actions."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from feed import actions as feed
from feed.keeping import actions as keeping
from feed.kinds import actions as kinds
from feed.moderation import actions as moderation
from feed.threads import actions as threads
from intranet.activity.models import Activity
from intranet.notifications.models import Notification, PushSubscription
from intranet.notifications.readers import notify
from intranet.people import actions as people
from intranet.people.models import Community
from search.gaps import actions as search_gaps
from search.gaps.models import VainSearch
from search.saved import actions as search_saved
from search.words import actions as search_words
from tests.builders import Cast, build_cast
from wiki import actions as wiki
from wiki.bringing import actions as bringing
from wiki.care import actions as care
from wiki.harvest.actions import begin_page
from wiki.onboarding import actions as onboarding
from wiki.onboarding.colleagues.links import make_task_link
from wiki.onboarding.mine import actions as my_path
from wiki.onboarding.mine.doors import calendar_token, welcome_token

PLACES = ("yard", "lab", "vault")
PEOPLE = ("aino", "ben", "cleo", "mika", "gita", "root", "stranger")


@dataclass
class World:
    """The cast, and what stands in each of the three places."""

    cast: Cast
    places: dict[str, SimpleNamespace]
    token: Any
    person: Any  # somebody whose account can be closed
    closed: Any  # somebody whose account is closed
    office: Any  # where nobody works
    calendar: str  # what stands in the address of Ben's calendar


def picture(colour: str = "teal") -> bytes:
    """Return a small PNG."""
    content = io.BytesIO()
    Image.new("RGB", (24, 24), colour).save(content, "PNG")
    return content.getvalue()


def archive(text: str) -> ContentFile:
    """Return a zip of one Markdown file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("brought.md", text)
    return ContentFile(content.getvalue(), "a.zip")


def furnish(cast: Cast, community: Community) -> SimpleNamespace:
    """Put one of everything into a community: by Aino, answered by Ben, looked after by Mika."""
    word = f"canary{community.slug}"
    page = wiki.create_page(actor=cast.aino, community=community, title=f"Page {word}", body=f"Text {word} #tag{word}")
    wiki.save_page(
        actor=cast.ben,
        page=page.pk,
        base_revision_id=page.latest_revision_id,
        body=f"Text {word} #tag{word}, again\n\n- [ ] Box {word}",
    )
    page.refresh_from_db()
    care.change_care(actor=cast.aino, page=page, owner=cast.ben, review_every="3")
    confirmation = care.confirm_page(actor=cast.ben, page=page)
    flag = care.flag_page(actor=cast.aino, page=page, reason=f"Flag {word}")
    page.refresh_from_db()
    trashed = wiki.create_page(actor=cast.aino, community=community, title=f"Old {word}", body=word)
    wiki.trash_page(actor=cast.aino, page=trashed)
    file = feed.add_file(actor=cast.aino, community=community, file=io.BytesIO(picture()), name=f"{word}.png")
    thread = feed.publish_post(
        actor=cast.aino,
        community=community,
        body=f"Post {word} #tag{word} ![]({file.get_absolute_url()})",
        about_page=page,
        attachments=[file],
    )
    reply = feed.reply_to_post(actor=cast.ben, post=thread, body=f"Reply {word}")
    deleted = feed.publish_post(actor=cast.aino, community=community, body=f"Gone {word}")
    feed.delete_post(actor=cast.aino, post=deleted)
    report = moderation.report(actor=cast.ben, post=thread, kind="other", words=f"Report {word}")
    hidden = feed.publish_post(actor=cast.aino, community=community, body=f"Hidden {word}")
    moderation.hide_post(actor=cast.mika, post=hidden, reason=f"Reason {word}")
    begun = threads.save_post_draft(actor=cast.aino, thread=thread, body=f"Begun {word}")
    bookmark = keeping.keep_bookmark(actor=cast.aino, post=thread, note=f"Note {word}")
    question = kinds.ask_question(actor=cast.aino, community=community, body=f"Question {word}")
    answer = feed.reply_to_post(actor=cast.ben, post=question, body=f"Answer {word}")
    poll = kinds.start_poll(actor=cast.aino, community=community, body=f"Poll {word}", options=["Soup", "Fish"])
    kinds.give_praise(actor=cast.aino, community=community, body=f"Praise {word}", people=[cast.ben])
    announcement = kinds.announce(actor=cast.mika, community=community, body=f"Announced {word}", level="crisis")
    draft = wiki.save_draft(actor=cast.aino, community=community, title=f"Draft {word}", body=word)
    thrown = wiki.save_draft(actor=cast.aino, community=community, title=f"Thrown {word}", body=word)
    discarded = wiki.discard_draft(actor=cast.aino, draft=thrown.pk)
    bring = bringing.upload_import(
        actor=cast.mika, community=community, file=archive(f"# Brought {word}"), name="a.zip"
    )
    path = onboarding.create_path(actor=cast.mika, community=community, title=f"Path {word}")
    steps = [
        onboarding.save_step(actor=cast.mika, path=path, kind="do", title=f"Step {number} {word}") for number in (1, 2)
    ]
    rule = onboarding.add_rule(actor=cast.mika, path=path, title=f"Title {word}")
    role = onboarding.save_role(actor=cast.mika, path=path, name=f"Role {word}")
    onboarding.save_step(
        actor=cast.mika, path=path, kind="read", title=f"Step 3 {word}", page=page, is_early=True, due_days=9
    )
    enrolment = onboarding.enrol(
        actor=cast.mika, path=path, person=cast.ben, start_on=timezone.localdate(), buddy=cast.aino, manager=cast.mika
    )
    done = onboarding.complete_step(
        actor=cast.ben, enrolment=enrolment, step=steps[1], note=f"Done {word}",
        files=[ContentFile(picture(), f"{word}.png")],
    )  # fmt: skip
    welcome = my_path.open_welcome(actor=cast.mika, enrolment=enrolment, until_on=timezone.localdate())
    task = onboarding.add_step_for(
        actor=cast.aino, enrolment=enrolment, kind="task", title=f"Task {word}", whom="person", person=cast.aino
    )
    task_secret = make_task_link(actor=cast.mika, enrolment=enrolment, step=task)
    harvest = begin_page(actor=cast.aino, thread=thread, posts=[reply.pk], title=f"Of {word}", community=community)
    pin = search_words.pin_result(actor=cast.mika, words=f"Pin {word}", target=page)
    synonyms = search_words.add_synonyms(actor=cast.mika, words=f"one{word},two{word}")
    saved = search_saved.save_search(actor=cast.aino, address=f"q={word}", name=f"Saved {word}")
    noted = search_gaps.Noted(f"missing {word}", dict.fromkeys(range(900, 940), False))
    search_gaps.add_vain(noted={f"missing {word}": noted}, on=timezone.localdate())
    gap = VainSearch.objects.get(words=f"missing {word}")
    return SimpleNamespace(
        gap=gap,
        saved=saved,
        pin=pin,
        synonyms=synonyms,
        community=community,
        harvest=harvest,
        role=role,
        rule=rule,
        word=word,
        page=page,
        confirmation=confirmation,
        flag=flag,
        trashed=trashed,
        file=file,
        thread=thread,
        reply=reply,
        deleted=deleted,
        report=report,
        hidden=hidden,
        begun=begun,
        bookmark=bookmark,
        question=question,
        answer=answer,
        poll=poll,
        announcement=announcement,
        draft=draft,
        discarded=discarded,
        bring=bring,
        path=path,
        steps=steps,
        enrolment=enrolment,
        step_file=done.files.get(),
        welcome=welcome_token(welcome),
        task=task,
        task_secret=task_secret,
    )


def build_world() -> World:
    """Make the whole house."""
    cast = build_cast()
    places = {name: furnish(cast, getattr(cast, name)) for name in PLACES}
    places["lab"].request = people.request_to_join(actor=cast.cleo, community=cast.lab)
    people.set_photo(actor=cast.aino, person=cast.aino, content=picture("navy"))
    cast.aino.refresh_from_db()
    added = [
        people.add_person(actor=cast.root, email=f"{first}@loikka.example", name=f"{first.title()} Later")
        for first in ("leo", "lotta")
    ]
    people.close_account(actor=cast.root, person=added[1])
    token, _secret = people.issue_token(actor=cast.aino, owner=cast.aino, name="my script", scope="read")
    notify(list(Activity.objects.order_by("pk")))
    for name, place in places.items():
        place.notice = Notification.objects.get(user=cast.aino, bundle=f"reply:{place.thread.pk}")
        endpoint = f"https://push.example.com/{name}"
        place.browser = PushSubscription.objects.create(
            user=cast.aino, endpoint=endpoint, digest=sha256(endpoint.encode()).hexdigest(), p256dh="k"
        )
    calendar = calendar_token(my_path.open_calendar(actor=cast.ben))
    office = people.add_office(actor=cast.root, name="Turku", country="FI")
    Activity.objects.update(dispatched_at=timezone.now())  # no dispatcher here: /readyz would call it late
    return World(
        cast=cast, places=places, token=token, person=added[0], closed=added[1], office=office, calendar=calendar
    )


def guest_end() -> str:
    """Return a date a guest's account may end on, as a form sends it."""
    return str(date.today() + timedelta(days=30))
