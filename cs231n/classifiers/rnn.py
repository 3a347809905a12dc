"""A caption for an image: its features start a recurrent net, which then says one word after the other.

N images, D features of each, captions of T + 1 words from a vocabulary of V, word vectors of W numbers, H hidden units.
"""
from typing import Callable, NamedTuple

import numpy as np

from cs231n.captioning.decoding import beam_search, choose, extend_beams  # noqa: F401
from cs231n.exercise import exercise
from cs231n.layers.affine import affine_backward, affine_forward
from cs231n.layers.embedding import word_embedding_backward, word_embedding_forward
from cs231n.layers.gru import gru_backward, gru_forward, gru_step_forward
from cs231n.layers.lstm import lstm_backward, lstm_forward, lstm_step_forward
from cs231n.layers.rnn import rnn_backward, rnn_forward, rnn_step_forward
from cs231n.layers.temporal import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss
from cs231n.validation import (
    check_array,
    check_dtype,
    check_finite,
    check_integer,
    check_number,
    check_sizes,
    check_whole,
    describe,
)


class Cell(NamedTuple):
    """A kind of recurrent layer, with the same calls for all kinds.

    Attributes
    ----------
    parts : int
        How many times H columns its weights have.
    states : int
        How many arrays (N, H) go from one step to the next: the hidden state and, in the LSTM, the cell state.
    forward, backward : function
        Over whole sequences: ``h, cache = forward(x, h0, Wx, Wh, b)``, ``dx, dh0, dWx, dWh, db = backward(dh, cache)``.
    step : function
        One step: ``*next_states, cache = step(x, *states, Wx, Wh, b)``, the hidden state first.
    """

    parts: int
    states: int
    forward: Callable
    backward: Callable
    step: Callable


CELLS = {
    "rnn": Cell(1, 1, rnn_forward, rnn_backward, rnn_step_forward),
    "lstm": Cell(4, 2, lstm_forward, lstm_backward, lstm_step_forward),
    "gru": Cell(3, 1, gru_forward, gru_backward, gru_step_forward),
}


def check_caption_loss(self, features, captions):
    """Guard CaptioningRNN.loss."""
    check_caption_features(self, features)
    check_array(captions, "captions", (len(features), "T + 1"))
    check_whole(captions, "captions", len(self.word_to_idx), "V")
    if captions.shape[1] < 2:
        raise ValueError("captions must have 2 words or more, one to start from and one to predict, "
                         f"got {describe(captions)}")


def check_caption_features(self, features, max_length=30, temperature=0):
    """Guard CaptioningRNN.sample."""
    check_array(features, "features", ("N", len(self.params["W_proj"])))
    check_finite(features, "features")
    check_integer(max_length, "max_length", 1)
    check_number(temperature, "temperature")


