"""Find answers where students could read them.

Secret is what stands between the markers of solved notebooks, and what the package holds as the body of an exercise. A
line of code that also stands in code that students are given anyway is no secret as code; in a comment, a docstring or
prose it still is one. Lines are compared without their white space, so that no change of layout hides one, and short
ones, which anybody writes, are not looked for.
"""
import ast
import base64
import functools
import io
import json
import re
import tokenize
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cs231n.answers.strip import body_lines, strip_module, strip_notebook
from cs231n.check import recorded
from cs231n.course import notebook
from cs231n.course.notebook import HIDDEN_TESTS, SOLUTION

SHORTEST = 20  # characters without white space, below which a line of an answer says nothing; half of them in words

_TEXT = {".py", ".pyx", ".h", ".md", ".txt", ".toml", ".css", ".j2", ".json", ".mk", ".pth", ""}
_PICTURES = {".png", ".jpg", ".jpeg", ".gif"}


@dataclass(frozen=True)
class Leak:
    """Something in a kit that students must not have: the file, where in it, and what."""

    path: str
    where: str
    what: str

    def __str__(self):
        return f"{self.path}{f' ({self.where})' if self.where else ''}: {self.what}"


class Secrets:
    """The lines that must not get out.

    Parameters
    ----------
    notebooks : dict of str to nbformat.NotebookNode
        The solved notebooks of this and later assignments, by names such as `assignment1/svm`.
    modules : dict of str to str
        The text of the package's modules, by path.
    is_secret : function
        Of a notebook's name: whether its exercises' bodies in the package are secret.
    """

    def __init__(self, notebooks, modules, is_secret):
        self._origins = {}
        for name, nb in notebooks.items():
            for cell in nb.cells:
                for region in (SOLUTION, HIDDEN_TESTS):
                    self._add(f"{name}: {notebook.grade_id(cell)}", _inside(cell.source, region))
        for path, source in modules.items():
            for function, lines in body_lines(source, is_secret):
                self._add(f"{path}: {function}", lines)
        given = [source for nb in notebooks.values() for source in _code_cells(strip_notebook(nb))]
        given += [strip_module(source, is_secret) for source in modules.values()]
        public = "\n".join(_squeezed(_split(source)[0]) for source in given)
        self._as_code = {line: origin for line, origin in self._origins.items() if line not in public}

    def __len__(self):
        return len(self._origins)

    def _add(self, origin, lines):
        for line in lines:
            line = _squeezed(line.strip().lstrip("#"))
            if len(line) >= SHORTEST and len(re.findall(r"\w", line)) >= SHORTEST / 2:
                self._origins.setdefault(line, origin)

    def in_code(self, source):
        """Return where the secrets come from that a piece of Python holds."""
        code, prose = _split(source)
        return self._found(code, self._as_code) + self._found(prose, self._origins)

    def in_prose(self, text):
        """Return where the secrets come from that a text holds."""
        return self._found(text, self._origins)

    def _found(self, text, secrets):
        text = _squeezed(text)
        return [f"a line of the answer to {origin}: {line}" for line, origin in secrets.items() if line in text]


def find(folder, archive, secrets):
    """Look through a student kit.

    Parameters
    ----------
    folder : Path
    archive : Path
        The zip of the same folder.
    secrets : Secrets

    Returns
    -------
    list of Leak
    """
    leaks = []
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        name = path.relative_to(folder).as_posix()
        leaks += [Leak(name, where, what) for where, what in _in_file(name, path.read_bytes(), secrets)]
    return leaks + list(_in_archive(folder, archive, secrets))


def _in_file(name, content, secrets):
    suffix = Path(name).suffix
    if "wrong" in Path(name).parts[:-1] or name.endswith(recorded.HIDDEN):
        yield "", "wrong answers and the values of hidden tests stay with the instructors"
    if suffix == ".ipynb":
        yield from _in_notebook(content, secrets)
    elif suffix == ".npz":
        yield from _in_arrays(content, secrets)
    elif suffix in _PICTURES:
        yield from (("text in the picture's file", what) for what in _in_picture(content, secrets))
    elif suffix == ".svg" or suffix in _TEXT:
        text = content.decode("utf-8", errors="replace")
        found = secrets.in_code(text) if suffix == ".py" else secrets.in_prose(text)
        yield from (("", what) for what in found)
    else:
        yield "", f"a student kit holds no {suffix} files"


def _in_notebook(content, secrets):
    nb = json.loads(content)
    for number, cell in enumerate(nb["cells"], 1):
        where = f"cell {number}"
        source = "".join(cell["source"])
        look = secrets.in_code if cell["cell_type"] == "code" else secrets.in_prose
        yield from ((where, what) for what in look(source))
        for region in (SOLUTION, HIDDEN_TESTS):
            if re.search(rf"(BEGIN|END) {region}", source):
                yield where, f"a marker of {region}"
        if cell.get("outputs") or cell.get("execution_count"):
            yield where, "a recorded output"
        for key in ("metadata", "outputs", "attachments"):
            for text in _strings(cell.get(key, {})):
                yield from ((f"{where}, {key}", what) for what in secrets.in_prose(text) + _in_encoded(text, secrets))
    for text in _strings({key: value for key, value in nb.items() if key != "cells"}):
        yield from (("metadata of the notebook", what) for what in secrets.in_prose(text))


def _in_arrays(content, secrets):
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        for sentence in recorded.sentences_of(arrays):
            yield from (("sentences", what) for what in secrets.in_prose(sentence))
        for name, dtype in ((name, arrays[name].dtype) for name in arrays.files):
            if dtype.kind not in "biuf":
                yield name, f"an array of {dtype}, which is not numbers"


def _in_encoded(text, secrets):
    """Look into a picture that stands in a notebook as base64."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return []
    return _in_picture(content, secrets) if len(content) > 8 else []


def _in_picture(content, secrets):
    """Look at the text that a picture's file carries beside the pixels, and at an SVG as a whole."""
    if b"<svg" in content[:1000]:
        return secrets.in_prose(content.decode("utf-8", errors="replace"))
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            texts = [str(value) for value in picture.info.values()] + [str(picture.getexif())]
    except (OSError, ValueError, zlib.error):
        return ["a picture that cannot be opened"]
    return [what for text in texts for what in secrets.in_prose(text)]


def _in_archive(folder, archive, secrets):
    """The zip holds the files of the folder, byte for byte, and nothing else."""
    with zipfile.ZipFile(archive) as opened:
        texts = {"comment of the zip": opened.comment}
        for info in opened.infolist():
            path = folder.parent / info.filename
            if not path.is_file() or path.read_bytes() != opened.read(info):
                yield Leak(archive.name, info.filename, "not a file of the kit's folder")
            texts[f"{info.filename}, comment"] = info.comment
            texts[f"{info.filename}, extra field"] = info.extra
    for where, text in texts.items():
        if text:
            yield Leak(archive.name, where, f"{len(text)} bytes that are no file")
            for what in secrets.in_prose(text.decode("utf-8", errors="replace")):
                yield Leak(archive.name, where, what)


def _inside(source, region):
    """Return the lines between the markers of a cell."""
    lines = source.splitlines()
    return [line for begin, end in notebook.marked(source, region) for line in lines[begin + 1:end]]


def _code_cells(nb):
    return [cell.source for cell in nb.cells if cell.cell_type == "code"]


def _strings(value):
    """Yield all texts in a piece of JSON, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value):  # the lines of one text
            yield "".join(value)
        else:
            for each in value:
                yield from _strings(each)


def _squeezed(text):
    return "".join(text.split())


@functools.lru_cache(maxsize=1000)  # a kit holds most texts twice, and those that are no secret once more
def _split(source):
    """Split Python into code, and comments and strings of more than a word; what cannot be read is prose."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        ast.parse(source)
    except (tokenize.TokenError, SyntaxError):
        return "", source
    code, prose = [], []
    for token in tokens:
        long_text = token.type == tokenize.STRING and len(_squeezed(token.string)) >= SHORTEST
        if token.type == tokenize.COMMENT or long_text:
            prose.append(token.string.lstrip("#"))
        if token.type != tokenize.COMMENT:
            code.append(token.string if not long_text else '""')
    return " ".join(code), "\n".join(prose)
