"""Formulas as MathML: drawn, or shown as they are written, and never more than a formula."""
from html import unescape
from xml.etree import ElementTree

import pytest

from cs231n.course.formulas import mathml


def test_a_formula_is_drawn():
    math = ElementTree.fromstring(mathml(r"\sum_i \frac{a}{b} < \text{a \& b}", "block"))
    assert math.tag == "math" and math.get("display") == "block"
    assert [element.text for element in math.iter("mi")] == ["i", "a", "b"]
    assert "∑" in "".join(math.itertext()) and "<" in "".join(math.itertext())


@pytest.mark.parametrize("formula, text", [
    (r"\text{<script>alert(1)</script>}", "<script>alert(1)</script>"), (r"\text{</math></div>}", "</math></div>"),
    (r"\text{&lt;script&gt;}", "<script>"),
])
def test_text_in_a_formula_is_text(formula, text):
    drawn = mathml(formula, "inline")
    assert "<script" not in drawn and "</div" not in drawn
    assert "".join(ElementTree.fromstring(drawn).itertext()) == text


@pytest.mark.parametrize("formula", [
    r"\href{javascript:alert(1)}{x}", r"\style{position:fixed}{x}", r"\class{card}{x}", r"\color{red}{x}",
])
def test_of_attributes_only_those_that_say_how_it_looks_are_kept(formula):
    names = {name for element in ElementTree.fromstring(mathml(formula, "inline")).iter() for name in element.attrib}
    assert names <= {"display", "mathcolor"}


@pytest.mark.parametrize("formula", [r"\frac", "x_{", "x" * 6000, r"\frac{" * 500, "<b>" * 3000])
def test_what_cannot_be_drawn_is_shown_as_written(formula):
    shown = mathml(formula, "inline")
    assert shown.startswith("<code>") and unescape(shown) == f"<code>{formula}</code>"
