"""Numbers in the prose are those that the run printed."""
import pytest
from make_notebook import code, text
from nbformat.v4 import new_notebook, new_output

from cs231n.instructor import quoted


def said(source, printed="k = 15: 1,165 of 500 right, accuracy 0.3304\n"):
    cell = code("print()")
    cell.outputs = [new_output("stream", name="stdout", text=printed)]
    return quoted.problems(new_notebook(cells=[cell, text(source)])).get(2, [])


@pytest.mark.parametrize("source", [
    r"It is $k = 15$<!-- printed: k = (\d+) -->, with 0.330<!-- printed: accuracy ([\d.]+) -->.",
    r"**33.0**<!-- printed: accuracy 0.(\d\d) --> per cent", r"1,165<!-- printed: ([\d,]+) of -->", "no mark, 17",
])
def test_numbers_that_were_printed(source):
    assert said(source) == []


@pytest.mark.parametrize("source, words", [
    (r"0.340<!-- printed: accuracy ([\d.]+) -->", "the text says 0.340, and the run printed 0.3304"),
    (r"$k = 10$<!-- printed: k = (\d+) -->", "the text says 10, and the run printed 15"),
    (r"0.3<!-- printed: loss ([\d.]+) -->", "finds 0 numbers in the outputs"),
    (r"5<!-- printed: (\d) -->", "numbers in the outputs, and should find one"),
    (r"nothing <!-- printed: k = (\d+) -->", "no number stands before the mark"),
])
def test_numbers_that_were_not(source, words):
    assert any(words in each for each in said(source))
