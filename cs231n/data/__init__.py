"""The course's data sets: which there are, where they live, how they are drawn, downloaded and checked.

A data set is an entry of `catalogue` and a file with its loaders: `cifar10`, `mnist`, `coco`, `imagenet`. Besides,
`folders` says where they live, `store` puts them there, `fetch` downloads, `drawn` draws the miniatures, `pickles`
reads CIFAR-10's kind of file, and `coco_pictures` finds the picture of a caption. Notebooks import the loaders from the
course's modules, `data_utils` and `coco_utils`.
"""


class DataError(RuntimeError):
    """Data that cannot be read, made or downloaded. Its message is one line that says what is wrong and what to do."""

    def _render_traceback_(self):
        # IPython calls this: in a notebook that line is all there is to see.
        return [f"DataError: {self}"]
