"""The checks of `RNN_Captioning.ipynb`: right answers pass in any style, wrong ones get words that help."""

import pytest
from notebook_checks import NotebookChecks

NOTEBOOK = "assignment3/RNN_Captioning"

# Answers by exercise: each is the whole body of the function, and goes with the solved answers of the other exercises.
RIGHT = {
    "rnn_step_forward": [
        """
        a = np.matmul(x, Wx)
        a += prev_h @ Wh
        a += b
        out = np.tanh(a)
        return out, [x, prev_h, Wx, Wh, out]
        """,
        """
        stacked = np.concatenate([x, prev_h], axis=1) @ np.concatenate([Wx, Wh])
        next_h = (1 - np.exp(-2 * (stacked + b))) / (1 + np.exp(-2 * (stacked + b)))
        return next_h, (x, prev_h, Wx, Wh, next_h)
        """,
        """
        from_x, _ = affine_forward(x, Wx, b)
        from_h, _ = affine_forward(prev_h, Wh, np.zeros_like(b))
        next_h = np.tanh(from_x + from_h)
        return next_h, (x, prev_h, Wx, Wh, next_h)
        """,
    ],
    "rnn_step_backward": [
        """
        x, prev_h, Wx, Wh, next_h = cache
        slope = np.ones_like(next_h) - np.square(next_h)
        d = slope * dnext_h
        return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d, d.sum(0)
        """,
        """
        x, prev_h, Wx, Wh, next_h = cache
        d = dnext_h * (1 + next_h) * (1 - next_h)
        dx, dWx, db = affine_backward(d, affine_forward(x, Wx, Wx[0])[1])
        dprev_h, dWh, _ = affine_backward(d, affine_forward(prev_h, Wh, Wh[0])[1])
        return [dx, dprev_h, dWx, dWh, db]
        """,
        """
        x, prev_h, Wx, Wh, next_h = cache
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wx[0])
        dx, dprev_h = np.zeros_like(x), np.zeros_like(prev_h)
        for n in range(len(x)):
            d = dnext_h[n] * (1 - next_h[n] * next_h[n])
            dx[n], dprev_h[n] = Wx.dot(d), Wh.dot(d)
            dWx += np.outer(x[n], d)
            dWh += np.outer(prev_h[n], d)
            db += d
        return dx, dprev_h, dWx, dWh, db
        """,
    ],
    "rnn_forward": [
        """
        N, T, D = x.shape
        prev_h, states = h0, []
        for t in range(T):
            prev_h, _ = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
            states.append(prev_h)
        h = np.stack(states, axis=1)
        return h, (x, h0, Wx, Wh, h)
        """,
        """
        N, T, D = x.shape
        h = np.zeros((T + 1, N, Wh.shape[0]), x.dtype)
        h[0] = h0
        for t, now in enumerate(x.transpose(1, 0, 2)):
            h[t + 1] = np.tanh(now @ Wx + h[t] @ Wh + b)
        h = h[1:].transpose(1, 0, 2)
        return h, (x, h0, Wx, Wh, h)
        """,
        """
        N, T, D = x.shape
        inputs = (x.reshape(N * T, D) @ Wx + b).reshape(N, T, -1)
        h = np.empty_like(inputs)
        for t in range(T):
            h[:, t] = np.tanh(inputs[:, t] + (h[:, t - 1] if t else h0) @ Wh)
        return h, [x, h0, Wx, Wh, h]
        """,
    ],
    "rnn_backward": [
        """
        x, h0, Wx, Wh, h = cache
        dx, dprev_h = np.zeros_like(x), np.zeros_like(h0)
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wh[0])
        for t in range(h.shape[1] - 1, -1, -1):
            before = h[:, t - 1] if t > 0 else h0
            step = rnn_step_backward(dh[:, t] + dprev_h, (x[:, t], before, Wx, Wh, h[:, t]))
            dx[:, t], dprev_h = step[0], step[1]
            dWx += step[2]
            dWh += step[3]
            db += step[4]
        return dx, dprev_h, dWx, dWh, db
        """,
        """
        x, h0, Wx, Wh, h = cache
        N, T, H = dh.shape
        back, coming, total = [], 0, [0, 0, 0]
        for t in range(T)[::-1]:
            d = (dh[:, t] + coming) * (1 - h[:, t] * h[:, t])
            back.append(d @ Wx.T)
            coming = d @ Wh.T
            before = (h0 if t == 0 else h[:, t - 1])
            total = [total[0] + x[:, t].T @ d, total[1] + before.T @ d, total[2] + d.sum(axis=0)]
        return [np.stack(back[::-1], axis=1), coming, *total]
        """,
        """
        x, h0, Wx, Wh, h = cache
        d, later = np.copy(dh), np.zeros_like(h0)
        for t in reversed(range(dh.shape[1])):
            d[:, t] += later
            d[:, t] *= 1 - h[:, t] ** 2
            later = d[:, t] @ Wh.T
        dWh = h0.T @ d[:, 0] + np.einsum("nth,ntk->hk", h[:, :-1], d[:, 1:])
        return d @ Wx.T, later, np.einsum("ntd,nth->dh", x, d), dWh, np.einsum("nth->h", d)
        """,
    ],
    "word_embedding_forward": [
        "return np.take(W, x, axis=0), (x, W.shape)",
        """
        out = np.zeros(x.shape + W.shape[1:], dtype=W.dtype)
        for n, words in enumerate(x):
            for t, word in enumerate(words):
                out[n, t] = W[word]
        return out, [x, W.shape]
        """,
        """
        V, D = W.shape
        one_hot = np.zeros((x.size, V), W.dtype)
        one_hot[np.arange(x.size), x.ravel()] = 1
        return (one_hot @ W).reshape(*x.shape, D), (x, (V, D))
        """,
    ],
    "word_embedding_backward": [
        """
        x, (V, D) = cache
        return np.eye(V, dtype=dout.dtype)[x.ravel()].T @ dout.reshape(-1, D)
        """,
        """
        x, shape = cache
        dW = np.zeros(shape, dout.dtype)
        for word, gradient in zip(x.ravel(), dout.reshape(-1, shape[1])):
            dW[word] += gradient
        return dW
        """,
        """
        x, (V, D) = cache
        return np.stack([dout[x == word].sum(axis=0) for word in range(V)])
        """,
    ],
    "captioning_rnn_loss": [
        """
        W = self.params
        h0, first = affine_forward(np.asarray(features, self.dtype), W["W_proj"], W["b_proj"])
        vectors, second = word_embedding_forward(captions[:, :-1], W["W_embed"])
        h, third = self.cell.forward(vectors, h0, W["Wx"], W["Wh"], W["b"])
        scores, fourth = temporal_affine_forward(h, W["W_vocab"], W["b_vocab"])
        value, d = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self.word_to_idx["<NULL>"])
        d, dW_vocab, db_vocab = temporal_affine_backward(d, fourth)
        dvectors, dh0, dWx, dWh, db = self.cell.backward(d, third)
        dW_embed = word_embedding_backward(dvectors, second)
        dW_proj, db_proj = affine_backward(dh0, first)[1:]
        return value, dict(W_vocab=dW_vocab, b_vocab=db_vocab, Wx=dWx, Wh=dWh, b=db, W_embed=dW_embed, W_proj=dW_proj,
                           b_proj=db_proj)
        """,
        """
        features = features.astype(self.dtype)
        params, said = self.params, captions[:, 1:]
        h0 = features @ params["W_proj"] + params["b_proj"]
        x, embed = word_embedding_forward(captions[:, :-1], params["W_embed"])
        h, cell = self.cell.forward(x, h0, *[params[name] for name in ("Wx", "Wh", "b")])
        loss, dscores = temporal_softmax_loss(h @ params["W_vocab"] + params["b_vocab"], said, said > 0)
        dx, dh0, *weights = self.cell.backward(dscores @ params["W_vocab"].T, cell)
        grads = dict(zip(("Wx", "Wh", "b"), weights))
        grads["W_vocab"] = np.einsum("nth,ntv->hv", h, dscores)
        grads["b_vocab"] = dscores.sum(axis=(0, 1))
        grads["W_embed"] = word_embedding_backward(dx, embed)
        grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
        return loss, grads
        """,
        """
        grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        p = self.params
        h0, c0 = affine_forward(features.astype(self.dtype), p["W_proj"], p["b_proj"])
        x, c1 = word_embedding_forward(np.delete(captions, -1, axis=1), p["W_embed"])
        h, c2 = self.cell.forward(x, h0, p["Wx"], p["Wh"], p["b"])
        scores, c3 = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        out = np.delete(captions, 0, axis=1)
        loss, grad = temporal_softmax_loss(scores, out, np.logical_not(out == self._null))
        grad, grads["W_vocab"][:], grads["b_vocab"][:] = temporal_affine_backward(grad, c3)
        grad, dh0, grads["Wx"][:], grads["Wh"][:], grads["b"][:] = self.cell.backward(grad, c2)
        grads["W_embed"][:] = word_embedding_backward(grad, c1)
        _, grads["W_proj"][:], grads["b_proj"][:] = affine_backward(dh0, c0)
        return [loss, grads]
        """,
    ],
    "captioning_rnn_step": [
        """
        p = self.params
        result = self.cell.step(p["W_embed"][words], *state, p["Wx"], p["Wh"], p["b"])
        return result[0] @ p["W_vocab"] + p["b_vocab"], result[:-1]
        """,
        """
        x, _ = word_embedding_forward(words.reshape(-1, 1), self.params["W_embed"])
        weights = (self.params[name] for name in ("Wx", "Wh", "b"))
        next_h, *others, cache = self.cell.step(np.squeeze(x, axis=1), *state, *weights)
        scores, _ = temporal_affine_forward(next_h[:, None], self.params["W_vocab"], self.params["b_vocab"])
        return scores[:, 0], (next_h, *others)
        """,
        """
        p, arguments = self.params, list(state)
        x = word_embedding_forward(words[:, None], p["W_embed"])[0][:, 0, :]
        everything = self.cell.step(x, *arguments, p["Wx"], p["Wh"], p["b"])
        new = tuple(everything[i] for i in range(len(state)))
        return [np.dot(new[0], p["W_vocab"]) + p["b_vocab"], new]
        """,
    ],
    "captioning_rnn_sample": [
        """
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int64)
        words, state, going = self.first_words(N), self.initial_state(features), np.ones(N, dtype=bool)
        for t in range(max_length):
            scores, state = self.step(words, state)
            words = choose(scores, temperature)
            captions[:, t] = np.where(going, words, self._null)
            going = going & (words != self._end)
        return captions
        """,
        """
        words, state = self.first_words(len(features)), self.initial_state(features)
        columns = []
        while len(columns) < max_length:
            scores, state = self.step(words, state)
            words = choose(scores, temperature)
            columns.append(words)
        captions = np.array(columns).T
        if self._end is None:
            return captions
        is_end = captions == self._end
        captions[np.cumsum(is_end, axis=1) - is_end > 0] = self._null
        return captions
        """,
        """
        words, state = self.first_words(len(features)), self.initial_state(features)
        said = [[] for _ in features]
        for t in range(max_length):
            scores, state = self.step(words, state)
            words = choose(scores, temperature)
            for caption, word in zip(said, words):
                over = caption and caption[-1] in (self._end, self._null)
                caption.append(self._null if over else int(word))
        return np.array(said)
        """,
    ],
}

