"""The rules of the house that can be read off the source."""

import ast
import re
import subprocess
import sys

import pytest

from intranet.activity.verbs import VERBS
from tests.house.source import APPS, ROOT, functions, python_files, short, tracked, tree_of

# `module:function Model` -> why a view may ask without a door: whatever it finds is mine, or its place was asked for.
MAY_ASK: dict[str, str] = {
    "feed/api.py:create_post Page": "the action refuses pages of other communities like ones that are not there",
    "feed/kinds/api.py:_start Page": "the action refuses pages of other communities like ones that are not there",
    "feed/views/lists.py:home_threads Follow": "my own follows",
    "feed/views/lists.py:_side Membership": "of a community the view found through the door",
    "intranet/people/views/directory.py:skill_known_to UserSkill": "of people who came through the door",
    "intranet/people/views/members.py:_entries Activity": "of a community the view found through the door",
    "intranet/people/views/members.py:_entries User": "who entered a community that the reader may read",
    "intranet/people/views/sessions.py:session_list UserSession": "my own sessions",
    "wiki/api.py:_save VersionNote": "of a page found through the door",
    "wiki/views/editing.py:_new Draft": "my own drafts",
    "wiki/views/editing.py:edit Draft": "my own drafts",
    "wiki/views/editing.py:find_place WikiSection": "of communities that come through the door",
    "wiki/views/tree.py:_target WikiSection": "of communities the person writes in",
}
# What narrows a queryset to what somebody may see; each takes the person. `listed_for`: known by name.
DOORS = {"visible_to", "listed_for", "of_member", "for_home", "waiting_for", "newest_in", "latest_for_home"}
# Functions beside the actions that record and are called by several of them.
SHARED_STEPS = {
    "feed/actions/posts.py:purge_deleted": "the house itself, by the clock",
    "wiki/actions/pages.py:put_text": "what saving, restoring and renaming have in common; the actor stands in `change`",
}


def test_imports_go_downstairs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        short(path): count
        for path in python_files(*APPS, "tests")
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_no_function_has_more_than_40_statements() -> None:
    long = {}
    for path in python_files(*APPS):
        for function in functions(path):
            count = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
            if count > 40:
                long[f"{short(path)}:{function.name}"] = count
    assert long == {}


def test_no_template_is_longer_than_120_lines() -> None:
    long = {
        short(path): count
        for path in tracked()
        if path.suffix == ".html" and "templates" in path.parts and (count := len(path.read_text().splitlines())) > 120
    }
    assert long == {}


def test_nobody_listens_from_a_distance() -> None:
    found = [
        f"{short(path)}:{node.name}"
        for path in python_files(*APPS)
        for node in functions(path)
        for decorator in node.decorator_list
        if "receiver" in ast.unparse(decorator)
    ]
    assert found == []


def is_view(path) -> bool:
    return path.name in {"views.py", "api.py"} or "views" in path.parts


def test_every_question_of_a_view_goes_through_a_door() -> None:
    open_doors, used = [], set()
    for path in filter(is_view, python_files(*APPS)):
        for function in functions(path):
            passed = {
                id(node.func.value)
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DOORS
            }
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in passed:
                    place = f"{short(path)}:{function.name} {ast.unparse(node.value)}"
                    used.add(place)
                    if place not in MAY_ASK:
                        open_doors.append(f"{place} line {node.lineno}")
    assert not open_doors, "\n" + "\n".join(open_doors)
    assert set(MAY_ASK) <= used, "an exception nobody needs any more"


def is_actions(path) -> bool:
    return path.name == "actions.py" or "actions" in path.parts


def test_actions_take_the_actor_first_and_everything_by_name() -> None:
    wrong = []
    for path in filter(is_actions, python_files(*APPS)):
        if short(path).startswith("intranet/activity"):
            continue
        for function in tree_of(path).body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            records = any(
                isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "record"
                for node in ast.walk(function)
            )
            names = [argument.arg for argument in function.args.kwonlyargs]
            positional = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
            place = f"{short(path)}:{function.name}"
            if records and place not in SHARED_STEPS and (positional or names[:1] != ["actor"]):
                wrong.append(place)
    assert wrong == []


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_recorded_somewhere(verb: str) -> None:
    users = [short(path) for path in python_files(*APPS) if path.name != "verbs.py" and f'"{verb}"' in path.read_text()]
    assert users, f"nothing records {verb}: take it out of the list or record it"


INLINE = re.compile(r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE)


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    found = []
    for path in tracked():
        # Mail has no stylesheet to refer to.
        if path.suffix == ".html" and "templates" in path.parts and "mail" not in path.parts:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if INLINE.search(line) and 'type="application/json"' not in line:
                    found.append(f"{short(path)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_file_names_a_registry() -> None:
    # Put together here, so that this file names none either.
    hosts = re.compile("|".join(rf"{name}\.{end}" for name, end in (
        ("py" + "pi", "org"), ("python" + "hosted", "org"), ("npm" + "js", "(?:org|com)"), ("deb" + "ian", "org"),
        ("npm" + "mirror", "com"), ("jsdel" + "ivr", "net"), ("unp" + "kg", "com"),
    )))  # fmt: skip
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{short(path)}: {hit.group()}" for hit in hosts.finditer(text)]
    assert found == []


def test_every_variable_of_the_environment_is_documented() -> None:
    names: set[str] = set()
    for path in python_files("intranet"):
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).startswith("env.")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(str(node.args[0].value))
            elif (
                path.name == "env.py"
                and isinstance(node, ast.Call)
                and ast.unparse(node.func) in {"text", "flag", "integer"}
            ):
                names |= {str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant)}
    documented = (ROOT / "docs" / "operations.md").read_text()
    names = {name for name in names if re.fullmatch("[A-Z][A-Z_]+", name)}
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []
