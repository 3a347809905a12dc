"""Every student has a row, whatever lies in the folder; nothing outside of it is touched."""
import hashlib
import io
import json
import os
import stat
import sys
import tarfile
import tracemalloc
import unicodedata
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from cs231n.course import archive
from cs231n.course.handin import LARGEST
from cs231n.grading.handed_in.collect import collect
from cs231n.grading.results import Student

SVM, KNN = "assignment1/svm", "assignment1/knn"
NAMES = {SVM: {"svm_loss", "svm_grad", "svm_question"}, KNN: {"knn_distances", "knn_labels", "knn_question"}}
SECRET = "the marks of everybody"
NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)


def notebook(*ids, source="x = 1", **changes):
    """The bytes of a notebook with cells of these names; `changes` go into the notebook."""
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {"nbgrader": {"grade_id": name, "solution": True}},
         "source": source, "outputs": [], "execution_count": None} for place, name in enumerate(ids)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changes}).encode()


def with_cell(**changes):
    """The svm notebook, its first cell changed; a change to None takes away."""
    whole = json.loads(GOOD)
    whole["cells"][0].update(changes)
    whole["cells"][0] = {key: value for key, value in whole["cells"][0].items() if value is not None}
    return json.dumps(whole).encode()


GOOD, OTHER = notebook(*sorted(NAMES[SVM])), notebook(*sorted(NAMES[KNN]))
OLD = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"metadata": {}, "cells": [
    {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": [], "prompt_number": 1,
     "metadata": {"nbgrader": {"grade_id": "svm_loss"}}}]}]}).encode()


@pytest.fixture
def handed_in(tmp_path):
    """A function that puts files of bytes into the folder of submissions, all of them from noon."""
    def put(contents):
        for name, content in contents.items():
            path = tmp_path / "handed_in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            at(path, NOON)
        return tmp_path / "handed_in"
    return put


@pytest.fixture
def take(tmp_path):
    """A function that collects, and holds the inbox against what is said of it."""
    def run(folder, roster=None):
        found = collect(folder, NAMES, tmp_path / "inbox", roster)
        for each in found:
            assert each.notebooks.keys() == each.hashes.keys()
            assert not each.notebooks.keys() & each.unreadable.keys()
            for name, path in each.notebooks.items():
                assert path == tmp_path / "inbox" / f"{each.hashes[name]}.ipynb" and path.is_file()
                assert hashlib.sha256(path.read_bytes()).hexdigest() == each.hashes[name]
        return found
    return run


def at(path, when):
    os.utime(path, (when.timestamp(), when.timestamp()))


def zipped(contents):
    target = io.BytesIO()
    archive.write(target, contents)
    return target.getvalue()


