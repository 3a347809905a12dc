"""Wrong answers to the exercises of LSTM_Captioning, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# Several exercises

edit(["lstm_step_backward", "lstm_backward"], "", "return dx", "return dx.astype(np.float64)",
     diagnosis="should hold float32")

# lstm_step_forward

edit("lstm_step_forward", "", "return next_h, next_c, cache", "return next_h, next_c",
     diagnosis="next_h, next_c, cache")
edit("lstm_step_forward", "Input and forget gate are exchanged: the first H columns are the input gate.", "i, f, o = (",
     "f, i, o = (")
edit("lstm_step_forward", "The candidate is in the last H columns, behind the output gate.",
     "i, f, o = (sigmoid(a[:, k * H:(k + 1) * H]) for k in range(3))\ng = np.tanh(a[:, 3 * H:])",
     "i, f, o = (sigmoid(a[:, k * H:(k + 1) * H]) for k in (0, 1, 3))\ng = np.tanh(a[:, 2 * H:3 * H])")
edit("lstm_step_forward", "The candidate goes through a tanh, not through a sigmoid.", "np.tanh(a[:", "sigmoid(a[:")
edit("lstm_step_forward", "The gates go through a sigmoid, not through a tanh.", "(sigmoid(a", "(np.tanh(a")
edit("lstm_step_forward", "The old cell state is missing: f lets part of it through.", "f * prev_c + i * g", "i * g")
edit("lstm_step_forward", "The forget gate is missing.", "f * prev_c + i * g", "prev_c + i * g")
edit("lstm_step_forward", "The input gate is missing.", "f * prev_c + i * g", "f * prev_c + g")
edit("lstm_step_forward", "f says how much is kept: 1 keeps all of it.", "f * prev_c + i * g",
     "(1 - f) * prev_c + i * g")
edit("lstm_step_forward", "The bias is missing.", "prev_h.dot(Wh) + b", "prev_h.dot(Wh)")
edit("lstm_step_forward", "", " + prev_h.dot(Wh)", "", diagnosis="cell state by hand")
edit("lstm_step_forward", "The tanh of the cell state is missing.", "o * tanh_c\n", "o * next_c\n")
edit("lstm_step_forward", "The output gate is missing.", "o * tanh_c\n", "tanh_c\n")
edit("lstm_step_forward", "The hidden state shows the new cell state, not the old one.", "o * tanh_c\n",
     "o * np.tanh(prev_c)\n")
edit("lstm_step_forward", "The sigmoid of the cell state is taken here: it should be its tanh.", "o * tanh_c\n",
     "o * sigmoid(next_c)\n")
edit("lstm_step_forward", "The first value is the hidden state, the second the cell state.", "return next_h, next_c",
     "return next_c, next_h")
edit("lstm_step_forward", "", "next_c = f * prev_c", "prev_c *= f\nnext_c = prev_c", diagnosis="prev_c in place")
edit("lstm_step_forward", "", "return next_h", "return next_h.astype(np.float64)", diagnosis="should hold float32")
edit("lstm_step_forward", "", "g = np.tanh(a[:, 3 * H:])", "g = np.array([np.tanh(row[3 * H:]) for row in a])",
     diagnosis="still loops")

# lstm_step_backward

edit("lstm_step_backward", "", "return dx, dprev_h, dprev_c,", "return dx, dprev_h,", diagnosis="dprev_c, dWx")
edit("lstm_step_backward", "The forget gate is missing on the way back.", "dc * f\n", "dc\n")
edit("lstm_step_backward", "Nothing reaches the old cell state: h comes from c, through o and the tanh.",
     "dnext_c + dnext_h * o * (1 - tanh_c**2)", "dnext_c")
edit("lstm_step_backward", "The gradient that comes from the next cell state is missing.", "dnext_c + dnext_h",
     "dnext_h")
edit("lstm_step_backward", "", "(1 - tanh_c**2)", "(1 - tanh_c)**2", diagnosis="backward.*: dx")
edit("lstm_step_backward", "The gradient on the input gate lacks a part of the slope of its sigmoid.", "* i * (1 - i)",
     "* i")
edit("lstm_step_backward", "The gradient on the forget gate lacks what the gate lets through: the old cell state.",
     "prev_c * f * (1 - f)", "f * (1 - f)")
edit("lstm_step_backward", "The output gate acts on h alone: its gradient comes from dnext_h, not from the cell state.",
     "dnext_h * tanh_c * o", "dc * tanh_c * o")
edit("lstm_step_backward", "The candidate comes from a tanh, whose slope is not that of a sigmoid.", "(1 - g**2)",
     "g * (1 - g)")
edit("lstm_step_backward", "", "np.sum(da, axis=0)", "np.mean(da, axis=0)", diagnosis="backward.*: db")
edit("lstm_step_backward", "", "x.T.dot(da)", "x.T.dot(da) / len(x)", diagnosis="backward.*: dWx")
edit("lstm_step_backward", "", "da.dot(Wh.T), dc", "da.dot(Wx.T), dc", diagnosis="backward.*: dprev_h")
edit("lstm_step_backward", "", "dc = dnext_c +", "dnext_c += 0.1\ndc = dnext_c +", diagnosis="dnext_c in place")
edit("lstm_step_backward", "The first call has changed the cache: work on a copy of what is in it.", "return dx",
     "tanh_c *= 0.5\nreturn dx")

# lstm_forward

edit("lstm_forward", "All T hidden states are wanted, not only the last: h is (N, T, H).", "return h, cache",
     "return h[:, -1], cache")
edit("lstm_forward", "Examples come first, then time: (N, T, H).", "return h, cache",
     "return h.transpose(1, 0, 2), cache")
edit("lstm_forward", "These are the cell states: h is wanted.", "return h, cache", "return c[:, 1:], cache")
edit("lstm_forward", "The cell state starts from 0, not from h0.", "prev_h = h0\n", "prev_h = c[:, 0] = h0\n")
edit("lstm_forward", "The cell state does not get from one step to the next.", "f * c[:, t] + i * g", "i * g")
edit("lstm_forward", "", "prev_h = h[:, t] =", "h[:, t] =", diagnosis="N = 2, T = 3")
edit("lstm_forward", "", "prev_h = h0\n", "prev_h = 0 * h0\n", diagnosis="N = 2, T = 3")
edit("lstm_forward", "", "return h, cache", "x += 1\nreturn h, cache", diagnosis="input x in place")
edit("lstm_forward", "", "return h, cache", "return h.astype(np.float64), cache", diagnosis="should hold float32")

# lstm_backward

edit("lstm_backward", "What comes back from the next step on its hidden state is missing: add it to dh[:, t].",
     "dh[:, t] + dprev_h", "dh[:, t]")
edit("lstm_backward", "What comes back from the next step along the cell state is missing.", "dprev_c + dnext_h",
     "dnext_h")
edit("lstm_backward", "Nothing comes back from the next step, neither on h nor on c.",
     "    dnext_h = dh[:, t] + dprev_h\n    dc = dprev_c + dnext_h * o * (1 - tanh_c[:, t] ** 2)",
     "    dnext_h = dh[:, t]\n    dc = dnext_h * o * (1 - tanh_c[:, t] ** 2)")
edit("lstm_backward",
     "Time runs forwards here: what comes back from a step belongs to the step before it, so start with the last.",
     "reversed(range(T))", "range(T)")
edit("lstm_backward", "The time axis is upside down.", "(da, Wx.T, 1)", "(da, Wx.T, 1)[:, ::-1]")
edit("lstm_backward", "", "return dx, dprev_h", "return dx, 0 * dprev_h", diagnosis="dh0\n  All values are 0")
edit("lstm_backward", "", "[h0[:, np.newaxis], h[:, :-1]]", "[h[:, :1], h[:, 1:]]", diagnosis="dWh")
edit("lstm_backward", "", "np.sum(da, axis=(0, 1))", "da[:, 0].sum(axis=0)", diagnosis="backward.*: db")
edit("lstm_backward", "", "N, T, H = dh.shape", "N, T, H = dh.shape\ndh *= 2", diagnosis="input dh in place")
edit("lstm_backward", "The first call has changed the cache: work on a copy of what is in it.", "return dx",
     "gates *= 0.5\nreturn dx")

# clipped_matches

@wrong("clipped_matches")
def nothing_clipped(references, caption, n):
    """Nothing is clipped: a word counts at most as often as in the reference that has it most often."""
    known = {p for each in references for p in phrases(each, n)}
    return sum(count for p, count in phrases(caption, n).items() if p in known)


edit("clipped_matches", 'Each different word counts once here: "the" stands twice in a reference.',
     "(phrases(caption, n) & most).total()", "len(phrases(caption, n) & most)")
edit("clipped_matches", "References are added up: take the one that has a word most often.", "most |=", "most +=")
edit("clipped_matches", "Only the last reference counts here: take the best for each word.",
     "most |= phrases(reference, n)", "most = phrases(reference, n)")


@wrong("clipped_matches")
def best_reference_as_a_whole(references, caption, n):
    """The best reference as a whole is taken here: take the best for each phrase."""
    return max((phrases(caption, n) & phrases(each, n)).total() for each in references)


before("clipped_matches", "The argument n is not used: these are single words.", "n = 1")
before("clipped_matches", "The references have changed: others still need them.", "references[0].pop()")
edit("clipped_matches", "This is the part of the phrases that match: return their number.", ".total()",
     ".total() / max(1, len(caption) - n + 1)")

# best_captioner

@wrong("best_captioner")
def returns_nothing(data):
    """It should be the CaptioningSolver itself that is returned, not what its train method returns."""
    pass


edit("best_captioner", "The CaptioningSolver needs the dictionary that your function gets, as it is.", "model.params",
     "few = {name: data['train_' + name][:500] for name in ('captions', 'image_idxs')}\n"
     "data = data | {'train_' + name: values for name, values in few.items()}\n"
     "model.params")
edit("best_captioner", 'The cell_type should be "lstm".', 'cell_type="lstm"', 'cell_type="gru"')
edit("best_captioner", "", "4e-3", "1e-8", diagnosis="as a part of the first one")


@wrong("best_captioner", diagnosis="has not trained yet")
def trained_already(data):
    model = CaptioningRNN(data['word_to_idx'], data['train_features'].shape[1], 8, 8, 'lstm')
    solver = CaptioningSolver(model, data, num_epochs=1, verbose=False)
    solver.train()
    return solver


# extend_beams

edit("extend_beams", "The least likely ones are kept.", "np.argsort(-total", "np.argsort(total")
edit("extend_beams", "The most likely comes first.", "[:, :K]\n", "[:, :K][:, ::-1]\n")
edit("extend_beams", "The probability of the beginning is missing.", "log_probs[:, :, np.newaxis] + log_words",
     "log_words")
edit("extend_beams", "This is the word: beam and word are exchanged.", "beam, words = np", "words, beam = np")
edit("extend_beams", "This is the place in the flattened array.", "axis=1), beam, words", "axis=1), best, words")
edit("extend_beams", "This is the place in the flattened array.", "axis=1), beam, words", "axis=1), beam, best")
edit("extend_beams", "Each beginning has V places in the flattened array: divide by V, not by K.", "np.divmod(best, V)",
     "np.divmod(best, K)")
edit("extend_beams", "", "N, K, V = log_words.shape", "N, K, V = log_words.shape\nlog_words += 1", diagnosis="in place")
edit("extend_beams", "Each beginning keeps its own best word here: all K V continuations compete with each other.",
     'best = np.argsort(-total, axis=1, kind="stable")[:, :K]',
     "best = total.reshape(N, K, V).argmax(axis=2) + V * np.arange(K)")
edit("extend_beams", "All continuations compete, not only those of the most likely beginning.",
     "total = (log_probs[:, :, np.newaxis] + log_words).reshape(N, K * V)",
     "likely = log_probs == log_probs.max(axis=1, keepdims=True)\n"
     "total = np.where(likely[:, :, np.newaxis], log_probs[:, :, np.newaxis] + log_words, -np.inf).reshape(N, K * V)")
