"""Zip files that are the same bytes whenever they hold the same things: the time of writing is not among them."""
import zipfile

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold


def write(target, contents, executable=()):
    """Write a zip.

    Parameters
    ----------
    target : Path or binary file
    contents : dict of str -> bytes
        By name in the zip; written in the order of the names.
    executable : collection of str
        Names of those that are programs.
    """
    with zipfile.ZipFile(target, "w") as opened:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            opened.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, 9)
