"""The pages that grading writes: one file each, escaped by construction, with nothing in it that runs or loads."""
import base64
import re
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from cs231n.course import export
from cs231n.grading.outputs import markdown
from cs231n.grading.outputs.wording import LABEL
from cs231n.grading.text import number, plain

_TEMPLATES = Path(__file__).with_name("templates")


def render(template, **values):
    """Return a page.

    Parameters
    ----------
    template : str
        Its file in `templates`; `base.html.j2` holds the content policy that all share.
    values
        What it shows. Text is escaped, and rid of what cannot be seen, unless it is `Markup` that we made.
    """
    return _environment.get_template(template).render(values)


def points(value):
    """Return points as a person writes them; None, of what has no mark yet, is a dash."""
    return "–" if value is None else number(value)


def moment(when):
    """Return a date and time in words."""
    return f"{when.day} {when:%B %Y, %H:%M}"


def breakable(name):
    """Return a name from code that may break into lines behind its underscores and slashes."""
    return Markup(re.sub(r"([_/])", r"\1<wbr>", str(escape(plain(name)))))


def picture(png):
    """Return the address of a PNG file that is in the page itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def plural(count, word):
    """Return `1 day`, `2 days`."""
    return f"{number(count)} {word}" if count == 1 else f"{number(count)} {word}s"


def _seen(value):
    """Take out of every value what the eye does not see."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, finalize=_seen,
    trim_blocks=True, lstrip_blocks=True,
)
_environment.filters |= {
    "points": points, "breakable": breakable, "moment": moment, "picture": picture, "plural": plural,
    "markdown": markdown.render,
}
_environment.globals |= {
    "label": LABEL,
    "style": Markup("\n".join(
        path.read_text(encoding="utf-8") for path in (export.TEMPLATES / "style.css", _TEMPLATES / "grading.css")
    )),
}
