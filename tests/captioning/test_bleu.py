"""BLEU: by hand, against nltk, and what it refuses."""
import numpy as np
import pytest
from nltk.translate import bleu_score as nltk_bleu

from cs231n.captioning.bleu import corpus_bleu, sentence_bleu

WORDS = "a the red blue car dog on left of".split()


def random_caption(rng):
    """At least 4 words: in a corpus nltk counts a phrase of 4 in captions too short to have one."""
    return list(rng.choice(WORDS, rng.integers(4, 12)))


def changed(rng, caption):
    """The caption with about one word in six replaced by another."""
    return [str(rng.choice(WORDS)) if rng.random() < 1 / 6 else word for word in caption]


def weights(n):
    return (1 / n,) * n


@pytest.mark.filterwarnings(r"ignore:[\s\S]*n-gram overlaps:UserWarning")  # of nltk, where a precision is 0
@pytest.mark.parametrize("seed", range(20))
def test_a_sentence_as_nltk_has_it(seed):
    rng = np.random.default_rng(seed)
    references, caption = [random_caption(rng) for _ in range(rng.integers(1, 6))], random_caption(rng)
    expected = [nltk_bleu.sentence_bleu(references, caption, weights(n)) for n in range(1, 5)]
    np.testing.assert_allclose(sentence_bleu(references, caption), expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_corpus_as_nltk_has_it(seed):
    rng = np.random.default_rng(seed)
    references = [[random_caption(rng) for _ in range(5)] for _ in range(50)]
    captions = [changed(rng, each[0]) for each in references]
    expected = [nltk_bleu.corpus_bleu(references, captions, weights(n)) for n in range(1, 5)]
    assert 0.1 < min(expected) < max(expected) < 1
    np.testing.assert_allclose(corpus_bleu(references, captions), expected, rtol=1e-12)


def test_the_right_caption_is_worth_1_and_one_with_no_right_word_0():
    references = ["a red car on the road", "there is a red car on a street"]
    np.testing.assert_allclose(sentence_bleu(references, references[1]), np.ones(4))
    np.testing.assert_array_equal(sentence_bleu(references, "two white dogs"), np.zeros(4))
    np.testing.assert_array_equal(sentence_bleu(references, ""), np.zeros(4))


def test_by_hand():
    # a, red, dog: 2 of 3 words; "a red" of "a red", "red dog": 1 of 2 pairs. Three words where four were said.
    got = sentence_bleu(["a red car there"], "a red dog", max_n=2)
    brevity = np.exp(1 - 4 / 3)
    np.testing.assert_allclose(got, [brevity * 2 / 3, brevity * np.sqrt(2 / 3 * 1 / 2)])


def test_a_word_counts_as_often_as_in_one_reference():
    assert sentence_bleu(["the cat is on the mat", "there is a cat"], "the the the the the the the", 1) == 2 / 7


def test_of_two_references_equally_near_in_length_the_shorter_counts():
    assert sentence_bleu(["a b", "a b c d"], "a b c", 1) == 1


def test_special_words_do_not_count():
    plain = sentence_bleu(["a red car on the road"], "a red car on a road")
    got = sentence_bleu(["<START> a red car <UNK> on the road <END>"], "a red <UNK> car on a road <END> <NULL>")
    np.testing.assert_array_equal(got, plain)


def test_phrases_do_not_reach_from_one_caption_to_the_next():
    assert corpus_bleu([["a b"], ["c d"]], ["a c", "b d"], 2)[1] == 0


@pytest.mark.parametrize("references, captions, message", [
    ([["a"]], ["a", "b"], "1 lists for 2 captions"),
    ([], [], "one or more"),
    ([[]], ["a"], r"references\[0\] must be a list of one or more captions"),
    (["a cat"], ["a cat"], r"references\[0\] must be a list"),
    ([["a"]], [3], "a text or a list of words, got int 3"),
    ([[["a", 1]]], ["a"], "a text or a list of words"),
])
def test_wrong_input_is_named(references, captions, message):
    with pytest.raises(ValueError, match=message):
        corpus_bleu(references, captions)
    with pytest.raises(ValueError, match="max_n"):
        sentence_bleu(["a"], "a", max_n=0)
