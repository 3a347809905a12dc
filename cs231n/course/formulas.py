"""Formulas in Markdown, drawn as MathML, which browsers show without a script."""
from html import escape, unescape
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer

_LONGEST = 5_000  # characters of a formula that is drawn

_TAGS = set("""math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics""".split())
_ATTRIBUTES = set("""accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle
    fence form height largeop linethickness lspace mathcolor mathvariant maxsize minsize movablelimits notation rowlines
    rowspacing rspace scriptlevel separator stretchy symmetric voffset width""".split())


class Renderer(IPythonRenderer):
    """Markdown to HTML, with MathML for formulas."""

    def block_math(self, body):
        return mathml(body, "block")

    def inline_math(self, body):
        return mathml(body, "inline")

    def latex_environment(self, name, body):
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def mathml(formula, display):
    r"""Draw a formula; one that cannot be drawn is shown as it is written.

    The library's own way of writing its tree lets `\text{<script>}` through as a tag, and `\href` as a link. So the
    tree is written here: text as text, and of the attributes those that only say how it looks.

    Parameters
    ----------
    formula : str
        LaTeX, by anybody.
    display : {"block", "inline"}

    Returns
    -------
    str
        HTML that loads nothing and does nothing.
    """
    try:
        if len(formula) > _LONGEST:
            raise ValueError("too long")
        tree = convert_to_element(formula.strip(), display=display)
        for element in tree.iter():
            if element.tag not in _TAGS:
                raise ValueError(f"{element.tag} is no part of a formula")
            for name in set(element.attrib) - _ATTRIBUTES:
                del element.attrib[name]
            element.text, element.tail = (text and unescape(text) for text in (element.text, element.tail))
        return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)
    except Exception:  # the library's errors have no common class, and some are plain IndexErrors
        return f"<code>{escape(formula)}</code>"