class CaptioningRNN:
    """Image features to captions, with a vanilla RNN, an LSTM or a GRU.

    Features are mapped to the first hidden state, ``h0 = features W_proj + b_proj``. At each step the word before, as a
    vector, goes into the recurrent layer, and the hidden state gives a score for each word of the vocabulary.

    Parameters
    ----------
    word_to_idx : dict of str to int
        The vocabulary, V words numbered from 0. It has '<NULL>', which fills up short captions, and for `sample` also
        '<START>' and, to stop at, '<END>'.
    input_dim, wordvec_dim, hidden_dim : int
        D, W and H.
    cell_type : {'rnn', 'lstm', 'gru'}
    dtype : {np.float32, np.float64}
        Precision of parameters and arithmetic. Check gradients in float64.

    Attributes
    ----------
    params : dict
        W_embed (V, W); W_proj (D, H), b_proj (H,); Wx (W, kH), Wh (H, kH), b (kH,) with k = 1 for the RNN, 4 for the
        LSTM and 3 for the GRU; W_vocab (H, V), b_vocab (V,).
    cell : Cell
        The recurrent layer's functions, the same calls whatever `cell_type`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Vinyals et al., "Show and tell", CVPR 2015; Karpathy and Fei-Fei, CVPR 2015.
    """

    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        if cell_type not in CELLS:
            raise ValueError(f"cell_type must be one of {', '.join(map(repr, CELLS))}, got {describe(cell_type)}")
        if not isinstance(word_to_idx, dict) or "<NULL>" not in word_to_idx:
            raise ValueError(f"word_to_idx must be a dictionary that has '<NULL>', got {describe(word_to_idx)}")
        check_sizes(input_dim=input_dim, wordvec_dim=wordvec_dim, hidden_dim=hidden_dim)
        check_dtype(dtype)
        self.cell_type, self.cell, self.dtype = cell_type, CELLS[cell_type], dtype
        self.word_to_idx = word_to_idx
        self.idx_to_word = {i: word for word, i in word_to_idx.items()}
        self._null, self._start, self._end = (word_to_idx.get(word) for word in ("<NULL>", "<START>", "<END>"))
        V, W, H, columns = len(word_to_idx), wordvec_dim, hidden_dim, self.cell.parts * hidden_dim
        # Each product keeps about the size of what goes in.
        self.params = {
            "W_embed": np.random.randn(V, W) / 100,
            "W_proj": np.random.randn(input_dim, H) / np.sqrt(input_dim),
            "b_proj": np.zeros(H),
            "Wx": np.random.randn(W, columns) / np.sqrt(W),
            "Wh": np.random.randn(H, columns) / np.sqrt(H),
            "b": np.zeros(columns),
            "W_vocab": np.random.randn(H, V) / np.sqrt(H),
            "b_vocab": np.zeros(V),
        }
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    @exercise("assignment3/RNN_Captioning", validate=check_caption_loss)
    def loss(self, features, captions):
        """How unlikely the model finds these captions, and the gradients of that.

        Word t of a caption is what the model gets at step t, and word t + 1 is what it should say then.

        Parameters
        ----------
        features : ndarray (N, D)
        captions : ndarray (N, T + 1) of int
            Words, 0 to V - 1; '<NULL>' at the end of short ones costs nothing.

        Returns
        -------
        loss : float
            Summed over the words of a caption, averaged over the N captions (`temporal_softmax_loss`).
        grads : dict
            A gradient for each of `params`.

        Raises
        ------
        ValueError
            If the shapes do not fit, or a word is not in the vocabulary.
        """
        params, grads = self.params, {}
        words_in, words_out = captions[:, :-1], captions[:, 1:]

        h0, proj_cache = affine_forward(features.astype(self.dtype), params["W_proj"], params["b_proj"])
        x, embed_cache = word_embedding_forward(words_in, params["W_embed"])
        h, cell_cache = self.cell.forward(x, h0, params["Wx"], params["Wh"], params["b"])
        scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
        loss, dscores = temporal_softmax_loss(scores, words_out, words_out != self._null)

        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
        dx, dh0, grads["Wx"], grads["Wh"], grads["b"] = self.cell.backward(dh, cell_cache)
        grads["W_embed"] = word_embedding_backward(dx, embed_cache)
        _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
        return loss, grads

    def initial_state(self, features):
        """Return the states before the first word, a tuple of arrays (N, H): ``(h0,)``, or ``(h0, 0)`` for the LSTM."""
        check_caption_features(self, features)
        h0, _ = affine_forward(features.astype(self.dtype), self.params["W_proj"], self.params["b_proj"])
        return h0, *(np.zeros_like(h0) for _ in range(self.cell.states - 1))

    @exercise("assignment3/RNN_Captioning")
    def step(self, words, state):
        """Hear one word, and score each word to follow.

        Parameters
        ----------
        words : ndarray (N,) of int
            The word before; '<START>' at first.
        state : tuple of ndarray (N, H)
            What `initial_state` or the `step` before returned.

        Returns
        -------
        scores : ndarray (N, V)
        next_state : tuple of ndarray (N, H)
        """
        params = self.params
        x, _ = word_embedding_forward(words[:, np.newaxis], params["W_embed"])
        *next_state, _ = self.cell.step(x[:, 0], *state, params["Wx"], params["Wh"], params["b"])
        scores, _ = affine_forward(next_state[0], params["W_vocab"], params["b_vocab"])
        return scores, tuple(next_state)

    @exercise("assignment3/RNN_Captioning", validate=check_caption_features)
    def sample(self, features, max_length=30, temperature=0):
        """Say a caption for each image, word by word: the best word each time, or one drawn at random.

        Parameters
        ----------
        features : ndarray (N, D)
        max_length : int
            Most words of a caption.
        temperature : float
            0 takes the best word. Above that words are drawn with the probabilities ``softmax(scores / temperature)``,
            from NumPy's global generator: 1 as the model has learnt them, less to be safer, more to be bolder.

        Returns
        -------
        captions : ndarray (N, max_length) of int32
            Words without the '<START>', with the '<END>', then '<NULL>'. (The course lets what follows '<END>' open.)

        Raises
        ------
        ValueError
            If the shapes do not fit, or the vocabulary has no '<START>'.
        """
        words, state = self.first_words(len(features)), self.initial_state(features)
        captions = np.full((len(features), max_length), self._null, dtype=np.int32)
        ended = np.zeros(len(features), dtype=bool)
        for t in range(max_length):
            scores, state = self.step(words, state)
            words = choose(scores, temperature)
            captions[~ended, t] = words[~ended]
            ended |= words == self._end
            if ended.all():
                break
        return captions

    def beam_search(self, features, beam_width=5, max_length=30):
        """Find a caption for each image that is likely as a whole: the best word now may lead nowhere good.

        At each step the `beam_width` most likely beginnings are kept, each of them is continued by every word, and the
        most likely of all these are kept again. With 1 it is `sample`.

        Parameters
        ----------
        features : ndarray (N, D)
        beam_width : int
        max_length : int
            Most words of a caption.

        Returns
        -------
        captions : ndarray (N, max_length) of int32
            As from `sample`.
        log_probs : ndarray (N,)
            Natural logarithm of each caption's probability, the sum over its words.

        Raises
        ------
        ValueError
            If the shapes do not fit, or the vocabulary has no '<START>'.
        """
        check_caption_features(self, features, max_length)
        return beam_search(self.step, self.first_words(len(features)), self.initial_state(features), self._null,
                           self._end, beam_width, max_length)

    def first_words(self, count):
        """Return '<START>' so many times, (count,) of int32.

        Raises
        ------
        ValueError
            If the vocabulary has none.
        """
        if self._start is None:
            raise ValueError("word_to_idx has no '<START>', the word that each caption begins with")
        return np.full(count, self._start, dtype=np.int32)
