"""Markdown of others as HTML that does nothing: no raw HTML, no link, no picture, no script; formulas as MathML."""
from html import unescape
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, MathBlockParser

from cs231n.grading.text import plain, shorten

_LONGEST = 10_000  # characters that are rendered; what is longer is shown as it is written
_MOST = 100_000  # characters that are shown
_FORMULA = 2_000  # characters of a formula that is drawn

_TAGS = set("""math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics""".split())
_ATTRIBUTES = set("""accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle
    fence form height largeop linethickness lspace mathcolor mathvariant maxsize minsize movablelimits notation rowlines
    rowspacing rspace scriptlevel separator stretchy symmetric voffset width""".split())


def render(source):
    """Return a student's Markdown as HTML that cannot load, run or lead to anything.

    Parameters
    ----------
    source : str
        What cannot be rendered, or is very long, is shown as it is written.

    Returns
    -------
    markupsafe.Markup
    """
    source = plain(source)
    if len(source) <= _LONGEST:
        try:
            renderer, block = _Inert(escape=True, allow_harmful_protocols=False), MathBlockParser()
            block.rules.remove("ref_link")  # takes a line `[1]: because` for an address, and hides it
            return Markup(MarkdownWithMath(renderer, block).render(source))
        except Exception:  # deep nesting ends in RecursionError, and the parser promises nothing about the rest
            return _as_written(source)
    return _as_written(shorten(source, _MOST))


def _as_written(source):
    return Markup('<pre class="written">{}</pre>').format(source)


class _Inert(IPythonRenderer):
    """Shows where links and pictures lead instead of leading there; code is not coloured; headings are bold lines."""

    def heading(self, text, level, **attrs):
        return f"<p><strong>{text}</strong></p>\n"

    def link(self, text, url, title=None):
        return text if text == escape(url) else f"{text} (<code>{escape(url)}</code>)"

    def image(self, text, url, title=None):
        return f"<em>[a picture: {text or 'without a name'}; only text is marked]</em>"

    def block_code(self, code, info=None):
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def block_math(self, body):
        return _mathml(body, "block")

    def inline_math(self, body):
        return _mathml(body, "inline")

    def latex_environment(self, name, body):
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def _mathml(formula, display):
    r"""Draw a formula; one that cannot be drawn is shown as it is written.

    The library's own way of writing its tree lets `\text{<script>}` through as a tag, and `\href` as a link. So the
    tree is written here: text as text, and of the attributes those that only say how it looks.
    """
    try:
        if len(formula) > _FORMULA:
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
