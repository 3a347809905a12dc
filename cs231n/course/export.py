"""The HTML page of an executed notebook: one file that needs no network, formulas included."""
from functools import cache
from pathlib import Path

from jinja2 import pass_context
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from pygments.formatters import HtmlFormatter

from cs231n.course.formulas import Renderer

TEMPLATES = Path(__file__).with_name("templates")


def notebook_page(nb, name):
    """Return the page of an executed notebook.

    Formulas become MathML, which browsers draw themselves. The page holds no script and its content policy allows none.

    Parameters
    ----------
    nb : nbformat.NotebookNode
    name : str
        Of the page, from the root of the results: `assignment1/knn`.
    """
    exporter = _Exporter(template_file="notebook.html.j2", extra_template_paths=[str(TEMPLATES)])
    resources = {
        "metadata": {"name": name},
        "to_root": "../" * name.count("/"),
        "highlighting": highlighting(),
    }
    return exporter.from_notebook_node(nb, resources=resources)[0]


@cache
def highlighting():
    """Return the style sheet of highlighted code, for light and dark pages."""
    light, dark = (HtmlFormatter(style=s).get_style_defs(".highlight") for s in ("friendly", "github-dark"))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


class _Exporter(HTMLExporter):
    """nbconvert's exporter, with formulas drawn here instead of by a script from the network."""

    @pass_context
    def markdown2html(self, context, source):
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        return MarkdownWithMath(renderer=renderer).render(source)
