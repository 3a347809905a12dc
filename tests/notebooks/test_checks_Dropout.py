"""The checks of `Dropout.ipynb`: any right way to draw masks passes, wrong ones get the words a learner needs."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import differing, held_against_our_values, replace
from solved_notebook_grader import Grader

from cs231n.check import CheckFailed
from cs231n.classifiers.fc_net import FullyConnectedNet
from cs231n.grading.results import Reason

NOTEBOOK = "assignment2/Dropout"

# Answers by exercise: each is the whole body of the function, and goes with the solved answer of the other exercise.
RIGHT = {
    "dropout_forward": [
        """
        rng = np.random.default_rng(dropout_param.get("seed"))
        if dropout_param["mode"] == "test":
            return x, (dropout_param, np.ones_like(x))
        mask = rng.binomial(1, dropout_param["p"], size=x.shape).astype(x.dtype) / dropout_param["p"]
        return x * mask, (dropout_param, mask)
        """,
        """
        p = dropout_param["p"]
        if dropout_param.get("seed") is not None:
            np.random.seed(dropout_param["seed"])
        if dropout_param["mode"] == "test":
            return x.copy(), [dropout_param, None]
        dropped = np.random.uniform(size=x.shape) >= p
        out = x / p
        out[dropped] = 0
        mask = np.ones_like(x) / p
        mask[dropped] = 0
        return out, [dropout_param, mask]
        """,
        """
        mask = np.ones(x.shape, x.dtype)
        if dropout_param["mode"] == "train":
            p = dropout_param["p"]
            draw = np.random.RandomState(dropout_param["seed"]) if "seed" in dropout_param else np.random
            mask = draw.choice(np.array([0, 1 / p], x.dtype), size=x.shape, p=[1 - p, p])
        return x * mask, (dropout_param, mask)
        """,
        """
        if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        mask = np.zeros(x.size, x.dtype)
        if dropout_param["mode"] == "test":
            return 1 * x, (dropout_param, mask)
        for i in range(x.size):
            mask[i] = (np.random.random() < dropout_param["p"]) / dropout_param["p"]
        return x * mask.reshape(x.shape), (dropout_param, mask.reshape(x.shape))
        """,
    ],
    "dropout_backward": [
        """
        return dout.copy() if cache[0]["mode"] == "test" else np.multiply(cache[1], dout)
        """,
        """
        param, mask = cache
        if mask is None:
            return dout
        return np.where(mask > 0, dout / param["p"], 0).astype(dout.dtype)
        """,
        """
        dropout_param, mask = cache
        dx = np.array(dout)
        if dropout_param["mode"] == "train":
            dx[mask == 0] = 0
            dx /= dropout_param["p"]
        return dx
        """,
    ],
}

# Pairs of answers with a cache of their own: forward, backward.
PAIRS = [
    (
        """
        if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        if dropout_param["mode"] == "test":
            return x, None
        keep = np.random.rand(*x.shape) < dropout_param["p"]
        return x * keep / dropout_param["p"], (keep, dropout_param["p"])
        """,
        """
        if cache is None:
            return dout
        keep, p = cache
        return dout * keep / p
        """,
    ),
    (
        """
        rng = np.random.default_rng(dropout_param.get("seed"))
        p = dropout_param["p"] if dropout_param["mode"] == "train" else 1
        factor = np.where(rng.random(x.shape) < p, 1 / p, 0).astype(x.dtype)
        return factor * x, factor
        """,
        "return cache * dout",
    ),
    (
        """
        if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        if dropout_param["mode"] == "test":
            return x, {}
        kept = np.nonzero(np.random.random_sample(x.shape) < dropout_param["p"])
        out = np.zeros_like(x)
        out[kept] = x[kept] / dropout_param["p"]
        return out, {"kept": kept, "p": dropout_param["p"]}
        """,
        """
        if not cache:
            return dout
        dx = np.zeros_like(dout)
        dx[cache["kept"]] = dout[cache["kept"]] / cache["p"]
        return dx
        """,
    ),
]

class TestChecks(NotebookChecks):
    right = RIGHT
    other_checks = ("check_dropout_network",)

    def checks_of(self, exercise, checks):
        """This exercise's, and that of a network with both."""
        return [*self.own_checks(exercise, checks), "check_dropout_network"]


@pytest.mark.parametrize("seed", range(20))
def test_chance_does_not_fail_a_right_answer(notebook, seed):
    grader, unseeded = Grader(notebook, str(seed)), {"dropout_forward": RIGHT["dropout_forward"][0]}
    for grade_id in notebook.ids("check"):
        assert grader.judged(grade_id, unseeded) == (Reason.RIGHT, "")


@pytest.mark.parametrize("forward, backward", PAIRS)
def test_right_answers_with_a_cache_of_their_own_pass(notebook, forward, backward):
    for grade_id in notebook.ids("check"):
        assert "pass:" in notebook.run_check(grade_id, {"dropout_forward": forward, "dropout_backward": backward})


def test_what_grading_compares_does_not_depend_on_the_masks(notebook, monkeypatch):
    other = {"dropout_forward": RIGHT["dropout_forward"][0]}  # draws from another generator
    ours, theirs = (held_against_our_values(notebook.reported(notebook.ids("check"), answers, monkeypatch))
                    for answers in ({}, other))
    assert len(ours) > 20 and differing(ours, theirs) == []


def test_a_mask_taken_from_the_result_is_recognised(notebook):
    answers = {"dropout_forward": replace("cache = (dropout_param, mask)", "cache = (dropout_param, out)"),
               "dropout_backward": replace("dout * mask", 'dout * (mask != 0) / dropout_param["p"]')}
    with pytest.raises(CheckFailed, match="the mask decides, not whether the result is 0"):
        notebook.run_check("check_dropout_backward", answers)


@pytest.mark.parametrize("exercise, answer, words", [
    ("dropout_forward", replace('if mode == "train":', "if True:"), "scores in testing"),
    ("dropout_forward", replace("out = x * mask", "out = x"), "dropout_forward after each ReLU"),
    ("dropout_forward", replace('np.random.seed(dropout_param["seed"])', "pass"), "the same units cut out"),
    ("dropout_backward", "return dout", "gradient on W1 from the numerical one"),
])
def test_a_network_with_a_wrong_layer_fails(notebook, exercise, answer, words):
    with pytest.raises(CheckFailed, match=words):
        notebook.run_check("check_dropout_network", {exercise: answer})


def test_a_network_without_dropout_is_told_so(notebook, monkeypatch):
    plain = FullyConnectedNet.loss

    def without_dropout(self, X, y=None):
        self.use_dropout = False
        return plain(self, X, y)

    monkeypatch.setattr(FullyConnectedNet, "loss", without_dropout)
    with pytest.raises(CheckFailed, match="not that of a network without dropout"):
        notebook.run_check("check_dropout_network")


def test_recorded_story_less_learned_by_heart_and_not_worse_on_new_pictures(notebook):
    printed = notebook.printed()
    found = re.findall(r"^(1|0\.25) +(0\.\d+) +(0\.\d+) +(0\.\d+)$", printed, re.M)
    (train, val, gap), (train_dropout, val_dropout, gap_dropout) = (map(float, row[1:]) for row in found[-2:])
    assert train_dropout < train and gap_dropout < gap - 0.05
    assert val_dropout > val
