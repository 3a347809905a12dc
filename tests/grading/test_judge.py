"""What counts as no Python, whatever Python itself says of it."""
import pytest

from cs231n.grading.running import judge


@pytest.mark.parametrize("source, said", [
    ("def square(x):\n    return x **", "invalid syntax in line 2 of the cell"),
    ("square = " + "-" * 200_000 + "1", "it is nested too deeply"),
    ("x = '\0'", "null bytes"),
    ("%timeit 1\n!ls\nx = 1", ""),
    ("files = !ls\nspent = %timeit -o 1\nlen?\nif files:\n    %pip list", ""),
])
def test_a_cell_that_python_cannot_read(source, said):
    problem = judge._syntax_error(source)
    assert said in problem and bool(said) == bool(problem)


def test_a_message_is_plain_text_and_bounded():
    message = judge._cut("half \ud800 a character, \x1b[31mred\x1b[0m, " + "x" * 10_000_000)
    assert message.startswith("half  a character, red, xxx") and len(message.encode()) < 2000
