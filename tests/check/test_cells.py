"""In a notebook: a cell that failed is not judged by what it held before, and empty exercises say where they are."""
import pytest

SETUP = "from cs231n import check\ncheck.begin('assignment1/svm')"
DOUBLE = "def double(x):\n    return 2 * x"
CHECK = "check.equal('the double', check.call(double, 2), 4)"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run cells as a kernel does; return what the last one printed."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    monkeypatch.delenv("CS231N_CHECK", raising=False)
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}), colors="nocolor")

    def run(*cells):
        for cell in cells:
            capsys.readouterr()
            shell.run_cell(cell)
        return " ".join(capsys.readouterr().out.split())

    run(SETUP)
    yield run
    run("check.rng")  # so that no failure of this test is remembered by the next
    from cs231n.check import cells
    cells._failed.clear()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("broken, error", [
    (DOUBLE + " +", "SyntaxError"), (DOUBLE + "\n      return 3", "IndentationError"),
    (f"missing\n{DOUBLE}", "NameError"), (f"@missing\n{DOUBLE}", "NameError"),
    (f"raise KeyboardInterrupt\n{DOUBLE}", "KeyboardInterrupt"),
])
@pytest.mark.parametrize("cell", [
    CHECK, "rng = check.rng('check_double')\ndouble(rng)", "check.within('it', double(2), 1, 5)",
    "check.accuracy('it', [double(2)], [4], 1)", "check.no_python_loop('it', double, (2,), (20,))",
    "import types\nbox = types.SimpleNamespace(f=double)\ncheck.equal('it', check.call(box.f, 2), 4)",
])
def test_what_stood_there_before_is_not_judged(run, broken, error, cell):
    told = run(DOUBLE, broken, cell)
    assert f"The last run of the cell of double failed ({error})" in told and "pass" not in told


def test_a_cell_that_is_mended_is_judged_again(run):
    assert "failed (SyntaxError)" in run(DOUBLE, DOUBLE + " +", CHECK)
    assert run(DOUBLE, CHECK) == "pass: the double (exact)"


def test_what_a_cell_bound_before_it_failed_is_new_and_is_judged(run):
    assert run(DOUBLE, f"{DOUBLE.replace('2', '3')}\ndouble(missing)", CHECK).startswith("Not right yet: the double")


def test_a_check_binds_its_own_names_and_other_checks_go_on(run):
    run(DOUBLE, "x = 2", "x = missing", "def treble(x)\n    return 3 * x")
    assert run("x = 2\ncheck.equal('the double', check.call(double, x), 4)").startswith("pass")


def test_a_grader_is_told_nothing_of_it(run, monkeypatch):
    run(DOUBLE, DOUBLE + " +")
    monkeypatch.setenv("CS231N_CHECK", "report")
    assert "reported: the double" in run(CHECK)


STUB = 'def double(x):\n    raise NotImplementedError("Write double here, in place of this line.")'


@pytest.mark.parametrize("cell", [
    "double(2)", "[double(x) for x in (1, 2)]", CHECK, "check.no_python_loop('it', double, (2,), (20,))",
    "import numpy as np\ncheck.gradient('it', double, np.ones(2), np.ones(2))",
])
def test_an_empty_exercise_is_named_without_here_in_other_cells(run, cell):
    told = run(STUB, cell)
    assert "double is not written yet. Write it in its cell above, and run that cell." in told
    assert "here" not in told and "Traceback" not in told


def test_here_is_said_where_it_is_right(run):
    assert "Write best here, in place of this line." in run(
        'best = 3\nraise NotImplementedError("Write best here, in place of this line.")')


def test_other_errors_of_that_kind_are_shown_as_ever(run):
    told = run('def double(x):\n    raise NotImplementedError("nobody knows")', "double(2)")
    assert "Traceback" in told and "nobody knows" in told