# Answers that go together, with a cache of their own.
TOGETHER = [
    {
        "rnn_step_forward": """
        cache = {"x": x, "before": prev_h, "Wx": Wx, "Wh": Wh, "slope": np.cosh(x @ Wx + prev_h @ Wh + b) ** -2}
        return np.tanh(x @ Wx + prev_h @ Wh + b), cache
        """,
        "rnn_step_backward": """
        d = dnext_h * cache["slope"]
        return d @ cache["Wx"].T, d @ cache["Wh"].T, cache["x"].T @ d, cache["before"].T @ d, d.sum(axis=0)
        """,
        "rnn_forward": """
        caches, states = [], [h0]
        for t in range(x.shape[1]):
            state, cache = rnn_step_forward(x[:, t], states[-1], Wx, Wh, b)
            states.append(state)
            caches.append(cache)
        return np.stack(states[1:], axis=1), caches
        """,
        "rnn_backward": """
        dx, dprev_h, dWx, dWh, db = np.zeros((*dh.shape[:2], len(cache[0]["Wx"])), dh.dtype), 0, 0, 0, 0
        for t in reversed(range(len(cache))):
            dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])
            dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
        return dx, dprev_h, dWx, dWh, db
        """,
    },
    {
        "word_embedding_forward": "return W[x], (W, x)",
        "word_embedding_backward": """
        W, x = cache
        dW = np.zeros_like(W)
        np.add.at(dW, x, dout)
        return dW
        """,
    },
]


