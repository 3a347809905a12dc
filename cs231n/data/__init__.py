"""The course's data sets: which there are, where they live, how they are drawn, downloaded and checked.

`catalogue` says what exists, `folders` where it lives, `store` puts it there, `fetch` downloads, and `cli` is
`cs231n data`. The loaders themselves are the course's public module `cs231n.data_utils`.
"""


class DataError(RuntimeError):
    """Data that cannot be read, made or downloaded. Its message is one line that says what is wrong and what to do."""

    def _render_traceback_(self):
        # IPython calls this: in a notebook that line is all there is to see.
        return [f"DataError: {self}"]
