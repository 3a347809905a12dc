"""Where the files of an assignment are, and in which order its notebooks are taught."""
from pathlib import Path

from cs231n.course_files import ORDER, as_taught

ROOT = Path(__file__).resolve().parents[2]


def test_the_order_is_that_of_the_course_and_holds_every_notebook():
    paths = [path.relative_to(ROOT) for path in ROOT.glob("assignment*/*.ipynb")]
    expected = [f"{folder}/{name}.ipynb" for folder, names in ORDER.items() for name in names]
    assert [path.as_posix() for path in as_taught(paths)] == [name for name in expected if (ROOT / name).is_file()]


def test_other_notebooks_come_last_by_name():
    names = [f"assignment1/{name}.ipynb" for name in ("b", "svm", "a", "knn")] + ["other/z.ipynb"]
    assert [path.as_posix() for path in as_taught(map(Path, names))] == [
        "assignment1/knn.ipynb", "assignment1/svm.ipynb", "assignment1/a.ipynb", "assignment1/b.ipynb", "other/z.ipynb"]
