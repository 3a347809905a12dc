"""CaptioningRNN: the course's figures, gradients (numeric and torch's), words said, beams, wrong input."""
import itertools

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from cs231n.classifiers.rnn import CELLS, CaptioningRNN, choose, extend_beams
from cs231n.gradient_check import eval_numerical_gradient

WORDS = {"<NULL>": 0, "<START>": 1, "<END>": 2, "cat": 3, "dog": 4}
N, D, W, H, T, V = 3, 6, 5, 7, 4, len(WORDS)
each_cell = pytest.mark.parametrize("cell_type", CELLS)


def small(cell_type="rnn", dtype=np.float64, seed=0, words=WORDS):
    np.random.seed(seed)
    return CaptioningRNN(words, D, W, H, cell_type, dtype)


def images(dtype=np.float64):
    return np.random.default_rng(0).standard_normal((N, D)).astype(dtype)


def captions():
    """Three captions, one of them shorter: its <NULL> must not count."""
    return np.array([[1, 3, 4, 3, 2], [1, 4, 2, 0, 0], [1, 3, 3, 4, 2]])


def decided(cell_type="rnn", seed=0):
    """A model with large scores: its words depend on the image and on what was said before."""
    model = small(cell_type, seed=seed)
    model.params["W_vocab"] *= 6
    model.params["W_embed"] *= 100
    return model


# The course's figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell_type, first, last, expected", [
    ("rnn", -1.5, 0.3, 9.83235591003), ("lstm", -0.5, 1.7, 9.82445935443),
])
def test_loss_of_the_course(cell_type, first, last, expected):
    words = {"<NULL>": 0, "cat": 2, "dog": 3}  # no word 1, no <START>: as the course has it
    model = CaptioningRNN(words, input_dim=20, wordvec_dim=30, hidden_dim=40, cell_type=cell_type, dtype=np.float64)
    for name, value in model.params.items():
        model.params[name] = np.linspace(-1.4, 1.3, num=value.size).reshape(value.shape)
    loss, _ = model.loss(np.linspace(first, last, num=200).reshape(10, 20), (np.arange(130) % 3).reshape(10, 13))
    assert abs(loss - expected) < 1e-10


def test_parameters_of_the_course():
    model = CaptioningRNN({f"word {i}": i for i in range(1003)} | {"<NULL>": 1003}, cell_type="lstm")
    assert {name: value.shape for name, value in model.params.items()} == {
        "W_embed": (1004, 128), "W_proj": (512, 128), "b_proj": (128,), "Wx": (128, 512), "Wh": (128, 512), "b": (512,),
        "W_vocab": (128, 1004), "b_vocab": (1004,),
    }
    assert {value.dtype for value in model.params.values()} == {np.dtype(np.float32)}


def test_first_loss_is_that_of_knowing_nothing():
    """Each word has about the same probability at first, so the loss is about log V for each word to say."""
    model = small()
    model.params["W_vocab"] *= 0.01
    loss, _ = model.loss(images(), captions())
    assert loss == pytest.approx(np.log(V) * (4 + 2 + 4) / N, rel=1e-2)


# The loss and its gradients -------------------------------------------------------------------------------------------