def zip_with(*entries, method=zipfile.ZIP_DEFLATED):
    """A zip with entries of any kind: names or ZipInfo, and bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as opened:
        for name, content in entries:
            opened.writestr(name, content, method)
    return target.getvalue()


def patched(content, flag=None, method=None, size=None):
    """A zip that says something else of its entries, in its table and before each of them."""
    content = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(signature)
        while start >= 0:
            if flag is not None:
                content[start + offset] |= flag
            if method is not None:
                content[start + offset + 2] = method
            if size is not None:
                content[start + offset + 16:start + offset + 20] = size.to_bytes(4, "little")
            start = content.find(signature, start + 4)
    return bytes(content)


def link_entry(name):
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


# What was sent as svm.ipynb, and the words that stand against it.
UNREADABLE = {
    "empty": (b"", "is an empty file"),
    "blank": (b" \n", "is an empty file"),
    "cut off": (GOOD[:200], "is broken from line 1 on"),
    "edited": (b'{"cells": [\n  <<<<<<< HEAD\n', "is broken from line 2 on"),
    "top level list": (b"[" + GOOD + b"]", "is JSON, but not a notebook"),
    "null": (b"null", "is JSON, but not a notebook"),
    "other JSON": (b'{"name": "svm"}', "is JSON, but not a notebook"),
    "deep nesting": (b"[" * 100_000, "is nested too deeply"),
    "deep within a cell": (GOOD.replace(b'"x = 1"', b"[" * 100_000 + b"]" * 100_000, 1), "is nested too deeply"),
    "a page": (b"<!DOCTYPE html><html></html>", "is a web page, not a notebook"),
    "a zip with another ending": (zipped({"svm.ipynb": GOOD}), "is a zip, not a notebook"),
    "a PDF": (b"%PDF-1.7", "is a PDF, not a notebook"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "is a picture, not a notebook"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "is not text in UTF-8"),
    "Latin-1": (GOOD.replace(b"x = 1", b"\xe9 = 1"), "is not text in UTF-8"),
    "huge outputs": (GOOD + b" " * LARGEST, "has more than 20 MB"),
    "very many lists": (notebook("svm_loss", extra=[]).replace(b"[]}", b"[" + b"{}," * 200_000 + b"0]}"),
                        "200000 lists and dicts"),
    "no cells": (notebook(), "is a notebook without cells"),
    "cells that are a dict": (notebook(cells={}), "is a notebook without cells"),
    "cells that are text": (notebook(cells=["svm"]), "damaged cells"),
    "format 9": (notebook("svm_loss", nbformat=9), "of an unknown version"),
    "integer source": (with_cell(source=1), "damaged cells"),
    "no source": (with_cell(source=None), "damaged cells"),
    "no metadata": (with_cell(metadata=None), "damaged cells"),
    "metadata of another kind": (with_cell(metadata={"nbgrader": "mine"}), "damaged metadata in its cell 1"),
    "a list for a name": (with_cell(metadata={"nbgrader": {"grade_id": ["a"]}}), "damaged metadata in its cell 1"),
    "half a character": (GOOD.replace(b"x = 1", b"x = '\\ud83d'"), "characters in its cell 1 that are no text"),
    "a number of 5000 digits": (notebook("svm_loss", extra=[]).replace(b"[]}", b"9" * 5000 + b"}"), "too long"),
}


@pytest.mark.parametrize("content, words", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_notebook_is_said_to_be_so(handed_in, take, content, words):
    folder = handed_in({"jane/svm.ipynb": content, "jane/knn.ipynb": OTHER, "honest/svm.ipynb": GOOD})
    honest, jane = take(folder)
    assert jane.student == "jane" and jane.unreadable.keys() == {SVM} and jane.problems == ()
    assert jane.unreadable[SVM].startswith("svm.ipynb ") and words in jane.unreadable[SVM]
    assert jane.notebooks.keys() == {KNN} and honest.notebooks.keys() == {SVM} and honest.problems == ()


@pytest.mark.parametrize("content", [
    GOOD,
    b"\xef\xbb\xbf" + GOOD,
    OLD,
    notebook("svm_loss", "svm_grad", nbformat_minor=99),
    notebook("svm_loss", "svm_loss", "svm_grad"),
    GOOD.replace(b'"c1"', b'"c0"'),
    GOOD.replace(b'"c1"', b'"../x"'),
    with_cell(id=None),
    with_cell(metadata={"tags": "skip-execution"}),
    with_cell(extra=float("nan")),
    with_cell(source=["x = 1\n", "y = 2"]),
    notebook("svm_loss", "svm_grad", source="x = '" + "[{\\\"" * 100_001 + "'"),
    notebook("svm_loss", "svm_grad", metadata={"kernelspec": {"name": "elsewhere"}}),
], ids=["good", "BOM", "version 3", "minor 99", "doubled cell", "duplicate ids", "strange id", "no id", "string tags",
        "NaN", "lines", "brackets in text", "kernel"])
def test_a_notebook_that_can_be_graded_is_copied_as_it_is(handed_in, take, content):
    [jane] = take(handed_in({"jane/svm.ipynb": content}))
    assert jane.notebooks[SVM].read_bytes() == content
    assert jane.unreadable == {} and jane.problems == ()
    assert jane.student == "jane" and jane.file == "jane" and jane.submitted == NOON


RECOGNISED = {
    "upper case": ({"SVM.IPYNB": GOOD}, {SVM: GOOD}, []),
    "second download": ({"svm (1).ipynb": GOOD}, {SVM: GOOD}, []),
    "copy": ({"svm-Copy1.ipynb": GOOD}, {SVM: GOOD}, []),
    "with a name": ({"svm_jane.ipynb": GOOD}, {SVM: GOOD}, []),
    "nested": ({"work/a1/svm.ipynb": GOOD, "work/knn.ipynb": OTHER}, {SVM: GOOD, KNN: OTHER}, []),
    "two words": ({"svm knn.ipynb": OTHER}, {KNN: OTHER}, []),
    "renamed": ({"final.ipynb": GOOD}, {SVM: GOOD}, ["final.ipynb is svm, by the names of its cells."]),
    "swapped": ({"svm.ipynb": OTHER, "knn.ipynb": GOOD}, {SVM: GOOD, KNN: OTHER},
                ["knn.ipynb is svm", "svm.ipynb is knn"]),
    "another assignment": ({"Dropout.ipynb": notebook("dropout")}, {},
                           ["Dropout.ipynb is not a notebook of this assignment", "No notebook of this assignment"]),
    "one cell in common": ({"Nets.ipynb": notebook("a", "b", "svm_loss")}, {}, ["Nets.ipynb is not", "No notebook"]),
    "other cells": ({"svm.ipynb": notebook("dropout")}, {}, ["svm.ipynb is not", "No notebook"]),
    "names lost": ({"svm.ipynb": with_cell().replace(b"grade_id", b"lost")}, {SVM: None}, ["have lost their names"]),
    "more cells": ({"svm.ipynb": GOOD, "svm-Copy1.ipynb": notebook("svm_loss")}, {SVM: GOOD},
                   ["svm.ipynb and svm-Copy1.ipynb are both svm; svm.ipynb counts."]),
    "later name": ({"svm-2.ipynb": GOOD, "svm-10.ipynb": GOOD + b" "}, {SVM: GOOD + b" "}, ["svm-10.ipynb counts."]),
    "one is broken": ({"svm.ipynb": GOOD, "svm (1).ipynb": b"{"}, {SVM: GOOD}, ["svm (1).ipynb is broken"]),
    "broken and renamed": ({"final.ipynb": b"{"}, {}, ["final.ipynb is broken", "No notebook"]),
    "other files": ({"svm.ipynb": GOOD, "numpy.py": b"", "a.csv": b"", "b.csv": b"", "c.csv": b""}, {SVM: GOOD},
                    ["a.csv, b.csv, c.csv and 1 more: no notebook, left out."]),
    "what nobody wrote": ({"svm.ipynb": GOOD, "__MACOSX/._svm.ipynb": b"\0", ".DS_Store": b"\0",
                           ".ipynb_checkpoints/svm-checkpoint.ipynb": b"{"}, {SVM: GOOD}, []),
    "nothing": ({"readme.txt": b"late, sorry"}, {}, ["readme.txt: no notebook", "No notebook of this assignment"]),
    "colours in a name": ({"\x1b[31msvm\u202e.ipynb": b"{"}, {}, ["svm.ipynb is broken", "No notebook"]),
    "accents": ({"Übung svm é.ipynb": GOOD}, {SVM: GOOD}, []),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("layout", ["folder", "zip"])
@pytest.mark.parametrize("contents, expected, words", RECOGNISED.values(), ids=RECOGNISED)
def test_notebooks_are_known_by_their_cells_and_names(handed_in, take, layout, contents, expected, words):
    if layout == "zip":
        folder = handed_in({"jane.zip": zipped(contents)})
    else:
        folder = handed_in({f"jane/{name}": content for name, content in contents.items()})
    [jane] = take(folder)
    assert jane.notebooks.keys() == expected.keys() and jane.student == "jane"
    for name, content in expected.items():
        assert content is None or jane.notebooks[name].read_bytes() == content
    said = [*jane.unreadable.values(), *jane.problems]
    assert len(said) == len(words), said
    for each in words:
        assert any(each in sentence for sentence in said), said
    assert all(sentence.isprintable() for sentence in said)


def test_it_is_the_same_with_a_zip_as_with_a_folder_of_one(handed_in, take):
    [jane] = take(handed_in({"jane/handin.zip": zipped({"svm.ipynb": GOOD}), "jane/knn.ipynb": OTHER}))
    assert jane.notebooks.keys() == NAMES.keys() and jane.problems == ()


# Zips that attack, what is taken from them, and the words on the rest.
ZEROS = bytes(25_000_000)
BOMB = zip_with(("svm.ipynb", bytes(200_000_000)), ("knn.ipynb", OTHER))
ATTACKS = {
    "traversal": (zip_with(("../../svm.ipynb", GOOD), ("knn.ipynb", OTHER)), {KNN}, "points out of the archive"),
    "absolute": (zip_with(("/svm.ipynb", GOOD), ("knn.ipynb", OTHER)), {KNN}, "points out of the archive"),
    "drive": (zip_with(("C:\\svm.ipynb", GOOD), ("knn.ipynb", OTHER)), {KNN}, "points out of the archive"),
    "backslashes": (zip_with(("..\\svm.ipynb", GOOD), ("a\\knn.ipynb", OTHER)), {KNN}, "points out of the archive"),
    "link": (zip_with((link_entry("svm.ipynb"), "/etc/passwd"), ("knn.ipynb", OTHER)), {KNN}, "is a link, not"),
    "nested": (zip_with(("inner.zip", zipped({"svm.ipynb": GOOD})), ("knn.ipynb", OTHER)), {KNN}, "an archive within"),
    "a folder": (zip_with(("svm.ipynb/", b""), ("knn.ipynb", OTHER)), {KNN}, "svm.ipynb is a folder"),
    "encrypted": (patched(zip_with(("svm.ipynb", GOOD)), flag=1), set(), "svm.ipynb is locked with a password"),
    "bomb": (BOMB, {KNN}, "svm.ipynb has more than 20 MB"),
    "bomb that lies": (patched(BOMB, size=100), set(), "svm.ipynb is damaged within its zip"),
    "bomb in bzip2": (zip_with(("svm.ipynb", ZEROS), method=zipfile.ZIP_BZIP2), set(), "compressed in a way"),
    "bomb in LZMA": (zip_with(("svm.ipynb", ZEROS), method=zipfile.ZIP_LZMA), set(), "compressed in a way"),
    "many bombs": (zip_with(*((f"svm-{n}.ipynb", ZEROS) for n in range(12))), set(), "200 MB together"),
    "many files": (zip_with(*((f"{n}.txt", b"") for n in range(1001)), ("svm.ipynb", GOOD)), set(), "more than 1000"),
    "damaged": (zip_with(("svm.ipynb", GOOD))[:-40], set(), "not a zip, or is broken"),
    "damaged within": (zip_with(("svm.ipynb", GOOD), method=zipfile.ZIP_STORED).replace(b"x = 1", b"x = 2"), set(),
                       "is damaged within its zip"),
    "no zip": (b"Rar!\x1a\x07\x00", set(), "not a zip, or is broken"),
    "empty": (b"", set(), "is an empty file"),
    "strange method": (patched(zip_with(("svm.ipynb", GOOD)), method=99), set(), "compressed in a way"),
    "two of one name": (zip_with(("svm.ipynb", GOOD[1:]), ("svX.ipynb", GOOD)).replace(b"svX", b"svm"), {SVM},
                        "svm.ipynb is broken"),
}


@pytest.mark.parametrize("content, taken, words", ATTACKS.values(), ids=ATTACKS)
def test_a_zip_that_attacks_harms_nobody(tmp_path, handed_in, take, content, taken, words):
    folder = handed_in({"honest.zip": zipped({"svm.ipynb": GOOD}), "jane.zip": content})
    tracemalloc.start()
    try:
        honest, jane = take(folder)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert honest.notebooks.keys() == {SVM} and honest.problems == ()
    assert jane.notebooks.keys() == taken
    assert words in " ".join([*jane.unreadable.values(), *jane.problems])
    assert peak < 5 * LARGEST
    assert {path.name for path in tmp_path.iterdir()} == {"handed_in", "inbox"}
    assert {path.name for path in folder.iterdir()} == {"honest.zip", "jane.zip"}


def test_a_latin_1_name_in_a_zip_is_no_obstacle(handed_in, take):
    content = zip_with(("aufgabe_svm_XX.ipynb", GOOD)).replace(b"XX", b"\xfc\xe9")
    [jane] = take(handed_in({"jane.zip": content}))
    assert jane.notebooks.keys() == {SVM} and jane.problems == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and pipes")
def test_links_pipes_and_folders_are_not_opened(tmp_path, handed_in, take):
    (tmp_path / "secret.ipynb").write_bytes(notebook(*NAMES[SVM], source=SECRET))
    folder = handed_in({"jane/knn.ipynb": OTHER, "bob/knn.ipynb": OTHER, "eve/svm.ipynb/knn.ipynb": OTHER})
    (folder / "jane" / "svm.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (folder / "jane" / "more").symlink_to(tmp_path)
    os.mkfifo(folder / "bob" / "svm.ipynb")
    (folder / "mallory").symlink_to(tmp_path)
    (folder / "oscar.zip").symlink_to(tmp_path / "secret.ipynb")
    bob, eve, jane, oscar = take(folder)
    assert [each.student for each in (bob, eve, jane, oscar)] == ["bob", "eve", "jane", "oscar"]
    assert jane.unreadable == {SVM: "svm.ipynb is a link, not followed."}
    assert "more: a link, not followed." in jane.problems and "oscar.zip: a link, not followed." in oscar.problems
    assert bob.unreadable == {SVM: "svm.ipynb is neither a file nor a folder, left out."}
    assert eve.unreadable == {SVM: "svm.ipynb is a folder, not a notebook."} and KNN in eve.notebooks
    assert not any(SECRET in path.read_text() for path in (tmp_path / "inbox").iterdir())
    [_, _, _, mallory, _] = take(folder, [Student("mallory"), Student("bob")])
    assert mallory.student == "mallory" and "mallory: a link, not followed." in mallory.problems


def test_a_folder_of_very_many_files_is_not_read_to_its_end(handed_in, take):
    [jane] = take(handed_in({f"jane/{number:04}.txt": b"" for number in range(1002)}))
    assert any("more than 1000 files" in problem for problem in jane.problems)


def test_students_are_found_on_the_roster_by_any_id_and_none_is_missing(handed_in, take):
    roster = [Student("7", email="jane@x.edu"), Student("9", login="bob"), Student("8", name="Nobody")]
    folder = handed_in({"Jane@x.edu/svm.ipynb": GOOD, "bob.zip": zipped({"svm.ipynb": GOOD}),
                        "eve/svm.ipynb": GOOD, "notes.txt": b""})
    found = take(folder, roster)
    assert [each.student for each in found] == ["7", "8", "9", "eve"]
    jane, nobody, bob, eve = found
    assert (jane.file, bob.file, nobody.file) == ("Jane@x.edu", "bob.zip", "")
    assert nobody.submitted is None and nobody.problems == ("Nothing was handed in.",)
    assert jane.problems == bob.problems == () and eve.problems == ("eve is not on the roster.",)
    assert eve.notebooks.keys() == {SVM}


def test_of_several_submissions_the_latest_counts(handed_in, take):
    folder = handed_in({"jane/svm.ipynb": GOOD, "jane.zip": zipped({"knn.ipynb": OTHER})})
    at(folder / "jane.zip", NOON + timedelta(hours=1))
    [jane] = take(folder)
    assert jane.notebooks.keys() == {KNN} and jane.file == "jane.zip" and jane.submitted.hour == 13
    assert jane.problems == ("There are 2 submissions. The latest counts, jane.zip; left out: jane.",)


@pytest.mark.parametrize("name, when", [
    ("jane_2026-10-14T23-59-00Z", datetime(2026, 10, 14, 23, 59, tzinfo=UTC)),
    ("jane_2026-10-14T23-59-00-0700", datetime(2026, 10, 15, 6, 59, tzinfo=UTC)),
    ("2026-10-14 2359+0200 jane", datetime(2026, 10, 14, 21, 59, tzinfo=UTC)),
    ("jane_2026-10-14_23-59", datetime(2026, 10, 14, 23, 59).astimezone()),
])
@pytest.mark.parametrize("ending", ["", ".zip"])
def test_a_time_in_the_name_is_the_time(handed_in, take, name, when, ending):
    content = {f"{name}{ending}": zipped({"svm.ipynb": GOOD})} if ending else {f"{name}/svm.ipynb": GOOD}
    [jane] = take(handed_in(content))
    assert jane.student == "jane" and jane.submitted == when and jane.submitted.tzinfo


def test_a_name_that_only_looks_like_a_time_is_a_name(handed_in, take):
    [jane] = take(handed_in({"jane_2026-13-45T99-99/2020-01-01T00-00-svm.ipynb": GOOD}))
    assert jane.student == "jane_2026-13-45T99-99" and jane.submitted == NOON


CANVAS = [Student("7", name="Jane Doe", platform_id="12345"), Student("8", platform_id="222")]


def test_a_canvas_download(handed_in, take):
    folder = handed_in({
        "doejane_12345_678901_assignment1-handin.zip": zipped({"svm.ipynb": GOOD}),
        "roebob_LATE_222_678902_svm.ipynb": GOOD,
        "roebob_LATE_222_678903_knn-1.ipynb": OTHER,
        "evil_333_678904_2020-01-01T00-00_svm.ipynb": GOOD,
    })
    evil, jane, bob = take(folder, CANVAS)
    assert (jane.student, jane.notebooks.keys(), jane.problems) == ("7", {SVM}, ())
    assert bob.student == "8" and bob.notebooks.keys() == NAMES.keys() and "Canvas marks it as late" in bob.problems[0]
    assert bob.file == "roebob_LATE_222_678902_svm.ipynb, roebob_LATE_222_678903_knn-1.ipynb"
    assert evil.student == "333" and evil.submitted is None  # the end of the name is the student's
    assert [each.student for each in take(folder)] == ["12345", "222", "333"]


def test_canvas_numbers_what_is_handed_in_again(handed_in, take):
    name = "doejane_12345_{}_assignment1-handin{}.zip"
    folder = handed_in({
        name.format(678902, "-2"): zipped({"svm.ipynb": GOOD}),
        name.format(678999, "-10"): zipped({"knn.ipynb": OTHER}),
        name.format(678901, ""): zipped({"svm.ipynb": GOOD}),
    })
    jane, _ = take(folder, CANVAS)
    assert jane.file == name.format(678999, "-10") and jane.notebooks.keys() == {KNN}
    assert "There are 3 submissions" in jane.problems[0] and name.format(678902, "-2") in jane.problems[0]


METADATA = """---
submission_456:
  :submitters:
  - :name: Jane Doe
    :sid: '7'
    :email: jane@x.edu
  - :name: Bob Roe
    :sid:
    :email: bob@x.edu
  :created_at: 2026-10-14 23:59:00.123456000 -07:00
  :score: 3.0
