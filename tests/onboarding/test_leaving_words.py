"""A path of somebody who leaves counts to the last day, and says so wherever it is made."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from wiki.onboarding import actions
from wiki.onboarding.models import Path


@pytest.fixture
def mika(cast, sign_in):
    return sign_in(cast.mika)


@pytest.fixture
def path(cast, mika):
    """A leaver's path, made in the browser, with a step before the last day and one on it."""
    sent = {"title": "Goodbye", "language": "en", "community": cast.lab.pk, "kind": "leaving"}
    assert mika.post(reverse("onboarding:path_create"), sent).status_code == 302
    made = Path.objects.get(title="Goodbye")
    actions.save_step(actor=cast.mika, path=made, kind="do", title="Pass on the keys", due_days=-5)
    actions.save_step(actor=cast.mika, path=made, kind="do", title="Coffee", due_days=0)
    return made


SCREENS = ["path_edit", "path_preview", "enrol", "step_create"]


def test_no_field_without_a_name_stands_in_the_form_of_a_step(path, mika):
    text = mika.get(reverse("onboarding:step_create", args=[path.slug]) + "?kind=do").text
    form = text[text.index('class="form"') :]
    assert 'for=""' not in form[: form.index("</form>")]


@pytest.mark.parametrize("name", SCREENS)
def test_screens_speak_of_the_last_day(path, mika, name):
    text = mika.get(reverse(f"onboarding:{name}", args=[path.slug]) + "?kind=do").text
    main = text[text.index("<main") :].lower()
    assert "last day" in main
    for words in ("start date", "first day", "new hire", "the start"):
        assert words not in main


def test_plan_and_versions_speak_of_the_last_day(cast, path, mika):
    day = timezone.localdate()
    sent = {"people": cast.aino.handle, "start_on": day.isoformat(), "team": "", "buddy": "", "manager": ""}
    plan = mika.post(reverse("onboarding:enrol", args=[path.slug]), sent)
    assert "Last day" in plan.text
    assert "Start date" not in plan.text
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=date(2026, 11, 30))
    path.refresh_from_db()
    actions.save_step(actor=cast.mika, path=path, step=path.steps.get(title="Coffee"), due_days=1)
    told = mika.get(reverse("onboarding:path_versions", args=[path.slug])).text
    assert "“Coffee” is due 1 working day after the last day, before that on the last day." in told


def test_a_path_is_for_somebody_who_begins_unless_it_says_otherwise(cast, mika):
    sent = {"title": "Hello", "language": "en", "community": cast.lab.pk}
    assert mika.post(reverse("onboarding:path_create"), sent).status_code == 302
    assert not Path.objects.get(title="Hello").is_leaving


def test_preview_of_a_leaver_begins_today_two_weeks_before_the_last_day(path, mika):
    text = mika.get(reverse("onboarding:path_preview", args=[path.slug])).text
    today = timezone.localdate()
    assert f'name="day" value="{today.isoformat()}"' in text
    assert f'name="start" value="{(today + timedelta(days=14)).isoformat()}"' in text
    assert "is-overdue" not in text


def test_preview_has_placeholders_and_not_the_viewers_own_manager(cast, path, mika):
    cast.mika.manager = cast.root
    cast.mika.save()
    actions.save_step(actor=cast.mika, path=path, kind="meet", title="Lunch", whom="manager")
    actions.save_step(actor=cast.mika, path=path, kind="task", title="Laptop", whom="buddy")
    text = mika.get(reverse("onboarding:path_preview", args=[path.slug])).text
    assert "The manager" in text
    assert "The buddy does this for you." in text
    assert cast.root.name not in text
    cast.mika.refresh_from_db()
    assert cast.mika.manager == cast.root


def test_an_address_is_typed_without_its_scheme(path, mika):
    sent = {"kind": "link", "title": "Form", "due_count": "0", "url": "forms.example.org/bye"}
    shown = mika.get(reverse("onboarding:step_create", args=[path.slug]) + "?kind=link").text
    assert 'type="url"' not in shown  # browsers would refuse it
    assert mika.post(reverse("onboarding:step_create", args=[path.slug]), sent).status_code == 302
    assert path.steps.get(title="Form").url == "https://forms.example.org/bye"
