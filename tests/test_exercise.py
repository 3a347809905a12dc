"""The tie between notebook cells and the package: dispatch, registration, and answers found in a notebook file."""
import json

import pytest

from cs231n import exercise as exercises
from cs231n.exercise import NotSolved, exercise, implements


@pytest.fixture(autouse=True)
def clean_registry():
    known = exercises.declared()
    yield
    exercises.forget()
    exercises._declared[:] = known


def declare(stripped=False, validate=None):
    @exercise("assignment9/doubling", validate=validate, stripped=stripped)
    def double(x, times=1):
        """Double x."""
        return x * 2**times

    return double


def test_the_reference_runs_until_a_notebook_registers_another():
    double = declare()
    assert double(3) == 6

    @implements(double)
    def double_of_student(x, times=1):
        return "mine"

    assert double(3) == "mine"
    assert double_of_student(3) == "mine"
    exercises.forget()
    assert double(3, times=2) == 12


def quicker(reference):
    """What a faster form is: made of the package's answer, and loaded by its name."""
    return lambda *args, **kwargs: ("quicker", reference(*args, **kwargs))


def test_a_faster_form_takes_the_place_of_the_package_s_answer_and_of_no_other():
    def twice(x):
        return 2 * x

    there = exercise("assignment9/doubling", faster=f"{__name__}.quicker")(twice)
    assert there(3) == ("quicker", 6) and there.exercise.reference(3) == 6
    implements(there)(lambda x: -x)
    assert there(3) == -3
    gone = exercise("assignment9/doubling", faster=f"{__name__}.quicker", stripped=True)(twice)
    with pytest.raises(NotSolved):
        gone(3)


def test_importers_see_the_students_answer_too():
    double = declare()
    from_elsewhere = {"double": double}  # what `from module import double` leaves in another module
    implements(double)(lambda x, times=1: -x)
    assert from_elsewhere["double"](5) == -5


def test_methods_dispatch_with_self_and_through_subclasses():
    class Shape:
        side = 3

        @exercise("assignment9/shapes")
        def area(self):
            return self.side**2

    class Big(Shape):
        side = 10

    assert Big().area() == 100

    @implements(Shape.area)
    def area(self):
        return -self.side

    assert (Shape().area(), Big().area()) == (-3, -10)


def test_documentation_of_the_declared_function_stays():
    double = declare()
    assert double.__name__ == "double"
    assert double.__doc__ == "Double x."


@pytest.mark.parametrize("wrong", [lambda x: x, lambda y, times=1: y, lambda x, times, more: x, lambda times, x: x])
def test_other_arguments_are_refused_at_once(wrong):
    double = declare()
    with pytest.raises(TypeError, match=r"double takes the arguments \(x, times\)"):
        implements(double)(wrong)
    assert double(1) == 2


def test_an_extra_argument_with_a_default_is_fine():
    double = declare()
    implements(double)(lambda x, times=1, verbose=False: "mine")
    assert double(1) == "mine"


def test_only_exercises_can_be_implemented():
    with pytest.raises(TypeError, match="needs an exercise of the cs231n package"):
        implements(print)


def test_input_is_validated_whoevers_answer_runs():
    def positive(x, times=1):
        if x <= 0:
            raise ValueError("x must be positive")

    double = declare(validate=positive)
    implements(double)(lambda x, times=1: "mine")
    assert double(1) == "mine"
    with pytest.raises(ValueError, match="x must be positive"):
        double(-1)


def test_an_empty_exercise_says_where_to_write_it():
    double = declare()

    @implements(double)
    def stub(x, times=1):
        raise NotImplementedError

    with pytest.raises(NotSolved, match="double is an exercise: fill it in assignment9/doubling.ipynb first") as caught:
        double(1)
    shown = caught.value._render_traceback_()
    assert " ".join(shown) == f"NotSolved: {caught.value}" and max(map(len, shown)) <= 80 < len(" ".join(shown))


def test_a_not_implemented_error_from_deeper_down_is_not_renamed():
    double = declare()

    def missing_feature():
        raise NotImplementedError("complex numbers")

    implements(double)(lambda x, times=1: missing_feature())
    with pytest.raises(NotImplementedError, match="complex numbers") as caught:
        double(1)
    assert not isinstance(caught.value, NotSolved)


def write_notebook(folder, *sources):
    path = folder / "assignment9" / "doubling.ipynb"
    path.parent.mkdir(exist_ok=True)
    cells = [{"cell_type": "code", "source": source.splitlines(keepends=True)} for source in sources]
    cells.insert(0, {"cell_type": "markdown", "source": ["# Doubling"]})
    path.write_text(json.dumps({"cells": cells}))