submission_457:
  :submitters:
  - :name: Eve
    :sid: '9'
    :email: eve@x.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-10-13 10:00:00.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: America/Los_Angeles
submission_458:
  :submitters:
  - :name: Lost
    :sid: '10'
""".encode()
EXPORT = {
    "submission_metadata.yml": METADATA,
    "submission_456/svm.ipynb": GOOD,
    "submission_456/submission_metadata.yml": b"submission_457: {}",
    "submission_457/handin.zip": zipped({"a/knn.ipynb": OTHER, "../svm.ipynb": GOOD}),
    "submission_999/svm.ipynb": GOOD,
}


@pytest.mark.parametrize("layout", [
    "in a folder", "the folder itself", "a zip in a folder", "the zip itself", "flat zip",
])
def test_a_gradescope_export(handed_in, take, layout):
    name = "assignment_123_export"
    whole = zipped({f"{name}/{inside}": content for inside, content in EXPORT.items()})
    if "zip" in layout:
        folder = handed_in({f"{name}.zip": zipped(EXPORT) if layout == "flat zip" else whole})
        folder = folder if layout == "a zip in a folder" else folder / f"{name}.zip"
    else:
        folder = handed_in({f"{name}/{inside}": content for inside, content in EXPORT.items()})
        folder = folder if layout == "in a folder" else folder / name
    roster = [Student("7"), Student("bob7", email="Bob@x.edu"), Student("9")]
    lost, jane, eve, bob, unknown = take(folder, roster)
    assert [each.student for each in (lost, jane, eve, bob, unknown)] == ["10", "7", "9", "bob7", "submission_999"]
    assert jane.notebooks == bob.notebooks and jane.notebooks.keys() == {SVM}
    assert jane.submitted == datetime(2026, 10, 15, 6, 59, 0, 123456, UTC) and jane.file == "submission_456"
    assert jane.problems == ("submission_metadata.yml: no notebook, left out.",)
    assert eve.notebooks.keys() == {KNN} and eve.submitted == datetime(2026, 10, 13, 10, tzinfo=UTC)
    assert eve.problems == ("../svm.ipynb: a name that points out of the archive, left out.",)
    assert lost.submitted is None and lost.file == "submission_458"
    assert "The export has no folder submission_458." in lost.problems and "10 is not on the roster." in lost.problems
    assert "submission_metadata.yml does not say who sent it." in unknown.problems and SVM in unknown.notebooks


@pytest.mark.parametrize("metadata", [
    b"{", b"- 1", b"a: !!python/object/apply:os.system ['touch owned']", b"\xff\xfe", b"a: 2026-13-45", b"[" * 5000,
])
def test_metadata_that_cannot_be_read_are_the_teachers_matter(tmp_path, monkeypatch, handed_in, take, metadata):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="submission_metadata.yml .* Download the export again"):
        take(handed_in({**EXPORT, "submission_metadata.yml": metadata}))
    assert not (tmp_path / "owned").exists()


def test_what_is_no_folder_of_submissions_is_said_to_be_so(tmp_path, handed_in, take):
    with pytest.raises(ValueError, match="neither a folder of submissions nor a zip"):
        take(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="neither a folder of submissions nor a zip"):
        take(handed_in({"x.txt": b""}) / "x.txt")


def test_other_archives_are_submissions_too(handed_in, take):
    bob, jane = take(handed_in({"jane.tar.gz": b"\x1f\x8b", "bob.rar": b"Rar!", "roster.csv": b"id\n"}))
    assert (bob.student, jane.student) == ("bob", "jane")
    assert "jane.tar.gz: it is not a tar archive, or is broken." in jane.problems
    assert "bob.rar: it is an archive of a kind that is not opened." in bob.problems


def tarred(mode, entries):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=f"w:{mode}") as opened:
        for name, content, kind in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(content), kind, "/etc/passwd"
            opened.addfile(entry, io.BytesIO(content))
    return target.getvalue()


@pytest.mark.parametrize("ending, mode", [
    ("tar", ""), ("tar.gz", "gz"), ("tgz", "gz"), ("tar.bz2", "bz2"), ("tar.xz", "xz"),
])
def test_a_tar_is_opened_as_a_zip_is(handed_in, take, ending, mode):
    inside = [("a/svm.ipynb", GOOD, tarfile.REGTYPE), ("../knn.ipynb", OTHER, tarfile.REGTYPE),
              ("knn.ipynb", b"", tarfile.SYMTYPE), ("pipe", b"", tarfile.FIFOTYPE),
              ("._svm.ipynb", b"", tarfile.REGTYPE)]
    [jane] = take(handed_in({f"jane.{ending}": tarred(mode, inside)}))
    assert jane.student == "jane" and jane.notebooks.keys() == {SVM}
    assert jane.unreadable == {KNN: "knn.ipynb is a link, not followed."}
    assert jane.problems == ("../knn.ipynb: a name that points out of the archive, left out.",
                             "pipe: neither a file nor a folder, left out.")


@pytest.mark.parametrize("ending, mode", [("tar.gz", "gz"), ("tar.bz2", "bz2"), ("tar.xz", "xz")])
def test_a_tar_that_unpacks_to_very_much_is_refused(handed_in, take, ending, mode):
    bomb = tarred(mode, [("svm.ipynb", bytes(6 * LARGEST), tarfile.REGTYPE)])
    [jane] = take(handed_in({f"jane.{ending}": bomb}))
    assert jane.notebooks == {} and "has more than 100 MB" in jane.problems[0]


def test_what_was_written_or_linked_to_on_canvas_is_told(handed_in, take):
    folder = handed_in({"doejane_12345_678901_svm.ipynb": GOOD, "poeamy_333_text.html": b"<p>",
                        "leekim_444_link.html": b""})
    kim, jane, amy = take(folder, [*CANVAS[:1], Student("a", platform_id="333")])
    assert (jane.student, amy.student, kim.student) == ("7", "a", "444") and jane.notebooks.keys() == {SVM}
    assert "A text was handed in on Canvas, in the place of files." in amy.problems
    assert "An address was handed in on Canvas, in the place of files." in kim.problems


@pytest.mark.parametrize("names", [
    ("lab_3_1_amy", "lab_3_2_bob"), ("doe_2026_10_14", "roe_2026_10_14"), ("doe_2026_1014_x", "roe_2026_1014_x"),
    ("doe_2026_1014_x.ipynb", "roe_2026_1014_x.ipynb"),
])
@pytest.mark.parametrize("known", [True, False])
def test_names_with_numbers_are_not_taken_for_canvas(handed_in, take, names, known):
    ids = [name.removesuffix(".ipynb") for name in names]
    files = {(name if name.endswith(".ipynb") else f"{name}/svm.ipynb"): GOOD for name in names}
    found = take(handed_in(files), [Student(each) for each in ids] if known else None)
    assert [each.student for each in found] == ids
    assert all(each.notebooks.keys() == {SVM} and "submissions" not in str(each.problems) for each in found)


@pytest.mark.parametrize("name", [
    "jane/svm.ipynb.txt", "jane/svm.json", "jane/svm", "jane.ipynb.txt", "jane.ipynb.json",
])
def test_a_notebook_with_another_ending_is_one(handed_in, take, name):
    [jane] = take(handed_in({name: GOOD}))
    assert jane.student == "jane" and jane.notebooks.keys() == {SVM}
    assert any("taken as a notebook, though its ending is another" in problem for problem in jane.problems)


@pytest.mark.parametrize("whole", ["file_", "file"])
def test_a_moodle_download(handed_in, take, whole):
    folder = handed_in({f"Jane Doe_1234567_assignsubmission_{whole}/svm.ipynb": GOOD,
                        "Jane Doe_1234567_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
                        "Bob Roe_7654321_assignsubmission_onlinetext_/onlinetext.html": b"<p>"})
    roster = [Student("j", platform_id="Participant 1234567")]
    bob, jane = take(folder, roster)
    assert (jane.student, jane.notebooks.keys(), jane.submitted, jane.problems) == ("j", {SVM}, NOON, ())
    assert bob.student == "7654321" and "A text was handed in on Moodle, in the place of files." in bob.problems


def test_a_blackboard_download(handed_in, take):
    first, second = ("Assignment 1_jdoe_attempt_2026-10-14-22-10-33", "Assignment 1_jdoe_attempt_2026-10-15-08-00-00")
    folder = handed_in({f"{first}.txt": b"Name: Jane", f"{first}_svm.ipynb": GOOD, f"{first}_knn.ipynb": OTHER,
                        f"{second}.txt": b"Name: Jane", f"{second}_svm.ipynb": GOOD})
    [jane] = take(folder, [Student("7", login="jdoe")])
    assert jane.student == "7" and jane.notebooks.keys() == {SVM}
    assert jane.submitted == datetime(2026, 10, 15, 8).astimezone() and "There are 2 submissions" in jane.problems[0]
    (folder / f"{second}_svm.ipynb").unlink()
    (folder / f"{second}.txt").unlink()
    [jane] = take(folder)
    assert jane.student == "jdoe" and jane.notebooks.keys() == NAMES.keys() and jane.problems == ()


def test_a_brightspace_download(handed_in, take):
    folder = handed_in({f"12345-67890 - Jane Doe - {when}/svm.ipynb": GOOD
                        for when in ("Oct 12, 2026 944 AM", "Oct 14, 2026 1159 PM")})
    (folder / "index.html").write_text("<p>")
    [jane] = take(folder, [Student("7", platform_id="12345")])
    assert jane.student == "7" and jane.submitted == datetime(2026, 10, 14, 23, 59).astimezone()
    assert take(folder)[0].student == "12345-67890"


def test_a_time_on_the_roster_counts(handed_in, take):
    folder = handed_in({"doejane_12345_678901_svm.ipynb": GOOD})
    [jane] = take(folder, [Student("7", platform_id="12345", submitted=NOON)])
    assert jane.submitted == NOON


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("other", ["jane\u200b", " jane", "jane ", "jane\x07", "jan\u202ee", "x" * 101 + "y"])
def test_two_people_whose_names_look_alike_stay_two(handed_in, take, other):
    jane = "x" * 101 + "z" if other.startswith("x") else "jane"
    found = take(handed_in({f"{jane}/svm.ipynb": GOOD, f"{other}/svm.ipynb": GOOD + b" "}))
    assert len({each.student for each in found}) == 2 and all(each.notebooks.keys() == {SVM} for each in found)
    assert any("characters that cannot be shown" in problem for each in found for problem in each.problems)


def test_accents_are_one_however_they_are_written(handed_in, take):
    composed, apart = (unicodedata.normalize(form, "josé") for form in ("NFC", "NFD"))
    [jose] = take(handed_in({f"{apart}/svm.ipynb": GOOD}), [Student(composed)])
    assert jose.student == composed and jose.notebooks.keys() == {SVM} and jose.problems == ()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_names_that_are_no_text_are_two(tmp_path, take):
    for byte in (b"\xff", b"\xfe"):
        folder = os.path.join(os.fsencode(tmp_path), b"in", b"jane" + byte)
        os.makedirs(folder)
        with open(os.path.join(folder, b"svm.ipynb"), "wb") as file:
            file.write(GOOD)
    found = take(tmp_path / "in")
    assert len({each.student for each in found}) == 2 and all(each.student.isprintable() for each in found)


@pytest.mark.parametrize("sender, who", [
    ({":name": "jane"}, "jane (a name)"), ({":name": "jane", ":email": "eve@x.edu"}, "eve@x.edu"),
    ({":name": "Eve", ":sid": "jane"}, "jane"),
])
def test_a_display_name_is_nobodys_id(handed_in, take, sender, who):
    folder = handed_in({"submission_metadata.yml": json.dumps({"submission_1": {
        ":submitters": [sender], ":created_at": "2026-10-14 12:00:00 Z"}}).encode(), "submission_1/svm.ipynb": GOOD})
    found = {each.student: each for each in take(folder, [Student("jane")])}
    assert found[who].notebooks.keys() == {SVM}
    assert who == "jane" or found["jane"].problems == ("Nothing was handed in.",)
