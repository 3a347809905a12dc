"""From scores to words: the best one or one drawn at random, and beam search, with whatever scores the next word.

N images, V words of the vocabulary, K beams.
"""
import numpy as np
from scipy.special import log_softmax

from cs231n.exercise import exercise
from cs231n.validation import check_array, check_integer, check_number


def check_beams(log_probs, log_words):
    """Guard extend_beams."""
    check_array(log_words, "log_words", ("N", "K", "V"))
    check_array(log_probs, "log_probs", log_words.shape[:2])


@exercise("assignment3/LSTM_Captioning", validate=check_beams)
def extend_beams(log_probs, log_words):
    """Continue each beginning of a caption by each word, and keep the most likely results: one step of a beam search.

    Parameters
    ----------
    log_probs : ndarray (N, K)
        Logarithm of the probability of K beginnings for each of N images.
    log_words : ndarray (N, K, V)
        And of each word of the vocabulary to come next.

    Returns
    -------
    next_log_probs : ndarray (N, K)
        Of the K most likely continuations of an image, the best first.
    beam, words : ndarray (N, K) of int
        Which beginning each of them continues, and by which word.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    N, K, V = log_words.shape
    total = (log_probs[:, :, np.newaxis] + log_words).reshape(N, K * V)
    best = np.argsort(-total, axis=1, kind="stable")[:, :K]
    beam, words = np.divmod(best, V)
    return np.take_along_axis(total, best, axis=1), beam, words


def beam_search(step, words, state, null, end, beam_width=5, max_length=30):
    """Find a caption for each image that is likely as a whole: the best word now may lead nowhere good.

    At each step the K most likely beginnings are kept, each of them is continued by every word, and the most likely of
    all these are kept again.

    Parameters
    ----------
    step : function of (words, state)
        Hears a word for each row and returns the scores (rows, V) of each word to follow, and the next state.
    words : ndarray (N,) of int
        What each caption starts from.
    state : tuple of ndarray (N, ...)
        And in which state.
    null, end : int or None
        The word that fills up captions, and the one that ends them, if there is one.
    beam_width, max_length : int
        K, and the most words of a caption.

    Returns
    -------
    captions : ndarray (N, max_length) of int32
    log_probs : ndarray (N,)
        Natural logarithm of each caption's probability, the sum over its words.

    Raises
    ------
    ValueError
        If beam_width or max_length is not a whole number above 0.
    """
    check_integer(beam_width, "beam_width", 1)
    check_integer(max_length, "max_length", 1)
    N, K = len(words), beam_width
    image = np.arange(N)[:, np.newaxis]
    words, *state = (np.repeat(part, K, axis=0) for part in (words, *state))
    captions = np.full((N, K, max_length), null, dtype=np.int32)
    ended = np.zeros((N, K), dtype=bool)
    log_probs = np.full((N, K), -np.inf)
    log_probs[:, 0] = 0  # all beams are alike at first, so one counts
    for t in range(max_length):
        scores, state = step(words, tuple(state))
        log_words = log_softmax(scores.astype(np.float64), axis=1).reshape(N, K, -1)
        log_words[ended] = np.where(np.arange(scores.shape[1]) == null, 0, -np.inf)  # nothing more to pay
        log_probs, beam, words = extend_beams(log_probs, log_words)
        captions, ended = captions[image, beam], ended[image, beam] | (words == end)
        captions[:, :, t] = words
        if ended.all():
            break
        state = [part[(image * K + beam).ravel()] for part in state]
        words = words.ravel()
    return captions[:, 0], log_probs[:, 0]


def choose(scores, temperature=0):
    """Choose a word by its score.

    Parameters
    ----------
    scores : ndarray (N, V)
    temperature : float
        0 takes the highest score; above it a word is drawn with the probabilities ``softmax(scores / temperature)``.

    Returns
    -------
    words : ndarray (N,) of int

    Raises
    ------
    ValueError
        If the scores have another shape, or the temperature is below 0.

    Notes
    -----
    Drawing from a softmax is taking the highest of ``scores / temperature`` plus Gumbel noise (Gumbel, 1954).
    """
    check_array(scores, "scores", ("N", "V"))
    check_number(temperature, "temperature")
    if temperature == 0:
        return np.argmax(scores, axis=1)
    return np.argmax(scores / temperature + np.random.gumbel(size=scores.shape), axis=1)
