"""Numbers in the prose that come from a run: marked where they stand, and compared with what the notebook printed.

    on mini-CIFAR-10 it is $k = 15$<!-- printed: k = (\\d+): \\d+ of --> with 0.330<!-- printed: accuracy ([\\d.]+) -->

The mark follows its number and shows nowhere. It is a regular expression with one group, which finds the number in the
recorded outputs; there it may have more decimals than in the prose.
"""
import re

_MARK = re.compile(r"(?:(?P<number>-?\d[\d,]*(?:\.\d+)?)[^\w<]{0,4})?<!-- printed: (?P<pattern>.+?) -->")


def problems(nb):
    """Say where a number in the prose is not the one that was printed.

    Returns
    -------
    dict of int to list of str
        Number of a cell, from 1 -> what is wrong with its numbers.
    """
    printed = "\n".join(output.get("text", "") for cell in nb.cells for output in cell.get("outputs", []))
    return {number: messages for number, cell in enumerate(nb.cells, 1)
            if cell.cell_type == "markdown" and (messages := list(_of_text(cell.source, printed)))}


def _of_text(source, printed):
    for match in _MARK.finditer(source):
        said, pattern = match["number"], match["pattern"]
        found = re.findall(pattern, printed)
        if said is None:
            yield f"no number stands before the mark {pattern!r}"
        elif len(found) != 1 or not isinstance(found[0], str):
            yield f"the mark of {said} finds {len(found)} numbers in the outputs, and should find one: {pattern!r}"
        elif not _agree(said.replace(",", ""), found[0].replace(",", "")):
            yield f"the text says {said}, and the run printed {found[0]} ({pattern!r})"


def _agree(said, printed):
    decimals = len(said.partition(".")[2])
    return abs(float(said) - float(printed)) <= 0.5 * 10 ** -decimals + 1e-12