@pytest.fixture
def stripped(tmp_path, monkeypatch):
    """A stripped exercise, reachable from a notebook as `target.double`, with the kit's folder being tmp_path."""
    double = declare(stripped=True)
    (tmp_path / "assignment9").mkdir()
    (tmp_path / "target.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path / "assignment9")
    import target

    monkeypatch.setattr(target, "double", double, raising=False)
    return double


SOLVED = """
import math
import target
from cs231n.exercise import implements

FACTOR = 2

@implements(target.double)
def double(x, times=1):
    return helper(x) * FACTOR
"""


def test_a_stripped_body_is_looked_up_in_the_notebook(stripped, tmp_path):
    write_notebook(tmp_path, SOLVED, "def helper(x):\n    return math.floor(x)", "training = undefined_name + 1")
    assert stripped(3.5) == 6


def test_a_stripped_body_without_a_notebook_says_where_to_write_it(stripped):
    with pytest.raises(NotSolved, match="fill it in assignment9/doubling.ipynb first"):
        stripped(1)


def test_a_notebook_with_an_empty_exercise_says_where_to_write_it(stripped, tmp_path):
    write_notebook(tmp_path, SOLVED.replace("return helper(x) * FACTOR", "raise NotImplementedError()"))
    with pytest.raises(NotSolved, match="fill it in assignment9/doubling.ipynb first"):
        stripped(1)


def test_a_definition_that_needs_what_was_left_out_is_left_out_too(stripped, tmp_path):
    stands_on_training = "model = train()\ndef show(model=model):\n    pass"
    write_notebook(tmp_path, stands_on_training, SOLVED, "def helper(x):\n    return x")
    assert stripped(2) == 4


def test_a_cell_that_does_not_parse_defines_nothing(stripped, tmp_path):
    write_notebook(tmp_path, SOLVED, "def helper(x):\n    return x", "def half(:")
    assert stripped(2) == 4


def test_a_cell_of_the_exercise_that_does_not_parse_is_named(stripped, tmp_path):
    write_notebook(tmp_path, "import math", SOLVED.replace("* FACTOR", "*"))
    with pytest.raises(NotSolved, match=r"Its cell there \(cell 3\) is no Python yet: invalid syntax in its line 10"):
        stripped(2)


def test_a_cell_of_the_exercise_that_does_not_run_is_named(stripped, tmp_path):
    write_notebook(tmp_path, SOLVED.replace("double(x, times=1)", "double(y, times=1)"))
    with pytest.raises(NotSolved, match=r"\(cell 2\) does not run: TypeError: .* yours takes \(y, times\)"):
        stripped(2)


@pytest.mark.parametrize("source", [
    "import a_module_of_the_students_own", "def half(x=1 / 0): ...",
    "from cs231n.exercise import implements\n@implements(math.sqrt)\ndef root(x):\n    return 2",
])
def test_what_does_not_run_there_and_is_not_needed_does_no_harm(source, stripped, tmp_path):
    write_notebook(tmp_path, "import math", source, SOLVED, "def helper(x):\n    return x")
    assert stripped(2) == 4


def test_an_exercise_that_is_written_after_it_was_missed_is_found(stripped, tmp_path):
    write_notebook(tmp_path, SOLVED.replace("return helper(x) * FACTOR", "raise NotImplementedError()"))
    with pytest.raises(NotSolved):
        stripped(2)
    write_notebook(tmp_path, SOLVED, "def helper(x):\n    return x")
    assert stripped(2) == 4


def test_an_exercise_that_is_written_after_its_neighbour_was_used_is_found(stripped, tmp_path, monkeypatch):
    other = declare(stripped=True)
    monkeypatch.setattr("target.other", other, raising=False)
    helper, neighbour = "def helper(x):\n    return x", "@implements(target.other)\ndef other(x, times=1):\n    {}"
    write_notebook(tmp_path, SOLVED, helper, neighbour.format("raise NotImplementedError()"))
    assert stripped(2) == 4
    write_notebook(tmp_path, SOLVED, helper, neighbour.format("return 'written'"))
    assert other(2) == "written"


def test_what_the_kernel_registered_is_newer_than_the_file(stripped, tmp_path, monkeypatch):
    other = declare(stripped=True)
    monkeypatch.setattr("target.other", other, raising=False)
    write_notebook(tmp_path, SOLVED, "def helper(x):\n    return x",
                   "@implements(target.other)\ndef other(x, times=1):\n    return 'old'")
    implements(other)(lambda x, times=1: "new")
    assert (stripped(2), other(2)) == (4, "new")


def test_a_notebook_with_a_byte_order_mark_or_of_format_3_is_read(stripped, tmp_path):
    write_notebook(tmp_path, SOLVED, "def helper(x):\n    return x")
    [path] = tmp_path.rglob("doubling.ipynb")
    raw = json.loads(path.read_text())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert stripped(2) == 4
    for cell in raw["cells"]:
        cell["input"] = cell.pop("source")
    path.write_text(json.dumps({"worksheets": [{"cells": raw["cells"]}], "nbformat": 3}))
    exercises.forget()
    assert stripped(2) == 4


@pytest.mark.parametrize("content", [b"", b'{"cells": [', b"{}", "{}".encode("utf-16"), b"[]", b'{"cells": [3]}'])
def test_a_damaged_notebook_is_named_with_what_is_wrong(content, stripped, tmp_path):
    write_notebook(tmp_path, SOLVED)
    [path] = tmp_path.rglob("doubling.ipynb")
    path.write_bytes(content)
    with pytest.raises(NotSolved, match=r"doubling.ipynb cannot be read: \w+: .* cs231n/course/originals/assignm"):
        stripped(2)


def test_a_notebook_that_is_not_there_may_have_been_renamed(stripped):
    with pytest.raises(NotSolved, match="if you renamed it, give it its name back"):
        stripped(1)
