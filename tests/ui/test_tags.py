"""What the tags of every template show."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory, override_settings
from django.utils import timezone, translation

from intranet.templatetags import ui

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)  # 14.00 in Helsinki, a Thursday


def show(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("ago", "english", "finnish"),
    [
        (timedelta(seconds=20), "just now", None),
        (timedelta(minutes=5, seconds=40), "5 min ago", None),
        (timedelta(hours=3), "3 h ago", None),
        (timedelta(hours=20), "yesterday 18:00", None),
        (timedelta(days=3), "Mon 14:00", None),
        (timedelta(days=30), "10 Feb", "10.2."),
        (timedelta(days=400), "5 Feb 2025", "5.2.2025"),
        (timedelta(hours=-2), "today 16:00", None),
        (timedelta(days=-40), "21 Apr", "21.4."),
    ],
)
def test_times_are_said_as_people_say_them(ago: timedelta, english: str, finnish: str | None) -> None:
    with timezone.override("Europe/Helsinki"), translation.override("en"):
        assert ui.ago_words(NOW - ago, NOW) == english
    if finnish:
        with timezone.override("Europe/Helsinki"), translation.override("fi"):
            assert ui.ago_words(NOW - ago, NOW) == finnish


def test_time_carries_the_exact_moment_for_machines_and_on_hover() -> None:
    when = timezone.now() - timedelta(minutes=2)
    html = ui.ago(when)
    assert f'datetime="{timezone.localtime(when).isoformat(timespec="seconds")}"' in html
    assert "title=" in html
    assert " data-ago>" in html


def test_day_without_a_time_and_no_time_at_all_are_fine() -> None:
    assert "<time" in ui.ago(date(2020, 2, 29))
    assert ui.ago(None) == ""


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Aino Virtanen", "AV"),
        ("Åsa", "Å"),
        ("Jean-Luc de la Tour", "JT"),
        ("", "?"),
        ("   ", "?"),
        ("李 小龙", "李小"),
    ],
)
def test_initials_are_first_and_last(name: str, initials: str) -> None:
    assert ui.initials_of(name) == initials


def test_colour_of_a_name_never_changes_and_stays_in_range() -> None:
    assert ui.hue_of("Aino Virtanen") == ui.hue_of(" aino virtanen ")
    assert all(0 <= ui.hue_of(f"person {n}") < 24 for n in range(200))
    assert len({ui.hue_of(f"person {n}") for n in range(200)}) == 24
    assert ui.hue(27) == "hue-3"


def test_face_without_photo_shows_initials_and_hides_from_screen_readers_beside_a_name() -> None:
    html = ui.avatar(SimpleNamespace(name="Aino Virtanen"), "s")
    assert 'class="avatar avatar-s hue-' in html
    assert ">AV</span>" in html
    assert 'aria-hidden="true"' in html


def test_guest_has_a_ring_and_the_word() -> None:
    guest = SimpleNamespace(name="Gita Rao", is_guest=True)
    assert "is-guest" in ui.avatar(guest)
    assert 'aria-label="Gita Rao (guest)"' in ui.avatar(guest, label=True)
    assert ">guest</span>" in ui.guest_word(guest)
    assert ui.guest_word(SimpleNamespace(name="Aino")) == ""


def test_names_are_escaped_everywhere() -> None:
    evil = SimpleNamespace(name='<b onmouseover="x">" &', photo_url='/p"><script>', is_guest=True)
    for html in (ui.avatar(evil, label=True), show("{% person p detail=d %}", p=evil, d="<i>")):
        assert "<b " not in html
        assert "<script" not in html
        assert "<i>" not in html
    assert "<script" not in ui.icon("x", label="<script>")


def test_icon_is_silent_unless_labelled_and_an_unknown_one_breaks_nothing() -> None:
    assert 'aria-hidden="true"' in ui.icon("house")
    assert 'role="img" aria-label="Home"' in ui.icon("house", label="Home")
    assert "<svg" in ui.icon("no-such-icon")


@pytest.mark.parametrize(
    ("percent", "drawn"), [(0, "0 100"), (40.4, "40 100"), (100, "100 100"), (250, "100 100"), (None, "0 100")]
)
def test_ring_draws_what_is_done(percent: float | None, drawn: str) -> None:
    assert f'stroke-dasharray="{drawn}"' in ui.progress_ring(percent)
    assert "style=" not in ui.progress_ring(percent)


def test_current_marks_this_page_and_those_below_but_not_everything_under_the_front_page() -> None:
    request = RequestFactory().get("/wiki/pumps/")
    assert show("{% current u %}", request=request, u="/wiki/") == ' aria-current="page"'
    assert show("{% current u %}", request=request, u="/") == ""
    assert show("{% current u %}", u="/wiki/") == ""


@pytest.mark.parametrize(("cookie", "own", "chosen"), [
    ("", "", ""), ("dark", "light", "dark"), ("auto", "dark", ""), ("", "dark", "dark"), ('"><script>', "", ""),
])  # fmt: skip
def test_theme_is_the_browsers_choice_before_the_profiles(cookie: str, own: str, chosen: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["loikka_theme"] = cookie
    request.user = SimpleNamespace(theme=own)
    assert show("{% theme %}", request=request) == (f' data-theme="{chosen}"' if chosen else "")


def test_undo_address_is_one_of_ours() -> None:
    assert ui.undo_url(SimpleNamespace(extra_tags="wide undo:/posts/5/restore/")) == "/posts/5/restore/"
    assert ui.undo_url(SimpleNamespace(extra_tags="undo://evil.example/")) == ""
    assert ui.undo_url(SimpleNamespace(extra_tags=None)) == ""


def test_editor_takes_a_bound_field_with_its_text_and_error() -> None:
    from django import forms

    class Form(forms.Form):
        body = forms.CharField(max_length=5)

    html = show('{% editor form.body preview_url="/p/" %}', form=Form({"body": "</textarea><b>long"}))
    assert "&lt;/textarea&gt;&lt;b&gt;long</textarea>" in html
    assert 'name="body"' in html
    assert 'aria-invalid="true"' in html
    assert 'maxlength="5"' in html


def test_percentages_of_nothing_are_none() -> None:
    assert ui.percent_of(1, 3) == 33
    assert ui.percent_of(0, 0) == 0


@override_settings(ROOT_URLCONF="tests.ui.pages")
def test_part_made_once_speaks_each_language_and_carries_each_readers_own_token_and_page() -> None:
    pages = []
    for token, path, language in [("one", "/a/?x=1&y", "en"), ("two", "/b/", "en"), ("two", "/b/", "fi")]:
        request = RequestFactory().get(path)
        with translation.override(language):
            pages.append(show('{% once "components/choices.html" %}', request=request, csrf_token=token))
    assert 'value="one"' in pages[0]
    assert 'value="/a/?x=1&amp;y"' in pages[0]
    assert 'value="two"' in pages[1]
    assert "/a/" not in pages[1]
    assert "@@" not in "".join(pages)
    assert 'value="fi" lang="fi" aria-current="true"' in pages[2]


@pytest.mark.parametrize(
    ("path", "place"),
    [("/", "home"), ("/wiki/pumps/", "wiki"), ("/paths/3/", "paths"), ("/communities/x/", ""), ("/x", "")],
)
def test_place_in_the_menu_comes_from_the_address(path: str, place: str) -> None:
    assert show("{% place %}", request=RequestFactory().get(path)) == place
