"""A planted leak of every kind is found, and a clean kit is clean."""
import base64
import io
import json
import py_compile
import shutil
import zipfile

import numpy as np
import pytest
from make_notebook import check, code, exercise, question, text
from nbformat.v4 import new_notebook
from PIL import Image, PngImagePlugin

from cs231n.answers import leaks
from cs231n.answers.strip import strip_module, strip_notebook
from cs231n.course import notebook

SECRET = "scores = weights.T.dot(features) + bias"
HIDDEN = "assert double(123456) == 246912, 'large'"
SVG = f"<svg><text>{SECRET}</text></svg>"
REASON = "Because the minibatch is only a sample of the pictures."
GIVEN = "shared = sorted(features, key=len)"
SOLVED = f"""def double(weights, features, bias):
    ### BEGIN SOLUTION
    {SECRET}
    {GIVEN}
    return scores
    ### END SOLUTION"""
MODULE = f'''
@exercise("assignment1/x")
def double(weights, features, bias):
    """Scores."""
    {SECRET}
    return scores


def given(features):
    """Nothing to hide."""
    shared = sorted(features, key=len)
    return shared
'''
NOTEBOOK = new_notebook(cells=[
    text("# Doubling"), code("import math"), exercise(SOLVED),
    check(f"assert True\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"),
    question(f"Why?\n\n### BEGIN SOLUTION\n{REASON}\n### END SOLUTION"),
])
SECRETS = leaks.Secrets({"assignment1/x": NOTEBOOK}, {"cs231n/x.py": MODULE}, lambda home: True)
NAME = "assignment1/x.ipynb"


@pytest.fixture
def kit(tmp_path):
    """A clean kit; a function that packs it again and looks through it."""
    folder = tmp_path / "kit"
    notebook.write(strip_notebook(NOTEBOOK), folder / NAME)
    (folder / "cs231n").mkdir()
    (folder / "cs231n/x.py").write_text(strip_module(MODULE, lambda home: True))
    (folder / "README.md").write_text("# Read me\n")

    def find(pack=True):
        archive = tmp_path / "kit.zip"
        if pack:
            with zipfile.ZipFile(archive, "w") as opened:
                for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                    opened.write(path, path.relative_to(tmp_path).as_posix())
        return [str(leak) for leak in leaks.find(folder, archive, SECRETS)]

    return folder, find


def change_notebook(folder, change):
    nb = json.loads((folder / NAME).read_text())
    change(nb["cells"], nb)
    (folder / NAME).write_text(json.dumps(nb))


def picture(**texts):
    """A PNG with text in its file."""
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "png", pnginfo=info)
    return content.getvalue()


def test_a_clean_kit_is_clean(kit):
    assert kit[1]() == []


NOTEBOOK_LEAKS = {
    "solution line in an exercise": lambda cells, nb: cells[2].update(source=f"def f():\n    {SECRET}"),
    "in another layout": lambda cells, nb: cells[1].update(source="scores=weights . T . dot( features )+bias"),
    "in a comment": lambda cells, nb: cells[1].update(source=f"import math  # {SECRET}"),
    "in a docstring": lambda cells, nb: cells[1].update(source=f'def f():\n    """{SECRET}"""'),
    "in prose": lambda cells, nb: cells[0].update(source=f"# Doubling\n\nTry `{SECRET}`."),
    "in prose, a line that is given as code": lambda cells, nb: cells[0].update(source=GIVEN),
    "in code that does not parse": lambda cells, nb: cells[1].update(source=f"def (:\n    {SECRET}"),
    "hidden test": lambda cells, nb: cells[3].update(source=HIDDEN),
    "model answer": lambda cells, nb: cells[4].update(source=f"Why?\n\n{REASON}"),
    "model answer, broken over lines": lambda cells, nb: cells[4].update(source=REASON.replace("only ", "only\n")),
    "a marker": lambda cells, nb: cells[2].update(source="### BEGIN SOLUTION\npass\n### END SOLUTION"),
    "an output": lambda cells, nb: cells[1].update(outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}]),
    "an output with a solution line": lambda cells, nb: cells[1].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": ["a\n", SECRET]}]),
    "cell metadata": lambda cells, nb: cells[1]["metadata"].update(note={"deep": [SECRET]}),
    "a key of cell metadata": lambda cells, nb: cells[1]["metadata"].update({SECRET: 1}),
    "notebook metadata": lambda cells, nb: nb["metadata"].update(authors=[{"name": SECRET}]),
    "an attached figure's text": lambda cells, nb: cells[0].update(
        attachments={"a.png": {"image/png": base64.b64encode(picture(Title=SECRET)).decode()}}),
    "an attached SVG's text": lambda cells, nb: cells[0].update(
        attachments={"a.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()}}),
    "a figure's text in an output": lambda cells, nb: cells[1].update(outputs=[{
        "output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": SVG}}]),
}


