"""The page of a notebook: what is folded, and that folds open with one click and on paper."""
import re

from make_notebook import check, code, exercise, text
from nbformat.v4 import new_notebook

from cs231n.course import export


def page(*cells):
    return export.notebook_page(new_notebook(cells=list(cells)), "assignment1/x")


def folded(cell):
    cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def test_folded_cells_have_a_line_that_says_what_they_are():
    one_loop = check("a = 1\n\nb = 2", "check_one_loop", 1)
    found = page(text("# T"), exercise(), folded(one_loop), folded(code("x = '<b>'")))
    assert re.findall("<summary>(.*)</summary>", found) == ["Check of one loop, 1 point: 2 lines", "Code, 1 line"]
    assert found.count("<details>") == found.count("</details>") == 2
    assert "double" in found and found.index("double") < found.index("<details>")


def test_what_is_not_folded_stands_as_ever():
    assert "<details" not in page(text("# T"), exercise(), check(), code("x"))