class TestChecks(NotebookChecks):
    right = RIGHT
    seeds = ("1", "20240607", "5", "77")

    def checks_of(self, exercise, checks):
        """This exercise's, and all that come after it."""
        return checks[checks.index(f"check_{exercise}"):]


@pytest.mark.parametrize("answers", TOGETHER)
def test_right_answers_with_a_cache_of_their_own_pass(notebook, answers):
    last = [grade_id for grade_id in notebook.ids("check") if grade_id.removeprefix("check_") in answers]
    for grade_id in [*last, "check_captioning_rnn_loss", "check_captioning_rnn_step"]:
        assert "pass:" in notebook.run_check(grade_id, answers)


def test_sample_is_checked_alone(notebook):
    """The words to follow are scripted there, so that an unwritten layer costs no points of this check."""
    others = {name: "raise NotImplementedError" for name in RIGHT if name != "captioning_rnn_sample"}
    assert "pass:" in notebook.run_check("check_captioning_rnn_sample", others)


@pytest.mark.parametrize("exercise", ["captioning_rnn_loss", "captioning_rnn_step"])
def test_no_name_of_a_check_stands_in_for_one_of_the_answer(notebook, exercise):
    without = {exercise: lambda solved: solved.replace("params, grads = self.params, {}", "grads = {}").replace(
        "params = self.params\n", "")}
    with pytest.raises(NameError, match="params"):
        notebook.run_check(f"check_{exercise}", without)
