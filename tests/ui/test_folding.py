"""Words and icons are put into a template once for each language, and nothing else is."""

import pytest
from django.template import Context, Engine
from django.template.base import TextNode
from django.utils import translation

from intranet.folding import Loader

TEXT = """{% load i18n ui %}<a href="{% url 'feed:home' %}">{% icon "house" %} {% translate "Home" %}</a>
{% if name %}<b>{% translate "Search" %} {{ name }}</b>{% else %}{% translate "Wiki" %}{% endif %}
{% for one in many %}{% icon one %}{% translate "Reply" %}{% endfor %}{% translate "Home" as word %}{{ word|upper }}"""


@pytest.fixture
def engine():
    inner = ("django.template.loaders.locmem.Loader", {"page.html": TEXT, "base.html": "{% block a %}{% endblock %}",
             "child.html": '{% extends "base.html" %}{% block a %}{% load i18n %}{% translate "Wiki" %}!{% endblock %}'})  # fmt: skip
    libraries = {"i18n": "django.templatetags.i18n", "ui": "intranet.templatetags.ui"}
    return Engine(loaders=[("intranet.folding.Loader", [inner])], libraries=libraries)


def unfolded(text, context):
    libraries = {"i18n": "django.templatetags.i18n", "ui": "intranet.templatetags.ui"}
    return Engine(libraries=libraries).from_string(text).render(Context(context))


CONTEXTS = [
    {},
    {"name": "<Aino>", "many": ["house", "link"]},
    {"name": "", "many": []},
]


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_folded_template_says_what_the_template_says(engine, language, context):
    with translation.override(language):
        assert engine.get_template("page.html").render(Context(context)) == unfolded(TEXT, context)


def test_each_language_has_its_own(engine):
    said = {}
    for language in ("en", "fi", "sv"):
        with translation.override(language):
            said[language] = engine.get_template("child.html").render(Context())
    assert said["en"] == "Wiki!"
    with translation.override("fi"):
        assert engine.get_template("page.html").render(Context()).startswith('<a href="/">')
        assert "Etusivu" in engine.get_template("page.html").render(Context())
    with translation.override("sv"):
        assert "Etusivu" not in engine.get_template("page.html").render(Context())


def test_fixed_parts_are_one_piece_of_text_and_what_varies_stays(engine):
    nodes = engine.get_template("page.html").nodelist
    kinds = [type(node).__name__ for node in nodes]
    assert kinds[0] == "TextNode"
    assert kinds.count("TextNode") <= 3
    assert "TranslateNode" in kinds, "a word that is kept in a variable is not text"
    loop = next(node for node in nodes if type(node).__name__ == "ForNode")
    assert [type(node) is TextNode for node in loop.nodelist_loop] == [False, True]


def test_the_house_reads_its_templates_this_way():
    from django.template import engines

    (loader,) = engines["django"].engine.template_loaders
    assert isinstance(loader, Loader)
