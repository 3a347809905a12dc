"""The platforms that courses collect work with: a file each, and this table, which all of grading goes by.

Each file has what is particular to its platform, and nothing else has:

    HEADINGS        columns of its lists of students, by the field of `results.Student` that they hold
    take            what in a download is a submission of its kind: who sent it, when, and what
    SHEET           the file with grades that it gives out and takes back, for `sheet.fill`; where there is one
    write_all       what else it takes back; where there is something

`take(path, items, roster)` gets what lies at the top of a download (`files.Item`) and returns deliveries, and the items
that it leaves to the next platform. A new platform is a new file and a place in the table.
"""
from cs231n.grading.handed_in import files
from cs231n.grading.handed_in.delivery import ENDING
from cs231n.grading.handed_in.identity import find
from cs231n.grading.platforms import blackboard, brightspace, canvas, folder, gradescope, moodle, sheet

PLATFORMS = (gradescope, moodle, blackboard, brightspace, canvas, folder)  # the last one takes what nobody else knows


def deliveries(path, roster=None):
    """Find all that was handed in.

    Parameters
    ----------
    path : Path
        A folder, or the zip of a whole class.
    roster : list of results.Student, optional

    Returns
    -------
    list of delivery.Delivery
        A student may have several.

    Raises
    ------
    ValueError
        If the path holds no submissions, or what a platform wrote of them cannot be read.
    """
    roster = roster or []
    found, items = [], files.items(path)
    for platform in PLATFORMS:
        taken, items = platform.take(path, items, roster)
        found += taken
        if platform is gradescope:  # whose folders are numbered; elsewhere a name that is an id is that student's
            named = [item for item in items if _is_an_id(item, roster)]
            found += folder.take(path, named, roster)[0]
            items = [item for item in items if item not in named]
    return found


def fill(export, grading, out, column=None):
    """Fill a column of the file that a platform exported, `<platform>.csv` in the folder `out`.

    Parameters, results and errors as of `sheet.fill`; the platform is known by the headings of the file.
    """
    return sheet.fill(export, grading, out, [each.SHEET for each in PLATFORMS if hasattr(each, "SHEET")], column)


def write_all(grading, out):
    """Write what platforms take back besides grades."""
    for platform in PLATFORMS:
        if hasattr(platform, "write_all"):
            platform.write_all(grading, out)


def _is_an_id(item, roster):
    return find(roster, item.name if item.folder else ENDING.sub("", item.name)) is not None