@each_cell
def test_gradients_are_the_numeric_ones(cell_type):
    model = small(cell_type)
    model.params["W_embed"] *= 100  # with words of about size 1 no gradient is lost in rounding
    _, grads = model.loss(images(), captions())
    assert grads.keys() == model.params.keys()
    for name, value in model.params.items():
        numeric = eval_numerical_gradient(lambda _: model.loss(images(), captions())[0], value, verbose=False)
        np.testing.assert_allclose(grads[name], numeric, rtol=1e-6, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("cell_type", ["rnn", "lstm"])
def test_loss_and_gradients_are_torchs(cell_type):
    torch = pytest.importorskip("torch")
    model = small(cell_type)
    loss, grads = model.loss(images(), captions())
    params = {name: torch.tensor(value, requires_grad=True) for name, value in model.params.items()}
    words = torch.tensor(captions())
    h = torch.tensor(images()) @ params["W_proj"] + params["b_proj"]
    c, expected = torch.zeros_like(h), 0
    for t in range(T):
        a = params["W_embed"][words[:, t]] @ params["Wx"] + h @ params["Wh"] + params["b"]
        if cell_type == "rnn":
            h = torch.tanh(a)
        else:
            i, f, o, g = a.split(H, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        scores = h @ params["W_vocab"] + params["b_vocab"]
        expected += torch.nn.functional.cross_entropy(scores, words[:, t + 1], ignore_index=0, reduction="sum") / N
    expected.backward()
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    for name, value in params.items():
        np.testing.assert_allclose(grads[name], value.grad.numpy(), rtol=1e-9, atol=1e-12, err_msg=name)


@each_cell
def test_float32_stays_float32(cell_type):
    model = small(cell_type, np.float32)
    _, grads = model.loss(images(), captions())  # features of 64 bits do not change that
    assert {value.dtype for value in grads.values()} == {np.dtype(np.float32)}
    scores, state = model.step(np.ones(N, int), model.initial_state(images()))
    assert {value.dtype for value in (scores, *state)} == {np.dtype(np.float32)}


@each_cell
def test_what_stands_behind_the_end_changes_nothing(cell_type):
    model = small(cell_type)
    loss, grads = model.loss(images(), captions())
    longer, more = model.loss(images(), np.pad(captions(), ((0, 0), (0, 3))))
    assert longer == pytest.approx(loss, rel=1e-14)
    for name in grads:
        np.testing.assert_allclose(more[name], grads[name], atol=1e-14)


# Words said -----------------------------------------------------------------------------------------------------------


def greedy(model, features, length):
    """The best word each time, for one image at a time."""
    said = []
    for feature in features:
        state, word, caption = model.initial_state(feature[np.newaxis]), 1, []
        while len(caption) < length and word != 2:
            scores, state = model.step(np.array([word]), state)
            word = int(np.argmax(scores))
            caption.append(word)
        said.append(caption + [0] * (length - len(caption)))
    return said


@each_cell
def test_step_gives_the_scores_that_loss_is_made_of(cell_type):
    model = decided(cell_type)
    state, total = model.initial_state(images()), 0
    for t in range(T):
        scores, state = model.step(captions()[:, t], state)
        said = captions()[:, t + 1]
        total -= np.sum(log_softmax(scores, axis=1)[np.arange(N), said] * (said != 0)) / N
    assert model.loss(images(), captions())[0] == pytest.approx(total, rel=1e-12)


@each_cell
@pytest.mark.parametrize("seed", range(4))
def test_sample_takes_the_best_word_and_stops_at_the_end(cell_type, seed):
    model = decided(cell_type, seed)
    said = model.sample(images(), max_length=9)
    assert said.shape == (N, 9) and said.dtype == np.int32
    assert said.tolist() == greedy(model, images(), 9)


def test_the_greedy_captions_tested_with_differ_and_some_end():
    """Otherwise the test before would be easy."""
    said = np.concatenate([decided(cell, seed).sample(images(), 9) for cell in CELLS for seed in range(4)])
    assert len({tuple(caption) for caption in said.tolist()}) > 10
    assert {True, False} == {*(said == 2).any(axis=1).tolist()}


def test_without_an_end_a_caption_goes_on():
    model = decided()
    model._end = None
    assert model.sample(images(), 20).shape == (N, 20)


def test_words_are_drawn_as_often_as_they_are_probable():
    np.random.seed(0)
    scores = np.array([[1.0, 0.0, 2.0, -1.0]])
    for temperature in (0.5, 1, 3):
        drawn = choose(np.repeat(scores, 20000, axis=0), temperature)
        np.testing.assert_allclose(np.bincount(drawn) / 20000, softmax(scores[0] / temperature), atol=0.015)
    assert choose(scores).tolist() == [2]


def test_a_low_temperature_is_greedy_and_a_high_one_is_not():
    model = decided()
    greedy = model.sample(images(), 9).tolist()
    assert model.sample(images(), 9, temperature=1e-6).tolist() == greedy
    assert model.sample(images(), 9, temperature=50).tolist() != greedy


def log_prob(model, feature, caption):
    """The logarithm of the probability that a model says a caption."""
    return -model.loss(feature[np.newaxis], np.array([[1, *caption]]))[0]


def trained(cell_type):
    """A model that never says <NULL> or <START>, as one that has seen captions."""
    model = decided(cell_type)
    model.params["b_vocab"][[0, 1]] = -50
    return model


@each_cell
def test_a_wide_beam_finds_the_most_likely_caption(cell_type):
    model, length = trained(cell_type), 4
    every = [c for n in range(1, length + 1) for c in itertools.product((2, 3, 4), repeat=n)
             if 2 not in c[:-1] and (c[-1] == 2 or n == length)]
    found, log_probs = model.beam_search(images(), beam_width=V**length, max_length=length)
    assert found.shape == (N, length) and found.dtype == np.int32
    for feature, caption, got in zip(images(), found, log_probs, strict=True):
        best = max(every, key=lambda c: log_prob(model, feature, c))
        assert [i for i in caption.tolist() if i] == list(best)
        assert got == pytest.approx(log_prob(model, feature, best), rel=1e-9)


@each_cell
def test_a_beam_of_one_is_greedy(cell_type):
    model = trained(cell_type)
    assert model.beam_search(images(), 1, 9)[0].tolist() == model.sample(images(), 9).tolist()


@each_cell
def test_a_beam_says_how_likely_its_caption_is(cell_type):
    model = trained(cell_type)
    for feature, caption, got in zip(images(), *model.beam_search(images(), 3, 9), strict=True):
        assert got == pytest.approx(log_prob(model, feature, caption[caption != 0]), rel=1e-9)


def test_a_caption_more_likely_as_a_whole_beats_the_best_first_word():
    """First "cat" (0.6), which goes on evenly; but "dog" (0.4) is followed by the end for sure."""
    model = trained("rnn")
    after = {1: [0.6, 0.4, 1e-9], 3: [0.25, 0.25, 0.5], 4: [1e-9, 1e-9, 1.0], 2: [1 / 3] * 3}

    def step(words, state):
        scores = np.full((len(words), V), -50.0)
        scores[:, [3, 4, 2]] = np.log([after[int(word)] for word in words])
        return scores, state

    model.step = step
    greedy, beam = model.sample(images(), 4), model.beam_search(images(), 2, 4)
    assert greedy[0].tolist() == [3, 2, 0, 0]
    assert beam[0][0].tolist() == [4, 2, 0, 0] and np.exp(beam[1][0]) == pytest.approx(0.4)


# Wrong input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change, message", [
    ({"cell_type": "transformer"}, "cell_type must be one of 'rnn', 'lstm', 'gru'"),
    ({"word_to_idx": {"cat": 0}}, "word_to_idx must be a dictionary that has '<NULL>'"),
    ({"word_to_idx": ["<NULL>"]}, "word_to_idx must be a dictionary"),
    ({"hidden_dim": 0}, "hidden_dim must be an integer, 1 or more, got int 0"),
    ({"wordvec_dim": 1.5}, "wordvec_dim"),
    ({"input_dim": -1}, "input_dim"),
    ({"dtype": np.int64}, "dtype must be np.float32 or np.float64"),
])
def test_wrong_settings_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        CaptioningRNN(**({"word_to_idx": WORDS} | change))


