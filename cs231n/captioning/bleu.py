"""BLEU: how much of a caption, word by word and phrase by phrase, people have said of the same image.

    sentence_bleu(["a red car on the road", "there is a red car"], "a red car on a road")    # BLEU-1 .. BLEU-4

Captions are texts, or lists of words. The special words <START>, <END>, <NULL> and <UNK> do not count.
"""
from collections import Counter

import numpy as np

from cs231n.exercise import exercise
from cs231n.validation import check_integer, describe

_SPECIAL = {"<NULL>", "<START>", "<END>", "<UNK>"}


def sentence_bleu(references, caption, max_n=4):
    """BLEU of one caption.

    Parameters
    ----------
    references : list of (str or list of str)
        What people have said of the image.
    caption : str or list of str
        What the model says of it.
    max_n : int
        Length of the longest phrases.

    Returns
    -------
    ndarray (max_n,)
        BLEU-1 to BLEU-max_n, each from 0 to 1.

    Raises
    ------
    ValueError
        If there is no reference, or something is not a text.

    See Also
    --------
    corpus_bleu : the same for many captions; says what BLEU is.
    """
    return corpus_bleu([references], [caption], max_n)


def corpus_bleu(references, captions, max_n=4):
    """BLEU of many captions together.

    The precision ``p_n`` is the share of the captions' phrases of n words that are in a reference of the same image; a
    phrase counts at most as often as in the reference that has it most often. BLEU-N is the geometric mean of ``p_1``
    to ``p_N``, times ``exp(1 - r / c)`` if the captions are shorter than the references: c is their length, and r
    that of the references which are nearest in length.

    Parameters
    ----------
    references : list of list of (str or list of str)
        For each image what people have said of it.
    captions : list of (str or list of str)
        For each image what the model says of it.
    max_n : int
        Length of the longest phrases.

    Returns
    -------
    ndarray (max_n,)
        BLEU-1 to BLEU-max_n, each from 0 to 1. Counts of all images are added up before they are divided, so this is
        not the mean over the sentences.

    Raises
    ------
    ValueError
        If there are not as many lists of references as captions, one of them is empty, or something is not a text.

    Notes
    -----
    Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002. No smoothing.
    """
    check_integer(max_n, "max_n", 1)
    if len(references) != len(captions) or len(captions) == 0:
        raise ValueError("there must be one list of references for each caption, and one or more of them: "
                         f"got {len(references)} lists for {len(captions)} captions")
    right, total = np.zeros(max_n), np.zeros(max_n)
    length = reference_length = 0
    for number, (each, caption) in enumerate(zip(references, captions, strict=True)):
        if isinstance(each, str) or len(each) == 0:
            raise ValueError(f"references[{number}] must be a list of one or more captions, got {describe(each)}")
        said, known = _words(caption), [_words(reference) for reference in each]
        length += len(said)
        reference_length += min((len(words) for words in known), key=lambda r: (abs(r - len(said)), r))
        for n in range(1, max_n + 1):
            right[n - 1] += clipped_matches(known, said, n)
            total[n - 1] += phrases(said, n).total()
    if right[0] == 0:
        return np.zeros(max_n)
    with np.errstate(divide="ignore"):  # log 0 is minus infinity, and a precision of 0 makes BLEU 0
        log_precision = np.log(right / np.maximum(total, 1))
    brevity = min(0, 1 - reference_length / length)
    return np.exp(np.cumsum(log_precision) / np.arange(1, max_n + 1) + brevity)


@exercise("assignment3/LSTM_Captioning")
def clipped_matches(references, caption, n):
    """Count the phrases of a caption that are right.

    Parameters
    ----------
    references : list of list of str
        What people have said, in words.
    caption : list of str
        What the model says.
    n : int
        Length of the phrases, in words.

    Returns
    -------
    int
        How many phrases of the caption stand in a reference, each of them at most as often as in the reference that
        has it most often.
    """
    most = Counter()
    for reference in references:
        most |= phrases(reference, n)
    return (phrases(caption, n) & most).total()


def phrases(words, n):
    """Return how often each sequence of n words occurs in a list of words, as a Counter of tuples."""
    return Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))


def _words(caption):
    """The words of a caption that count."""
    words = caption.split() if isinstance(caption, str) else caption
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"a caption must be a text or a list of words, got {describe(caption)}")
    return [word for word in words if word not in _SPECIAL]
