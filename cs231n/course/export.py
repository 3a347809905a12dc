"""The HTML page of an executed notebook: one file that needs no network, formulas included."""
from functools import cache
from pathlib import Path

from jinja2 import pass_context
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from pygments.formatters import HtmlFormatter

from cs231n.course import notebook
from cs231n.course.formulas import Renderer
from cs231n.course.notebook import Kind

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
    exporter.register_filter("summary_of_fold", _summary_of_fold)
    resources = {
        "metadata": {"name": name},
        "to_root": "../" * name.count("/"),
        "highlighting": highlighting(),
    }
    return exporter.from_notebook_node(nb, resources=resources)[0]


def _summary_of_fold(cell):
    """Return the line that stands for the source of a folded cell, "" for a cell that is not folded."""
    if not notebook.is_folded(cell):
        return ""
    lines = _counted(sum(bool(line.strip()) for line in cell.source.splitlines()), "line")
    if notebook.kind(cell) != Kind.CHECK:
        return f"Code, {lines}"
    name = (notebook.grade_id(cell) or "").removeprefix("check_").replace("_", " ")
    return f"Check of {name}, {_counted(notebook.points(cell), 'point')}: {lines}"


def _counted(number, noun):
    return f"{number:g} {noun}{'s' * (number != 1)}"


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
