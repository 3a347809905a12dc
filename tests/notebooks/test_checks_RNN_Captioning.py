"""The checks of `RNN_Captioning.ipynb`: right answers pass in any style, wrong ones get words that help."""

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

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

# Answers that are wrong: exercise, the change to the solved answer (or a whole body), words of the message.
STEP_OUT, STEP_BACK = "return next_h, cache", "return dx, dprev_h, dWx, dWh, db"
SUM = "np.sum(da, axis=(0, 1))"
WRONG = [
    ("rnn_step_forward", "raise NotImplementedError", "not written yet"),
    ("rnn_step_forward", "pass", "returns nothing; its last line should be: return next_h, cache"),
    ("rnn_step_forward", replace(STEP_OUT, "return next_h"), "return next_h, cache"),
    ("rnn_step_forward", replace(STEP_OUT, "return None, cache"), "is None"),
    ("rnn_step_forward", replace("np.tanh(", "("), "tanh is missing"),
    ("rnn_step_forward", replace(STEP_OUT, "return (1 + np.tanh(np.arctanh(next_h) / 2)) / 2, cache"),
     "This is a sigmoid"),
    ("rnn_step_forward", replace(" + b)", ")"), "bias is missing"),
    ("rnn_step_forward", replace(" + prev_h.dot(Wh)", ""), "old state does not come in"),
    ("rnn_step_forward", replace("prev_h.dot(Wh)", "prev_h.dot(Wh.T)"), "not through its transpose"),
    ("rnn_step_forward", replace("prev_h.dot(Wh)", "prev_h"), "added as it is"),
    ("rnn_step_forward", replace("x.dot(Wx)", "-x.dot(Wx)"), "by hand"),
    ("rnn_step_forward", replace(STEP_OUT, "return next_h.T, cache"), "swapped|transposed|shape|by hand"),
    ("rnn_step_forward", replace("next_h =", "prev_h *= 1.5\nnext_h ="), "input prev_h in place"),
    ("rnn_step_forward", replace(STEP_OUT, "return next_h.astype(np.float64), cache"), "should hold float32"),
    ("rnn_step_forward", replace(STEP_OUT, "return next_h.astype(np.float32), cache"), "six digits only"),
    ("rnn_step_forward",
     replace("x.dot(Wx) + prev_h.dot(Wh)", "np.array([row @ Wx + old @ Wh for row, old in zip(x, prev_h)])"),
     "it still loops"),
    ("rnn_step_backward", "raise NotImplementedError", "not written yet"),
    ("rnn_step_backward", "pass", "return dx, dprev_h, dWx, dWh, db"),
    ("rnn_step_backward", replace(STEP_BACK, "return dx, dprev_h"), "return dx, dprev_h, dWx, dWh, db"),
    ("rnn_step_backward", replace(STEP_BACK, "return None, dprev_h, dWx, dWh, db"), "is None"),
    ("rnn_step_backward", replace("dnext_h * (1 - next_h**2)", "dnext_h"), "slope of the tanh is missing"),
    ("rnn_step_backward", replace("next_h**2)", "next_h)"), "takes the square"),
    ("rnn_step_backward", replace("1 - next_h**2", "1 - np.tanh(next_h)**2"), "takes the tanh twice"),
    ("rnn_step_backward", replace("1 - next_h**2", "next_h**2 - 1"), "wrong sign"),
    ("rnn_step_backward", replace("da.dot(Wh.T)", "da.dot(Wh)"), "the transpose of Wh"),
    ("rnn_step_backward", replace("prev_h.T.dot(da)", "next_h.T.dot(da)"), "the state before the step"),
    ("rnn_step_backward", replace("prev_h.T.dot(da)", "da.T.dot(prev_h)"), "transposed"),
    ("rnn_step_backward", replace("x.T.dot(da)", "da.T.dot(x)"), "transposed"),
    ("rnn_step_backward", replace("np.sum(da, axis=0)", "np.sum(da, axis=0, keepdims=True)"), "shape"),
    ("rnn_step_backward", replace("np.sum(da, axis=0)", "np.mean(da, axis=0)"), "This is the mean"),
    ("rnn_step_backward", replace("x.T.dot(da)", "x.T.dot(da) / len(x)"), "This is the mean"),
    ("rnn_step_backward", replace("da = dnext_h * (", "dnext_h *= (1 - next_h**2)\nda = dnext_h * ("),
     "dnext_h in place"),
    ("rnn_step_backward", replace(STEP_BACK, "return dx.astype(np.float64), dprev_h, dWx, dWh, db"),
     "should hold float32"),
    ("rnn_forward", "raise NotImplementedError", "not written yet"),
    ("rnn_forward", "pass", "return h, cache"),
    ("rnn_forward", replace("return h, cache", "return h"), "return h, cache"),
    ("rnn_forward", replace("return h, cache", "return None, cache"), "is None"),
    ("rnn_forward", replace("prev_h = h[:, t] =", "h[:, t] ="), "Each step starts from h0"),
    ("rnn_forward", replace("for t in range(T)", "for t in reversed(range(T))"), "Time runs backwards"),
    ("rnn_forward", replace("np.tensordot(x,", "np.tensordot(x[:, ::-1],"), "read from its end"),
    ("rnn_forward", replace("prev_h = h0", "prev_h = np.zeros_like(h0)"), "h0 does not come in"),
    ("rnn_forward", replace("return h, cache", "return np.concatenate([h0[:, None], h[:, :-1]], axis=1), cache"),
     "before each step|by hand"),
    ("rnn_forward", replace("return h, cache", "return h.swapaxes(0, 1), cache"), "shape"),
    ("rnn_forward", replace("return h, cache", "return h[:, -1], cache"), "shape is .1, 1. and should be .1, 3, 1."),
    ("rnn_forward", replace(", dtype=x.dtype", ""), "should hold float32"),
    ("rnn_forward", replace("np.tensordot(x, Wx, 1) + b", "np.tensordot(x, Wx, 1)"), "N = 3, T = 5"),
    ("rnn_forward", replace("N, T, D", "x *= 0.5\nN, T, D"), "input x in place"),
    ("rnn_forward", replace("prev_h.dot(Wh)", "np.array([row @ Wh for row in prev_h])"), "it still loops"),
    ("rnn_backward", "raise NotImplementedError", "not written yet"),
    ("rnn_backward", "pass", "return dx, dh0, dWx, dWh, db"),
    ("rnn_backward", replace("return dx, dprev_h,", "return None, dprev_h,"), "is None"),
    ("rnn_backward", replace("(dh[:, t] + dprev_h)", "dh[:, t]"), "from later steps is forgotten"),
    ("rnn_backward", replace("np.tensordot(x, da, ([0, 1], [0, 1]))", "x[:, 0].T.dot(da[:, 0])"),
     "one step's part only"),
    ("rnn_backward", replace(SUM, "np.sum(da[:, 0], axis=0)"), "one step's part only"),
    ("rnn_backward", replace(SUM, "np.mean(da, axis=0).sum(axis=0)"), "sequences add up"),
    ("rnn_backward", replace(SUM, "np.mean(da, axis=1).sum(axis=0)"), "steps add up"),
    ("rnn_backward", replace("[h0[:, np.newaxis], h[:, :-1]], axis=1)", "[h], axis=1)"), "the state before each step"),
    ("rnn_backward", replace("dprev_h = da[:, t].dot(Wh.T)", "dprev_h = da[:, t].dot(Wh)"), "N = 3, T = 4"),
    ("rnn_backward", replace("return dx, dprev_h,", "return dx, da[:, -1].dot(Wh.T),"), "before the .last. step"),
    ("rnn_backward", replace("return dx, dprev_h,", "return dx, np.zeros_like(h0),"), "dh0 by hand"),
    ("rnn_backward", replace("return dx,", "return dx[:, ::-1],"), "dx by hand"),
    ("rnn_backward", replace("(1 - h[:, t] ** 2)", "(1 - (h[:, t - 1] if t else h0) ** 2)"), "by hand"),
    ("rnn_backward", replace("da[:, t] = (dh[:, t] + dprev_h)", "dh[:, t] += dprev_h\n    da[:, t] = dh[:, t]"),
     "dh in place"),
    ("rnn_backward", replace("return dx,", "h *= 2\nreturn dx,"), "changed the cache"),
    ("rnn_backward", replace("return dx,", "return dx.astype(np.float64),"), "should hold float32"),
    ("word_embedding_forward", "raise NotImplementedError", "not written yet"),
    ("word_embedding_forward", "pass", "return out, cache"),
    ("word_embedding_forward", replace("return out, cache", "return out"), "return out, cache"),
    ("word_embedding_forward", replace("W[x]", "W[x].swapaxes(1, 2)"), "shape"),
    ("word_embedding_forward", replace("W[x]", "W[x - 1]"), "by hand"),
    ("word_embedding_forward", replace("W[x]", "W[x].mean(axis=1)"), "shape"),
    ("word_embedding_forward", replace("W[x]", "W[x].astype(np.float64)"), "should hold float32"),
    ("word_embedding_backward", "raise NotImplementedError", "not written yet"),
    ("word_embedding_backward", "pass", "is None"),
    ("word_embedding_backward", replace("np.add.at(dW, x, dout)", "dW[x] += dout"), "np.add.at"),
    ("word_embedding_backward", replace("np.add.at(dW, x, dout)", "dW[x] = dout"), "np.add.at"),
    ("word_embedding_backward",
     replace("return dW", "return dW / np.maximum(np.bincount(x.ravel(), minlength=len(dW)), 1)[:, None]"), "the mean"),
    ("word_embedding_backward", replace("np.add.at(", "np.subtract.at("), "wrong sign"),
    ("word_embedding_backward", replace("return dW", "return dW.T"), "transposed"),
    ("word_embedding_backward", replace(", dtype=dout.dtype", ""), "should hold float32"),
    ("word_embedding_backward", replace("return dW", "dout *= 2\nreturn dW"), "dout in place"),
    ("captioning_rnn_loss", "raise NotImplementedError", "not written yet"),
    ("captioning_rnn_loss", "pass", "return loss, grads"),
    ("captioning_rnn_loss", replace("return loss, grads", "return loss"), "return loss, grads"),
    ("captioning_rnn_loss", replace("words_out != self._null)", "np.ones_like(words_out, dtype=bool))"),
     "padding counts"),
    ("captioning_rnn_loss", replace("words_out != self._null", "words_in != self._null"),
     "mask is that of the words heard"),
    ("captioning_rnn_loss", replace("(scores, words_out, words_out !=", "(scores, words_in, words_in !="), "to repeat"),
    ("captioning_rnn_loss", replace("(scores, words_out,", "(scores, words_in,"), "to repeat"),
    ("captioning_rnn_loss", replace("return loss, grads", "return loss * 2 / 5, grads"), "number of words"),
    ("captioning_rnn_loss", replace('["W_proj"], params["b_proj"])', '["W_proj"], 0 * params["b_proj"])'),
     "course's example"),
    ("captioning_rnn_loss", replace("self.cell.forward", "rnn_forward"), "must be self.cell.forward"),
    ("captioning_rnn_loss", replace("self.cell.backward", "rnn_backward"), "way back does not go through"),
    ("captioning_rnn_loss",
     lambda solved: solved.replace("self.cell.forward", "rnn_forward").replace("self.cell.backward", "rnn_backward"),
     "serves the LSTM as well"),
    ("captioning_rnn_loss", replace("_, grads[\"W_proj\"], grads[\"b_proj\"] =", "_, grads[\"W_proj\"], _ ="),
     "is missing"),
    ("captioning_rnn_loss", replace('grads["W_embed"] =', 'grads["W_word"] ='), "under another name"),
    ("captioning_rnn_loss", replace("return loss, grads", "return loss, list(grads.values())"), "is missing"),
    ("captioning_rnn_loss", replace("return loss, grads", 'grads["Wh"] = grads["Wh"].T\nreturn loss, grads'), "on Wh"),
    ("captioning_rnn_loss", replace("return loss, grads", 'grads["W_proj"] *= 0\nreturn loss, grads'),
     "All values are 0"),
    ("captioning_rnn_loss", replace("features.astype(self.dtype)", "features"), "brings the features"),
    ("captioning_rnn_loss", replace("return loss, grads", "captions[:, 0] = 0\nreturn loss, grads"),
     "captions in place"),
    ("captioning_rnn_step", "raise NotImplementedError", "not written yet"),
    ("captioning_rnn_step", "pass", "return scores, next_state"),
    ("captioning_rnn_step", replace("return scores, tuple(next_state)", "return scores"), "return scores, next_state"),
    ("captioning_rnn_step", replace("tuple(next_state)", "next_state[0]"), "should be a tuple like state"),
    ("captioning_rnn_step", replace("tuple(next_state)", "next_state"), "should be a tuple like state"),
    ("captioning_rnn_step", replace("tuple(next_state)", "state"), "as it was before the step"),
    ("captioning_rnn_step", replace("affine_forward(next_state[0]", "affine_forward(state[0]"), "before the step"),
    ("captioning_rnn_step", replace('params["b_vocab"])', '0 * params["b_vocab"])'), "b_vocab is missing"),
    ("captioning_rnn_step",
     replace("return scores,", "p = np.exp(scores)\nscores = p / p.sum(axis=1, keepdims=True)\nreturn scores,"),
     "without a softmax"),
    ("captioning_rnn_step", replace("self.cell.step", "rnn_step_forward"), "does not go through self.cell.step"),
    ("captioning_rnn_step", replace("tuple(next_state)", "(next_state[0],)"), "however many they are"),
    ("captioning_rnn_step", replace("affine_forward(next_state[0]", "affine_forward(next_state[-1]"),
     "scores of the hidden"),
    ("captioning_rnn_sample", "raise NotImplementedError", "not written yet"),
    ("captioning_rnn_sample", "pass", "is None"),
    ("captioning_rnn_sample", replace("ended |= words == self._end", ""), "goes on behind <END>"),
    ("captioning_rnn_sample",
     replace("captions[~ended, t] = words[~ended]\n    ended |= words == self._end",
             "ended |= words == self._end\n    captions[~ended, t] = words[~ended]"), "The <END> is missing"),
    ("captioning_rnn_sample",
     replace("return captions", "first = self.first_words(len(features))[:, None]\n"
                                "return np.hstack([first, captions[:, :-1]])"), "no part of the result"),
    ("captioning_rnn_sample", replace("self.step(words, state)", "self.step(self.first_words(len(features)), state)"),
     "<START> again and again"),
    ("captioning_rnn_sample", replace("ended.all()", "ended.any()"), "when the first of them ends"),
    ("captioning_rnn_sample", replace("scores, state = self.step(", "scores, _ = self.step("), "hand(ed)? on"),
    ("captioning_rnn_sample", replace("choose(scores, temperature)", "choose(scores)"), "how often cat is drawn"),
    ("captioning_rnn_sample", replace("choose(scores, temperature)", "choose(scores, 1)"),
     "by hand|handed on|at temperature 0.5"),
    ("captioning_rnn_sample", replace("choose(scores, temperature)", "choose(scores, float(temperature > 0))"),
     "at temperature 0.5"),
    ("captioning_rnn_sample", replace("self._null, dtype", "self._end, dtype"), "by hand"),
    ("captioning_rnn_sample", replace("return captions", "return captions[:, :t + 1]"), "shape|30 words"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG
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
