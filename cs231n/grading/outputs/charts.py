"""The report's pictures: SVG in the page itself, in the page's own colours and letters, light or dark."""
import io
import re
import statistics

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cs231n.grading.text import plain

# matplotlib knows no CSS variables: it draws in these colours, and the page's own take their places.
_COLOURS = {"#010203": "--text", "#010204": "--soft", "#010205": "--line", "#010206": "--link", "#010207": "--bad"}
_TEXT, _SOFT, _LINE, _BAR, _MARK = _COLOURS
_STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "cs231n", "font.size": 9, "axes.edgecolor": _LINE, "axes.labelcolor": _SOFT,
    "xtick.color": _LINE, "ytick.color": _LINE, "xtick.labelcolor": _SOFT, "ytick.labelcolor": _SOFT,
    "text.color": _TEXT, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "grid.color": _LINE, "axes.facecolor": "none", "figure.facecolor": "none",
}


def totals(values, out_of):
    """Draw how many students reached how many points, with a line at the median.

    Parameters
    ----------
    values : list of float
        Points of each student.
    out_of : float
        Points there are.

    Returns
    -------
    markupsafe.Markup
        An `svg` element.
    """
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(5.4, 2.6), layout="constrained")
        axes = figure.subplots()
        bins = min(20, 10 + round(len(values) ** 0.5 / 2))
        most = max(out_of, *values, 1)
        axes.hist(values, bins=bins, range=(0, most), color=_BAR, rwidth=0.9)
        axes.set(xlabel=f"points, of {out_of:g}", ylabel="students", xlim=(0, most))
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.grid(axis="y", linewidth=0.6)
        median = statistics.median(values)
        axes.axvline(median, color=_MARK, linewidth=1.4)
        left = median > 0.8 * out_of
        axes.annotate(f"median {median:g}", (median, 1), (-4 if left else 4, 2), color=_MARK, va="bottom",
                      ha="right" if left else "left", xycoords=axes.get_xaxis_transform(), textcoords="offset points")
        return _svg(figure, f"Totals of {len(values)} students, with a median of {median:g} of {out_of:g} points")


def shares(title, values, out_of):
    """Draw one exercise: how many students reached which points of it, for a sheet of many.

    Parameters
    ----------
    title : str
    values : list of float
    out_of : float

    Returns
    -------
    markupsafe.Markup
    """
    steps = sorted({0, out_of, *values})
    if len(steps) > 6:  # too many for a bar each
        steps = [out_of * step / 5 for step in range(6)]
    counts = [0] * len(steps)
    for value in values:
        counts[min(range(len(steps)), key=lambda at: abs(steps[at] - value))] += 1
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(2.4, 1.4), layout="constrained")
        axes = figure.subplots()
        bars = axes.bar(range(len(steps)), counts, 0.72, color=_BAR)
        axes.bar_label(bars, color=_SOFT, padding=1, fontsize=8)
        axes.set_xticks(range(len(steps)), [f"{step:.3g}" for step in steps])
        axes.set(xlabel="points", ylabel="students", yticks=[], ylim=(0, 1.22 * max(*counts, 1)))
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        told = ", ".join(f"{count} with {step:.3g}" for step, count in zip(steps, counts))
        return _svg(figure, f"{title}: {told} of {out_of:g} points")


def _svg(figure, told):
    """Return a figure as an element for a page: what it shows in words, no fixed size, no fixed colour, no names."""
    target = io.StringIO()
    figure.savefig(target, format="svg", metadata={"Creator": None, "Date": None, "Format": None, "Type": None})
    svg = target.getvalue()
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r' id="[a-z]+[\w.]*_\d+"|font-family: [^;]*; ', "", svg)
    for colour, name in _COLOURS.items():
        svg = svg.replace(colour, f"var({name})")
    size = re.search(r' width="[\d.]+pt"', svg)
    svg = svg.replace(size[0], "", 1)
    svg = re.sub(r' height="[\d.]+pt"', "", svg, count=1)
    return Markup(svg.replace("<svg", Markup('<svg role="img" aria-label="{}"').format(plain(told)), 1))