@pytest.mark.parametrize("features, said, message", [
    (np.zeros((N, D + 1)), captions(), rf"features must have shape \(N, {D}\)"),
    (np.zeros(D), captions(), "features must be an array"),
    (np.full((N, D), np.nan), captions(), "features must be finite"),
    (np.zeros((N + 1, D)), captions(), rf"captions must have shape \({N + 1}, T \+ 1\)"),
    (np.zeros((N, D)), captions()[:, :1], "captions must have 2 words or more"),
    (np.zeros((N, D)), captions() + 1, "captions must hold whole numbers from 0 to V - 1 = 4"),
    (np.zeros((N, D)), captions() * 0.5, "captions must hold whole numbers"),
])
def test_wrong_input_to_loss_is_named(features, said, message):
    with pytest.raises(ValueError, match=message):
        small().loss(features, said)


@pytest.mark.parametrize("method", ["sample", "beam_search"])
def test_wrong_input_to_sampling_is_named(method):
    with pytest.raises(ValueError, match="features must have shape"):
        getattr(small(), method)(np.zeros((N, D + 1)))
    with pytest.raises(ValueError, match="max_length must be an integer, 1 or more"):
        getattr(small(), method)(images(), max_length=0)
    with pytest.raises(ValueError, match="word_to_idx has no '<START>'"):
        getattr(small(words={"<NULL>": 0, "cat": 1}), method)(images())


def test_a_negative_temperature_and_no_beam_are_named():
    with pytest.raises(ValueError, match="temperature must be a finite number, 0 or more"):
        small().sample(images(), temperature=-1)
    with pytest.raises(ValueError, match="beam_width must be an integer, 1 or more"):
        small().beam_search(images(), 0)


@pytest.mark.parametrize("call, message", [
    (lambda: choose(np.ones(5)), r"scores must be an array of real numbers of shape \(N, V\)"),
    (lambda: choose(np.ones((2, 5)), -1), "temperature must be a finite number, 0 or more"),
    (lambda: extend_beams(np.zeros((2, 1)), np.zeros((2, 3, 5))), r"log_probs must have shape \(2, 3\)"),
    (lambda: extend_beams(np.zeros((2, 3)), np.zeros((2, 5))), r"log_words must be .* of shape \(N, K, V\)"),
    (lambda: small().initial_state(images()[0]), "features must be an array of real numbers of shape"),
])
def test_wrong_input_to_the_steps_of_sampling_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