@pytest.mark.parametrize("kind", NOTEBOOK_LEAKS)
def test_leaks_in_notebooks(kind, kit):
    folder, find = kit
    change_notebook(folder, NOTEBOOK_LEAKS[kind])
    found = find()
    assert found and all(leak.startswith(NAME) for leak in found)


FILE_LEAKS = {
    "the package's answer": ("cs231n/x.py", MODULE.encode()),
    "a docstring of the package": ("cs231n/x.py", f'def f():\n    """{SECRET}"""\n'.encode()),
    "a comment of the package": ("cs231n/x.py", f"x = 1  # {SECRET}\n".encode()),
    "a kernel source": ("cs231n/x.pyx", SECRET.encode()),
    "the README": ("README.md", f"Hint: {SECRET}".encode()),
    "a file without an ending": ("LICENSE", SECRET.encode()),
    "a picture's text": ("figure.png", picture(Comment=SECRET)),
    "an SVG": ("figure.svg", SVG.encode()),
    "a compiled library": ("cs231n/x.so", b"\x7fELF"),
    "generated C": ("cs231n/x.c", b"int x;"),
    "a gradebook": ("gradebook.db", b"SQLite"),
    "a checkpoint": ("assignment1/.ipynb_checkpoints/x-checkpoint.ipynb", notebook.dumps(NOTEBOOK).encode()),
}


@pytest.mark.parametrize("kind", FILE_LEAKS)
def test_leaks_in_files(kind, kit):
    folder, find = kit
    name, content = FILE_LEAKS[kind]
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    found = find()
    assert found and all(leak.startswith(name) for leak in found)


def test_compiled_python(kit):
    folder, find = kit
    (folder / "cs231n/y.py").write_text(MODULE)
    py_compile.compile(str(folder / "cs231n/y.py"), cfile=str(folder / "cs231n/__pycache__/y.cpython-311.pyc"))
    (folder / "cs231n/y.py").unlink()
    assert find() == ["cs231n/__pycache__/y.cpython-311.pyc: a student kit holds no .pyc files"]


def test_text_in_arrays(kit):
    folder, find = kit
    np.savez(folder / "expected.npz", fine=np.arange(3), text=np.array([SECRET]))
    [found] = find()
    assert found.startswith("expected.npz (text)")


@pytest.mark.parametrize("where", ["comment", "entry comment", "extra field", "another file", "an older file"])
def test_leaks_in_the_zip(where, kit, tmp_path):
    folder, find = kit
    find()
    archive = tmp_path / "kit.zip"
    entry = zipfile.ZipInfo("kit/more.md")
    content = "nothing"
    if where == "entry comment":
        entry.comment = SECRET.encode()
    elif where == "extra field":
        entry.extra = b"\xff\xff" + len(SECRET).to_bytes(2, "little") + SECRET.encode()
    elif where == "an older file":
        content = SECRET
    if where in ("entry comment", "extra field", "an older file"):
        (folder / "more.md").write_text("nothing")
    with zipfile.ZipFile(archive, "a") as opened:
        if where == "comment":
            opened.comment = SECRET.encode()
        else:
            opened.writestr(entry, content)
    found = find(pack=False)
    assert found and all(leak.startswith("kit.zip") for leak in found)
    if where in ("comment", "entry comment", "extra field"):
        assert any("a line of the answer to assignment1/x: double" in leak for leak in found)


def test_a_line_that_is_given_as_code_is_no_secret_as_code(kit):
    folder, find = kit
    (folder / "cs231n/z.py").write_text(f"def also(features):\n    {GIVEN}\n    return shared\n")
    assert find() == []


def test_short_lines_and_rules_of_tables_are_not_looked_for():
    nb = new_notebook(cells=[question("Why?\n### BEGIN SOLUTION\nShort.\n|---|---|---|---|---|---|\n### END SOLUTION")])
    assert len(leaks.Secrets({"assignment1/x": nb}, {}, lambda home: True)) == 0


def test_secrets_of_a_whole_folder_copy_are_all_found(kit, tmp_path):
    folder, find = kit
    shutil.copytree(folder, folder / "backup")
    notebook.write(NOTEBOOK, folder / "backup" / NAME)
    found = "\n".join(find())
    assert "double" in found and "double-check" in found and "why" in found
