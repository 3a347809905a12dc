"""Markdown of others as HTML that does nothing: no raw HTML, no link, no picture, no script; formulas as MathML."""
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import MarkdownWithMath, MathBlockParser

from cs231n.course.formulas import Renderer
from cs231n.grading import limits
from cs231n.grading.text import plain, shorten


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
    source = plain(source[:2 * limits.LONGEST_ANSWER])
    if len(source) <= limits.LONGEST_RENDERED:
        try:
            renderer, block = _Inert(escape=True, allow_harmful_protocols=False), MathBlockParser()
            block.rules.remove("ref_link")  # takes a line `[1]: because` for an address, and hides it
            return Markup(MarkdownWithMath(renderer, block).render(source))
        except Exception:  # deep nesting ends in RecursionError, and the parser promises nothing about the rest
            return _as_written(source)
    return _as_written(shorten(source, limits.LONGEST_ANSWER))


def _as_written(source):
    return Markup('<pre class="written">{}</pre>').format(source)


class _Inert(Renderer):
    """Shows where links and pictures lead instead of leading there; code is not coloured; headings are bold lines."""

    def heading(self, text, level, **attrs):
        return f"<p><strong>{text}</strong></p>\n"

    def link(self, text, url, title=None):
        return text if text == escape(url) else f"{text} (<code>{escape(url)}</code>)"

    def image(self, text, url, title=None):
        return f"<em>[a picture: {text or 'without a name'}; only text is marked]</em>"

    def block_code(self, code, info=None):
        return f"<pre><code>{escape(code)}</code></pre>\n"
