"""Data sets, samplers, and the loader that makes minibatches of them; PyTorch's names and meaning."""
import queue
import threading

import numpy as np

from cs231n.autograd.creation import source
from cs231n.autograd.operations import stack
from cs231n.autograd.tape import Tensor
from cs231n.validation import check_integer


class Dataset:
    """Base of data sets: a subclass has `__getitem__` of a number, and `__len__`."""

    def __getitem__(self, index):
        raise NotImplementedError(f"{type(self).__name__} needs a method __getitem__")


class TensorDataset(Dataset):
    """Tensors of the same length: example i is the tuple of their i-th entries."""

    def __init__(self, *tensors):
        if len({len(tensor) for tensor in tensors}) != 1:
            raise ValueError(f"all tensors must have the same length, got {[len(tensor) for tensor in tensors]}")
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self):
        return len(self.tensors[0])


class Subset(Dataset):
    """Some of the examples of a data set."""

    def __init__(self, dataset, indices):
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index):
        return self.dataset[self.indices[index]]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Cut a data set into parts of these lengths, at random."""
    if sum(lengths) != len(dataset):
        raise ValueError(f"lengths must sum to the number of examples, {len(dataset)}, got {list(lengths)}")
    order, ends = source(generator).permutation(len(dataset)), np.cumsum(lengths)
    return [Subset(dataset, order[end - length:end].tolist()) for length, end in zip(lengths, ends, strict=True)]


class SequentialSampler:
    """The numbers of the examples, in order."""

    def __init__(self, data_source):
        self.data_source = data_source

    def __iter__(self):
        return iter(range(len(self.data_source)))

    def __len__(self):
        return len(self.data_source)


class RandomSampler(SequentialSampler):
    """The numbers of the examples in random order, another one each time."""

    def __init__(self, data_source, generator=None):
        super().__init__(data_source)
        self.generator = generator

    def __iter__(self):
        return iter(source(self.generator).permutation(len(self.data_source)).tolist())


class SubsetRandomSampler:
    """Given numbers, in random order."""

    def __init__(self, indices, generator=None):
        self.indices, self.generator = list(indices), generator

    def __iter__(self):
        return (self.indices[i] for i in source(self.generator).permutation(len(self.indices)))

    def __len__(self):
        return len(self.indices)


class sampler:
    """PyTorch's module of this name."""

    SequentialSampler, RandomSampler, SubsetRandomSampler = SequentialSampler, RandomSampler, SubsetRandomSampler


def default_collate(examples):
    """Make a batch of examples: tensors and arrays are stacked, numbers become a tensor, and of tuples and dictionaries
    each part is a batch."""
    first = examples[0]
    if isinstance(first, (tuple, list)):
        return [default_collate(list(column)) for column in zip(*examples, strict=True)]
    if isinstance(first, dict):
        return {name: default_collate([example[name] for example in examples]) for name in first}
    if isinstance(first, Tensor):
        return stack(examples)
    array = np.stack([np.asarray(example) for example in examples])
    return Tensor(array) if array.dtype.kind in "fiub" else list(examples)


class DataLoader:
    """Minibatches of a data set.

    Parameters
    ----------
    dataset : Dataset
        Anything with a length and entries by number.
    batch_size : int
    shuffle : bool
        A new random order each epoch.
    sampler : iterable of int, optional
        Which examples, in which order; instead of `shuffle`.
    num_workers : int
        0, or more for one thread that prepares batches ahead while the network computes.
    collate_fn : function
        Makes a batch of a list of examples.
    drop_last : bool
        Leave out the last batch if it is short.
    generator : Generator, optional
        Where the order comes from; NumPy's global generator otherwise.
    prefetch_factor : int
        How many batches the thread prepares ahead.
    """

    def __init__(self, dataset, batch_size=1, shuffle=False, sampler=None, num_workers=0, collate_fn=None,
                 drop_last=False, generator=None, prefetch_factor=2):
        check_integer(batch_size, "batch_size", 1)
        check_integer(num_workers, "num_workers", 0)
        if shuffle and sampler is not None:
            raise ValueError("shuffle and sampler exclude each other: a sampler says the order")
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.num_workers, self.prefetch_factor = num_workers, prefetch_factor
        self.collate_fn = collate_fn or default_collate
        self.sampler = sampler if sampler is not None else (
            RandomSampler(dataset, generator) if shuffle else SequentialSampler(dataset))

    def __len__(self):
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self):
        order = list(self.sampler)
        stop = len(order) - len(order) % self.batch_size if self.drop_last else len(order)
        parts = [order[start:start + self.batch_size] for start in range(0, stop, self.batch_size)]
        return _ahead(map(self._batch, parts), self.prefetch_factor) if self.num_workers else map(self._batch, parts)

    def _batch(self, numbers):
        if self.collate_fn is default_collate and type(self.dataset) is TensorDataset:
            return [Tensor(tensor.data[numbers]) for tensor in self.dataset.tensors]  # the same, all at once
        return self.collate_fn([self.dataset[i] for i in numbers])


def _ahead(batches, count):
    """Yield what another thread prepares, up to `count` ahead; it ends when nobody listens any more."""
    ready, stopped, end = queue.Queue(count), threading.Event(), object()

    def offer(item):
        while not stopped.is_set():
            try:
                return ready.put(item, timeout=0.1)
            except queue.Full:
                continue  # look again whether anybody still listens

    def prepare():
        try:
            for batch in batches:
                offer((batch, None))
                if stopped.is_set():
                    return
            offer((end, None))
        except BaseException as error:  # whatever it is, it belongs to whoever asked for the batch
            offer((end, error))

    thread = threading.Thread(target=prepare, daemon=True)
    thread.start()
    try:
        while True:
            batch, error = ready.get()
            if error is not None:
                raise error
            if batch is end:
                return
            yield batch
    finally:
        stopped.set()
        thread.join()
