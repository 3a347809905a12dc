"""The checks of `LSTM_Captioning.ipynb`: right answers pass in any style, wrong ones get words that help."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

from cs231n.check import CheckFailed

NOTEBOOK = "assignment3/LSTM_Captioning"

BEST = "best_captioner"

# Answers by exercise: each is the whole body of the function, and goes with the solved answers of the other exercises.
RIGHT = {
    "lstm_step_forward": [
        """
        ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
        i, f, o, g = 1 / (1 + np.exp(-ai)), 1 / (1 + np.exp(-af)), 1 / (1 + np.exp(-ao)), np.tanh(ag)
        next_c = i * g
        next_c += f * prev_c
        tanh_c = np.tanh(next_c)
        return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)
        """,
        """
        N, H = prev_h.shape
        a = (np.hstack([x, prev_h]).dot(np.vstack([Wx, Wh])) + b).reshape(N, 4, H)
        gates = (1 + np.tanh(a[:, :3] / 2)) / 2
        i, f, o, g = gates[:, 0], gates[:, 1], gates[:, 2], np.tanh(a[:, 3])
        next_c = np.sum([f * prev_c, i * g], axis=0)
        return o * np.tanh(next_c), next_c, [x, prev_h, prev_c, Wx, Wh, i, f, o, g, np.tanh(next_c)]
        """,
        """
        H = len(b) // 4
        parts = [x.dot(Wx[:, k:k + H]) + prev_h.dot(Wh[:, k:k + H]) + b[k:k + H] for k in range(0, 4 * H, H)]
        i, f, o = map(sigmoid, parts[:3])
        g = np.tanh(parts[3])
        next_c = prev_c * f + g * i
        tanh_c = np.tanh(next_c)
        next_h = tanh_c * o
        return [next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)]
        """,
    ],
    "lstm_step_backward": [
        """
        x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
        do, dc = dnext_h * tanh_c, dnext_h * o * (1 - tanh_c * tanh_c) + dnext_c
        di, df, dg = dc * g, dc * prev_c, dc * i
        da = np.hstack([di * (i - i**2), df * (f - f**2), do * (o - o**2), dg * (1 - g) * (1 + g)])
        return da @ Wx.T, da @ Wh.T, f * dc, x.T @ da, prev_h.T @ da, da.sum(0)
        """,
        """
        x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
        N, H = i.shape
        dc = dnext_c.copy()
        dc += (1 - tanh_c**2) * o * dnext_h
        da = np.empty((N, 4 * H), dtype=dc.dtype)
        da[:, :H] = g * dc * i * (1 - i)
        da[:, H:2 * H] = prev_c * dc * f * (1 - f)
        da[:, 2 * H:3 * H] = tanh_c * dnext_h * o * (1 - o)
        da[:, 3 * H:] = i * dc * (1 - g**2)
        return [da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), np.ones(N, dc.dtype).dot(da)]
        """,
        """
        x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
        N, H = i.shape
        dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
        upstream = np.stack([dc * g, dc * prev_c, dnext_h * tanh_c, dc * i], axis=1)
        slopes = np.stack([i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2], axis=1)
        da = (upstream * slopes).reshape(N, 4 * H)
        dW = np.hstack([x, prev_h]).T @ da
        dx, dprev_h = np.einsum("nk,dk->nd", da, Wx), np.einsum("nk,hk->nh", da, Wh)
        return dx, dprev_h, dc * f, dW[:x.shape[1]], dW[x.shape[1]:], np.einsum("nk->k", da)
        """,
    ],
    # The caches of sequences are their own affair, so forward and backward go together: see TOGETHER.
    "lstm_forward": [
        replace("np.tensordot(x, Wx, 1) + b", "(x.reshape(N * T, D) @ Wx + b).reshape(N, T, 4 * H)"),
        replace("a += prev_h.dot(Wh)", "a[...] = a + prev_h @ Wh"),
        replace("np.tensordot(x, Wx, 1) + b", "np.einsum('ntd,dk->ntk', x, Wx) + b"),
    ],
    "lstm_backward": [
        replace("np.tensordot(da, Wx.T, 1)", "(da.reshape(N * T, 4 * H) @ Wx.T).reshape(x.shape)"),
        replace("np.tensordot(x, da, ([0, 1], [0, 1]))", "np.einsum('ntd,ntk->dk', x, da)"),
        replace("np.sum(da, axis=(0, 1))", "da.sum(0).sum(0)"),
    ],
    "clipped_matches": [
        """
        right = 0
        for phrase, count in phrases(caption, n).items():
            right += min(count, max(phrases(reference, n)[phrase] for reference in references))
        return right
        """,
        """
        known = [phrases(reference, n) for reference in references]
        said = phrases(caption, n)
        return sum(min(said[p], max(each.get(p, 0) for each in known)) for p in said)
        """,
        """
        best = {}
        for reference in references:
            listed = [tuple(reference[k:k + n]) for k in range(len(reference) - n + 1)]
            for phrase in set(listed):
                best[phrase] = max(best.get(phrase, 0), listed.count(phrase))
        right = 0
        for k in range(len(caption) - n + 1):
            phrase = tuple(caption[k:k + n])
            if best.get(phrase, 0) > 0:
                best[phrase] -= 1
                right += 1
        return right
        """,
    ],
    "extend_beams": [
        """
        N, K, V = log_words.shape
        total = log_probs.reshape(N, K, 1) + log_words
        flat = total.reshape(N, -1)
        best = flat.argsort(axis=1)[:, ::-1][:, :K]
        return np.sort(flat, axis=1)[:, ::-1][:, :K], best // V, best % V
        """,
        """
        N, K, V = log_words.shape
        out = np.empty((N, K)), np.empty((N, K), dtype=int), np.empty((N, K), dtype=int)
        for n in range(N):
            flat = (log_probs[n][:, None] + log_words[n]).ravel()
            top = sorted(range(K * V), key=lambda place: -flat[place])[:K]
            for k, place in enumerate(top):
                out[0][n, k], out[1][n, k], out[2][n, k] = flat[place], place // V, place % V
        return out
        """,
        """
        N, K, V = log_words.shape
        total = np.reshape(log_probs[..., None] + log_words, (N, K * V))
        some = np.argpartition(-total, K - 1, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(total, some, axis=1), axis=1)
        best = np.take_along_axis(some, order, axis=1)
        return [total[np.arange(N)[:, None], best], best // V, best - best // V * V]
        """,
    ],
    BEST: [
        """
        model = CaptioningRNN(data["word_to_idx"], data["train_features"].shape[1], 32, 64, "lstm")
        return CaptioningSolver(model, data, update_rule="adam", optim_config={"learning_rate": 5e-3}, num_epochs=4)
        """,
        """
        model = CaptioningRNN(data["word_to_idx"], data["train_features"].shape[1], cell_type="lstm")
        return CaptioningSolver(model, data, update_rule="rmsprop", optim_config={"learning_rate": 3e-3}, lr_decay=0.9,
                                num_epochs=20, batch_size=50, progress=True)
        """,
        """
        H = 48
        model = CaptioningRNN(data["word_to_idx"], data["train_features"].shape[1], 48, H, "lstm", np.float64)
        model.params["b"][H:2 * H] = 2
        return CaptioningSolver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-2}, batch_size=25,
                                clip_norm=1)
        """,
    ],
}

# Answers that go together, with a cache of their own.
TOGETHER = [
    {
        "lstm_step_forward": """
        i, f, o, g = np.split(x.dot(Wx) + prev_h.dot(Wh) + b, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        next_c = f * prev_c + i * g
        return o * np.tanh(next_c), next_c, {"inputs": (x, prev_h, prev_c, Wx, Wh), "gates": (i, f, o, g), "c": next_c}
        """,
        "lstm_step_backward": """
        x, prev_h, prev_c, Wx, Wh = cache["inputs"]
        i, f, o, g = cache["gates"]
        t = np.tanh(cache["c"])
        dc = dnext_c + dnext_h * o * (1 - t * t)
        di, df, do, dg = dc * g, dc * prev_c, dnext_h * t, dc * i
        da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g)])
        return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)
        """,
    },
    {
        "lstm_forward": """
        prev_h, prev_c, caches, h = h0, np.zeros_like(h0), [], []
        for t in range(x.shape[1]):
            prev_h, prev_c, cache = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
            h.append(prev_h)
            caches.append(cache)
        return np.stack(h, axis=1), caches
        """,
        "lstm_backward": """
        N, T, H = dh.shape
        dprev_h, dprev_c, dx, total = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), [], None
        for t in range(T - 1, -1, -1):
            dxt, dprev_h, dprev_c, *weights = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
            dx.insert(0, dxt)
            total = weights if total is None else [a + b for a, b in zip(total, weights)]
        return np.stack(dx, axis=1), dprev_h, *total
        """,
    },
]


class TestChecks(NotebookChecks):
    right = RIGHT
    other_checks = ("check_lstm_captioning",)
    slow = (f"check_{BEST}",)
    seeds = ("1", "20240607", "5")


@pytest.mark.parametrize("answers", TOGETHER)
def test_right_answers_with_a_cache_of_their_own_pass(notebook, answers):
    for grade_id in [*(f"check_{exercise}" for exercise in answers), "check_lstm_captioning"]:
        assert "pass:" in notebook.run_check(grade_id, answers)


@pytest.mark.parametrize("check, needed", [
    ("check_lstm_step_forward", ()), ("check_lstm_step_backward", ("lstm_step_forward",)), ("check_lstm_forward", ()),
    ("check_lstm_backward", ("lstm_forward",)), ("check_clipped_matches", ()), ("check_extend_beams", ()),
])
def test_a_check_passes_though_nothing_else_is_written(notebook, check, needed):
    assert "pass:" in notebook.run_alone(check, check.removeprefix("check_"), needed)


@pytest.mark.parametrize("exercise, wrong", [
    ("lstm_forward", replace("f * c[:, t] + i * g", "c[:, t] + i * g")),
    ("lstm_backward", replace("dprev_c + dnext_h", "dnext_h")),
])
def test_the_captioning_model_runs_on_the_students_lstm(notebook, exercise, wrong):
    with pytest.raises(CheckFailed, match="captioning with an LSTM"):
        notebook.run_check("check_lstm_captioning", {exercise: wrong})


def test_recorded_story(notebook):
    text = notebook.printed()
    reach = {name: float(size) for name, size in re.findall(r"^(\S.*\S) +20 steps back: (\S+)$", text, re.M)}
    assert reach["LSTM, forget bias 2"] > 100 * max(reach["vanilla RNN"], reach["LSTM, forget bias 0"])
    memory = {name: float(accuracy) for name, accuracy in
              re.findall(r"^(\S.*\S) +remembers the first of 20 symbols: (\S+)$", text, re.M)}
    assert memory["LSTM, forget bias 2"] > 0.95 and memory["vanilla RNN"] < 0.7 and memory["LSTM, forget bias 0"] < 0.4
    assert float(re.search(r"first loss \S+, last loss (\S+)\n", text)[1]) < 0.5  # fifty captions by heart
    assert float(re.search(r"held-back pictures: BLEU-1 (\S+),", text)[1]) >= 0.7
    likely = [float(log_p) for log_p in re.findall(r"^ +[135] .*(-\d+\.\d\d)$", text, re.M)]
    assert len(likely) == 3 and likely == sorted(likely)  # wider beams find likelier captions
