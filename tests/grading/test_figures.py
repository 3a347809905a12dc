"""A submission's own figures beside ours: found by their cells, and nothing but pixels."""
import base64
import io
import time

import numpy as np
import pytest
from make_notebook import code, text
from nbformat import from_dict
from nbformat.v4 import new_notebook
from PIL import Image, PngImagePlugin

from cs231n.grading import limits
from cs231n.grading.outputs.figures import figures


def png(colour, size=(40, 30), secret=None):
    info = PngImagePlugin.PngInfo()
    if secret:
        info.add_text("note", secret)
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG", pnginfo=info)
    return base64.b64encode(target.getvalue()).decode()


def holding(cells):
    """A notebook of these cells, valid or not."""
    nb = new_notebook()
    nb.cells = cells
    return nb


def cell(source, *pictures, **metadata):
    made = code(source, **metadata)
    made.outputs = [from_dict({"output_type": "display_data", "data": {"image/png": each}}) for each in pictures]
    return made


OURS = holding([text("# Plots"), cell("plot(1)", png("red")), text("## More"), cell("plot(2)", png("blue"))])


def pixel(content):
    with Image.open(io.BytesIO(content)) as picture:
        return tuple(np.asarray(picture.convert("RGB"))[0, 0])


def test_figures_are_paired_by_their_cells():
    theirs = holding([cell("plot(2)", png("green")), cell("plot(3)", png("white"))])
    [figure] = figures("a/b", OURS, theirs)
    assert (figure.notebook, figure.heading) == ("a/b", "More")
    assert pixel(figure.ours) == (0, 0, 255) and pixel(figure.theirs) == (0, 128, 0)


def test_a_changed_cell_is_known_by_its_id():
    changed = cell("plot(1, colour='pink')", png("pink"))
    changed.id = OURS.cells[1].id
    assert [figure.heading for figure in figures("a/b", OURS, holding([changed]))] == ["Plots"]


def test_nothing_but_pixels_goes_on():
    [figure] = figures("a/b", OURS, holding([cell("plot(1)", png("red", secret="the hidden tests"))]))
    assert b"hidden" not in figure.theirs and figure.theirs.startswith(b"\x89PNG")


@pytest.mark.parametrize("data", [
    "no picture", base64.b64encode(b"<svg onload='alert(1)'/>").decode(), png("red")[:40], 7, ["x"],
    png("red", size=(4000, 4000)),
], ids=["text", "svg", "cut", "number", "list", "large"])
def test_what_is_no_picture_is_left_out(data):
    theirs = holding([cell("plot(1)", data)])
    assert figures("a/b", OURS, theirs) == ()


@pytest.mark.parametrize("outputs", [None, [None], ["x"], [{}], [{"data": []}], [{"data": {"image/png": None}}]])
def test_outputs_of_any_shape_are_read(outputs):
    theirs = holding([code("plot(1)")])
    dict.__setitem__(theirs.cells[0], "outputs", outputs)
    assert figures("a/b", OURS, theirs) == ()


def test_there_is_an_end_to_them():
    many = holding([cell("plot()", *(png("red") for _ in range(limits.MOST_FIGURES + 5)))])
    assert len(figures("a/b", many, many)) == limits.MOST_FIGURES


def test_pictures_that_are_none_take_little_time():
    whole = base64.b64decode(_large())
    broken = base64.b64encode(whole[:-30]).decode()
    many = holding([cell("plot()", *(broken for _ in range(400)))])
    start = time.process_time()
    figures("a/b", holding([cell("plot()", *(png("red") for _ in range(3)))]), many)
    assert time.process_time() - start < 20


def _large():
    target = io.BytesIO()
    Image.fromarray(np.zeros((2800, 2800, 3), np.uint8)).save(target, "PNG")
    return base64.b64encode(target.getvalue())
