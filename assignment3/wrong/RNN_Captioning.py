"""Wrong answers to the exercises of RNN_Captioning, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# rnn_step_forward

edit("rnn_step_forward", "", "return next_h, cache", "return next_h", diagnosis="return next_h, cache")
edit("rnn_step_forward", "", "return next_h, cache", "return None, cache", diagnosis="is None")
edit("rnn_step_forward", "The tanh is missing.", "np.tanh(", "(")
edit("rnn_step_forward", "This is a sigmoid: take np.tanh.", "return next_h, cache",
     "return (1 + np.tanh(np.arctanh(next_h) / 2)) / 2, cache")
edit("rnn_step_forward", "The bias is missing.", " + b)", ")")
edit("rnn_step_forward", "The old state does not come in.", " + prev_h.dot(Wh)", "")
edit("rnn_step_forward", "The old state goes through Wh, not through its transpose.", "prev_h.dot(Wh)",
     "prev_h.dot(Wh.T)")
edit("rnn_step_forward", "The old state is added as it is: it goes through Wh first.", "prev_h.dot(Wh)", "prev_h")
edit("rnn_step_forward", "", "x.dot(Wx)", "-x.dot(Wx)", diagnosis="by hand")
edit("rnn_step_forward", "", "return next_h, cache", "return next_h.T, cache",
     diagnosis="swapped|transposed|shape|by hand")
before("rnn_step_forward", "", "prev_h *= 1.5", diagnosis="input prev_h in place")
edit("rnn_step_forward", "", "return next_h, cache", "return next_h.astype(np.float32), cache",
     diagnosis="six digits only")
edit("rnn_step_forward", "", "x.dot(Wx) + prev_h.dot(Wh)",
     "np.array([row @ Wx + old @ Wh for row, old in zip(x, prev_h)])", diagnosis="it still loops")

# rnn_step_backward

edit("rnn_step_backward", "", "return dx, dprev_h, dWx, dWh, db", "return dx, dprev_h",
     diagnosis="return dx, dprev_h, dWx, dWh, db")
edit("rnn_step_backward", "", "return dx, dprev_h, dWx, dWh, db", "return None, dprev_h, dWx, dWh, db",
     diagnosis="is None")
edit("rnn_step_backward", "The slope of the tanh is missing.", "dnext_h * (1 - next_h**2)", "dnext_h")
edit("rnn_step_backward", "The slope of the tanh takes the square of the state after the step.", "next_h**2)",
     "next_h)")
edit("rnn_step_backward", "next_h is tanh(a) already: this takes the tanh twice.", "1 - next_h**2",
     "1 - np.tanh(next_h)**2")
edit("rnn_step_backward", "", "1 - next_h**2", "next_h**2 - 1", diagnosis="wrong sign")
edit("rnn_step_backward", "Back through an affine layer goes the transpose of Wh.", "da.dot(Wh.T)", "da.dot(Wh)")
edit("rnn_step_backward", "It was the state before the step that went through Wh, not the one after it.",
     "prev_h.T.dot(da)", "next_h.T.dot(da)")
edit("rnn_step_backward", "", "prev_h.T.dot(da)", "da.T.dot(prev_h)", diagnosis="transposed")
edit("rnn_step_backward", "", "x.T.dot(da)", "da.T.dot(x)", diagnosis="transposed")
edit("rnn_step_backward", "", "np.sum(da, axis=0)", "np.sum(da, axis=0, keepdims=True)", diagnosis="shape")
edit("rnn_step_backward",
     "The weights are shared by all sequences: their gradients add up over the batch. This is the mean.",
     "np.sum(da, axis=0)", "np.mean(da, axis=0)")
edit("rnn_step_backward",
     "The weights are shared by all sequences: their gradients add up over the batch. This is the mean.", "x.T.dot(da)",
     "x.T.dot(da) / len(x)")
edit("rnn_step_backward", "", "da = dnext_h * (", "dnext_h *= (1 - next_h**2)\nda = dnext_h * (",
     diagnosis="dnext_h in place")
edit("rnn_step_backward", "", "return dx, dprev_h, dWx, dWh, db", "return dx.astype(np.float64), dprev_h, dWx, dWh, db",
     diagnosis="should hold float32")
edit("rnn_step_backward", "The first call has changed the cache: work on a copy of what is in it.",
     "da = dnext_h * (1 - next_h**2)", "next_h **= 2\nda = dnext_h * (1 - next_h)")

# rnn_forward

edit("rnn_forward", "", "return h, cache", "return h", diagnosis="return h, cache")
edit("rnn_forward", "", "return h, cache", "return None, cache", diagnosis="is None")
edit("rnn_forward", "Each step starts from h0 here: it starts from the state that the step before has left.",
     "prev_h = h[:, t] =", "h[:, t] =")
edit("rnn_forward", "Time runs backwards: step 1 comes first.", "for t in range(T)", "for t in reversed(range(T))")
edit("rnn_forward", "The sequence is read from its end.", "np.tensordot(x,", "np.tensordot(x[:, ::-1],")
edit("rnn_forward", "h0 does not come in.", "prev_h = h0", "prev_h = np.zeros_like(h0)")
edit("rnn_forward", "", "return h, cache", "return np.concatenate([h0[:, None], h[:, :-1]], axis=1), cache",
     diagnosis="before each step|by hand")
edit("rnn_forward", "", "return h, cache", "return h.swapaxes(0, 1), cache", diagnosis="only the shape is not")
edit("rnn_forward", "", "return h, cache", "return h[:, -1], cache",
     diagnosis="shape is .1, 1. and should be .1, 3, 1.")
edit("rnn_forward", "", "np.tensordot(x, Wx, 1) + b", "np.tensordot(x, Wx, 1)", diagnosis="N = 3, T = 5")
before("rnn_forward", "", "x *= 0.5", diagnosis="input x in place")
edit("rnn_forward", "", "prev_h.dot(Wh)", "np.array([row @ Wh for row in prev_h])", diagnosis="it still loops")
edit("rnn_forward", "These are the states before each step: h[:, t] is the one after step t.",
     "    prev_h = h[:, t] = np.tanh(from_inputs[:, t] + prev_h.dot(Wh))",
     "    h[:, t] = prev_h\n    prev_h = np.tanh(from_inputs[:, t] + prev_h.dot(Wh))")

# rnn_backward

edit("rnn_backward", "", "return dx, dprev_h,", "return None, dprev_h,", diagnosis="is None")
edit("rnn_backward", "What comes back from later steps is forgotten: add the dprev_h of the step after it to dh[:, t].",
     "(dh[:, t] + dprev_h)", "dh[:, t]")
edit("rnn_backward", "This is one step's part only: the weights are used in every step, so the parts add up.",
     "np.tensordot(x, da, ([0, 1], [0, 1]))", "x[:, 0].T.dot(da[:, 0])")
edit("rnn_backward", "This is one step's part only: the weights are used in every step, so the parts add up.",
     "np.sum(da, axis=(0, 1))", "np.sum(da[:, 0], axis=0)")
edit("rnn_backward", "The parts of the sequences add up. This is their mean.", "np.sum(da, axis=(0, 1))",
     "np.mean(da, axis=0).sum(axis=0)")
edit("rnn_backward", "The parts of the steps add up. This is their mean.", "np.sum(da, axis=(0, 1))",
     "np.mean(da, axis=1).sum(axis=0)")
edit("rnn_backward", "It was the state before each step that went through Wh, not the one after it.",
     "[h0[:, np.newaxis], h[:, :-1]], axis=1)", "[h], axis=1)")
edit("rnn_backward", "", "dprev_h = da[:, t].dot(Wh.T)", "dprev_h = da[:, t].dot(Wh)", diagnosis="N = 3, T = 4")
edit("rnn_backward", "This belongs to the state before the *last* step; h0 is that before the first.",
     "return dx, dprev_h,", "return dx, da[:, -1].dot(Wh.T),")
edit("rnn_backward", "", "return dx, dprev_h,", "return dx, np.zeros_like(h0),", diagnosis="dh0\n  All values are 0")
edit("rnn_backward", "", "return dx,", "return dx[:, ::-1],", diagnosis="order of time is reversed")
edit("rnn_backward", "", "(1 - h[:, t] ** 2)", "(1 - (h[:, t - 1] if t else h0) ** 2)", diagnosis="rnn backward")
edit("rnn_backward", "", "da[:, t] = (dh[:, t] + dprev_h)", "dh[:, t] += dprev_h\n    da[:, t] = dh[:, t]",
     diagnosis="dh in place")
edit("rnn_backward", "The first call has changed the cache: work on a copy of what is in it.", "return dx,",
     "h *= 2\nreturn dx,")
edit("rnn_backward", "", "return dx,", "return dx.astype(np.float64),", diagnosis="should hold float32")
edit("rnn_backward",
     "Time runs forwards here: what comes back from a step belongs to the step before it, so start with the last.",
     "for t in reversed(range(T)):", "for t in range(T):")
edit("rnn_backward", "The units are in reverse order.", "return dx, dprev_h", "return dx, dprev_h[:, ::-1]")
edit("rnn_backward", "The order of time is reversed.", "dx = np.tensordot(da, Wx.T, 1)",
     "dx = np.tensordot(da, Wx.T, 1)[:, ::-1]")

# word_embedding_forward

edit("word_embedding_forward", "", "return out, cache", "return out", diagnosis="return out, cache")
edit("word_embedding_forward", "", "W[x]", "W[x].swapaxes(1, 2)", diagnosis="shape")
edit("word_embedding_forward", "", "W[x]", "W[x - 1]", diagnosis="by hand")
edit("word_embedding_forward", "", "W[x]", "W[x].mean(axis=1)", diagnosis="shape")

# word_embedding_backward

edit("word_embedding_backward", "Word 2 occurs twice and gets one of its two gradients. They add up: see np.add.at.",
     "np.add.at(dW, x, dout)", "dW[x] += dout")
edit("word_embedding_backward", "Word 2 occurs twice and gets one of its two gradients. They add up: see np.add.at.",
     "np.add.at(dW, x, dout)", "dW[x] = dout")
edit("word_embedding_backward", "This is the mean over a word's places: the gradients add up.", "return dW",
     "return dW / np.maximum(np.bincount(x.ravel(), minlength=len(dW)), 1)[:, None]")
edit("word_embedding_backward", "", "np.add.at(", "np.subtract.at(", diagnosis="wrong sign")
edit("word_embedding_backward", "", "return dW", "return dW.T", diagnosis="transposed")
edit("word_embedding_backward", "", "return dW", "dout *= 2\nreturn dW", diagnosis="dout in place")

# captioning_rnn_loss

edit("captioning_rnn_loss", "", "return loss, grads", "return loss", diagnosis="return loss, grads")
edit("captioning_rnn_loss", "The padding counts here: the mask leaves out the places where the word to say is <NULL>.",
     "words_out != self._null)", "np.ones_like(words_out, dtype=bool))")
edit("captioning_rnn_loss",
     "The mask is that of the words heard: it should be False where the word to *say* is <NULL>.",
     "words_out != self._null", "words_in != self._null")
edit("captioning_rnn_loss", "Here the model is to repeat the word that it has heard: it should say the next one.",
     "(scores, words_out, words_out !=", "(scores, words_in, words_in !=")
edit("captioning_rnn_loss",
     "Here the model is to repeat the word that it has heard, where the next one is not padding.",
     "(scores, words_out,", "(scores, words_in,")
edit("captioning_rnn_loss", "It is divided by the number of words: sum over the words, mean over the captions.",
     "return loss, grads", "return loss * 2 / 5, grads")
edit("captioning_rnn_loss", "", '["W_proj"], params["b_proj"])', '["W_proj"], 0 * params["b_proj"])',
     diagnosis="three captions")
edit("captioning_rnn_loss", "The way there must be self.cell.forward.", "self.cell.forward", "rnn_forward")
edit("captioning_rnn_loss", "The way back does not go through self.cell.backward.", "self.cell.backward",
     "rnn_backward")


@wrong("captioning_rnn_loss")
def plain_rnn_only(self, features, captions):
    """It does not go through self.cell.forward and self.cell.backward: with them it serves the LSTM as well."""
    params, grads = self.params, {}
    words_in, words_out = captions[:, :-1], captions[:, 1:]

    h0, proj_cache = affine_forward(features.astype(self.dtype), params["W_proj"], params["b_proj"])
    x, embed_cache = word_embedding_forward(words_in, params["W_embed"])
    h, cell_cache = rnn_forward(x, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, words_out, words_out != self._null)

    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dx, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cell_cache)
    grads["W_embed"] = word_embedding_backward(dx, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads


edit("captioning_rnn_loss", "A gradient is missing, or under another name than its parameter.",
     '_, grads["W_proj"], grads["b_proj"] =', '_, grads["W_proj"], _ =')
edit("captioning_rnn_loss", "A gradient is missing, or under another name than its parameter.", 'grads["W_embed"] =',
     'grads["W_word"] =')
edit("captioning_rnn_loss", "A gradient is missing, or under another name than its parameter.", "return loss, grads",
     "return loss, list(grads.values())")
edit("captioning_rnn_loss", "", "return loss, grads", 'grads["Wh"] = grads["Wh"].T\nreturn loss, grads',
     diagnosis="on Wh")
edit("captioning_rnn_loss", "", "return loss, grads", 'grads["W_proj"] *= 0\nreturn loss, grads',
     diagnosis="All values are 0")
edit("captioning_rnn_loss", "", "features.astype(self.dtype)", "features", diagnosis="should hold float32")
edit("captioning_rnn_loss", "", "return loss, grads", "captions[:, 0] = 0\nreturn loss, grads",
     diagnosis="captions in place")

# captioning_rnn_step

edit("captioning_rnn_step", "", "return scores, tuple(next_state)", "return scores",
     diagnosis="return scores, next_state")
edit("captioning_rnn_step", "All states of the cell must be handed on, however many they are.", "tuple(next_state)",
     "(next_state[0],)")
edit("captioning_rnn_step", "next_state should be a tuple like state: (next_h,).", "tuple(next_state)", "next_state[0]")
edit("captioning_rnn_step", "next_state should be a tuple like state: (next_h,).", "tuple(next_state)", "next_state")
edit("captioning_rnn_step", "This is the state as it was before the step.", "tuple(next_state)", "state")
edit("captioning_rnn_step", "The scores are made of the state before the step: make them of the one after it.",
     "affine_forward(next_state[0]", "affine_forward(state[0]")
edit("captioning_rnn_step", "b_vocab is missing.", 'params["b_vocab"])', '0 * params["b_vocab"])')
edit("captioning_rnn_step", "These are probabilities: scores are wanted, without a softmax.", "return scores,",
     "p = np.exp(scores)\nscores = p / p.sum(axis=1, keepdims=True)\nreturn scores,")
edit("captioning_rnn_step", "It does not go through self.cell.step: with that it serves the LSTM as well.",
     "self.cell.step", "rnn_step_forward")
edit("captioning_rnn_step", "", "affine_forward(next_state[0]", "affine_forward(next_state[-1]",
     diagnosis="scores of the hidden")

# captioning_rnn_sample

edit("captioning_rnn_sample", "The caption goes on behind <END>: fill up with <NULL>.", "ended |= words == self._end",
     "")
edit("captioning_rnn_sample", "The <END> is missing: it belongs to the caption.",
     "captions[~ended, t] = words[~ended]\n    ended |= words == self._end",
     "ended |= words == self._end\n    captions[~ended, t] = words[~ended]")
edit("captioning_rnn_sample", "<START> is what the model hears first: it is no part of the result.", "return captions",
     "first = self.first_words(len(features))[:, None]\nreturn np.hstack([first, captions[:, :-1]])")
edit("captioning_rnn_sample", "The model hears <START> again and again: it should hear the word that it has just said.",
     "self.step(words, state)", "self.step(self.first_words(len(features)), state)")
edit("captioning_rnn_sample", "All captions stop when the first of them ends.", "ended.all()", "ended.any()")
edit("captioning_rnn_sample",
     "Each step starts from the picture's state here: hand on the state that the step before has returned.",
     "scores, state = self.step(", "scores, _ = self.step(")
edit("captioning_rnn_sample", "", "choose(scores, temperature)", "choose(scores)", diagnosis="how often cat is drawn")
edit("captioning_rnn_sample", "", "choose(scores, temperature)", "choose(scores, 1)",
     diagnosis="by hand|handed on|at temperature 0.5")
edit("captioning_rnn_sample", "", "choose(scores, temperature)", "choose(scores, float(temperature > 0))",
     diagnosis="at temperature 0.5")
edit("captioning_rnn_sample", "", "self._null, dtype", "self._end, dtype", diagnosis="by hand")
edit("captioning_rnn_sample", "", "return captions", "return captions[:, :t + 1]", diagnosis="shape|30 words")
