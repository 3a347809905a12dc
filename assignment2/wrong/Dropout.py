"""Wrong answers to the exercises of Dropout, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import edit, wrong

# dropout_forward

# Seeds come first: masks of two calls agree, too, where nothing is dropped.
edit("dropout_forward", "Two calls drew the same mask: without a seed in dropout_param, do not seed anything.",
     'if "seed" in dropout_param:\n    np.random.seed(dropout_param["seed"])',
     'np.random.seed(dropout_param.get("seed", 1))')
edit("dropout_forward", "Two calls with this seed drew two masks: seed before you draw (and 0 is a seed, too).",
     'if "seed" in dropout_param:\n    np.random.seed(dropout_param["seed"])', "")
edit("dropout_forward", "Two calls with this seed drew two masks: seed before you draw (and 0 is a seed, too).",
     'if "seed" in dropout_param:', 'if dropout_param.get("seed"):')
edit("dropout_forward", "Two seeds gave the same mask: use the seed that is in dropout_param.",
     'np.random.seed(dropout_param["seed"])', "np.random.seed(231)")

edit("dropout_forward", "", "return out, cache", "return out", diagnosis="return out, cache")
edit("dropout_forward", "", "return out, cache", "return None, cache", diagnosis="is None")
edit("dropout_forward", "", "out = x * mask", "out = (x * mask).ravel()", diagnosis="shape is .42,. and should be")
edit("dropout_forward", "This is the part to be dropped: p is the probability of keeping.", "rand(*x.shape) < p",
     "rand(*x.shape) > p")
edit("dropout_forward", "Everything was dropped.", "out = x * mask", "out = 0 * x")
edit("dropout_forward", "Draw evenly from 0 to 1 (np.random.rand): only then is p the part below p.", "random.rand(",
     "random.randn(")
edit("dropout_forward", "What is kept is still x: divide it by p, so that the mean stays what it was.",
     ".astype(x.dtype) / p", ".astype(x.dtype)")
edit("dropout_forward", "Nothing was dropped: is the mask multiplied with x?", "out = x * mask", "out = x / p")
edit("dropout_forward", "Nothing was dropped: is the mask multiplied with x?", "out = x * mask", "out = x")
edit("dropout_forward", "What is kept was multiplied by p: divide.", ".astype(x.dtype) / p", ".astype(x.dtype) * p")
edit("dropout_forward", "What is kept was divided by 1 - p, the probability of dropping.", ".astype(x.dtype) / p",
     ".astype(x.dtype) / (1 - p)")
edit("dropout_forward", "This is the part to be dropped: p is the probability of keeping.", "< p).astype(x.dtype) / p",
     "> p).astype(x.dtype) / (1 - p)")
edit("dropout_forward", "This is the mask: multiply it with x.", "out = x * mask", "out = mask")
edit("dropout_forward", "Whole rows or columns are dropped together: the mask needs the shape of x.", "rand(*x.shape)",
     "rand(*x.shape[1:])")
edit("dropout_forward", "Whole rows or columns are dropped together: the mask needs the shape of x.", "rand(*x.shape)",
     "rand(len(x), *[1] * (x.ndim - 1))")
edit("dropout_forward", "Test mode drops numbers, too: there all are kept.", 'if mode == "train":', "if True:")
edit("dropout_forward", "Multiplied by p: not needed here, since training has divided by it.", "out = x\n",
     "out = p * x\n")
edit("dropout_forward", "Divided by p: that is for training only.", "out = x\n", "out = x / p\n")
edit("dropout_forward", "", ".astype(x.dtype) / p", " / p", diagnosis="should hold float32")
edit("dropout_forward", "", "out = x * mask", "x *= mask\n    out = x", diagnosis="changes its input x in place")

# dropout_backward

# A gradient everywhere comes last: where x was kept, it looks like other mistakes.
edit("dropout_backward", "The division by p is missing: what forward multiplies by, backward does, too.", "dout * mask",
     "dout * (mask > 0)")
edit("dropout_backward", "Divided by p twice: does the mask in the cache hold 1 / p already?", "dout * mask",
     'dout * mask / dropout_param["p"]')
edit("dropout_backward", "Multiplied by p: divide.", "dout * mask", 'dout * (mask > 0) * dropout_param["p"]')
edit("dropout_backward", "This is the mask: multiply it with dout.", "dout * mask", "mask")
edit("dropout_backward", "", "dout * mask", "-dout * mask", diagnosis="wrong sign")
edit("dropout_backward", "The first call has changed the cache: work on a copy of what is in it.", "dx = dout * mask",
     "dx = dout * mask\n    mask *= 2")
edit("dropout_backward", "", "dx = dout * mask", "dout *= mask", diagnosis="changes its input dout in place")
edit("dropout_backward", "Divided by p: that is for training only.",
     'if dropout_param["mode"] == "train":\n    dx = dout * mask',
     'dx = dout / dropout_param["p"] if mask is None else dout * mask')
edit("dropout_backward",
     "Numbers that were dropped have a gradient: take the mask of the forward pass out of the cache, not a new one.",
     "dout * mask", "dropout_forward(dout, dropout_param)[0]")


@wrong("dropout_backward")
def no_mask(dout, cache):
    """Every number has a gradient: multiply dout with the mask."""
    return dout


@wrong("dropout_backward")
def no_mask_but_p(dout, cache):
    """Every number has a gradient: multiply dout with the mask."""
    return dout if cache[0]["mode"] == "test" else dout / cache[0]["p"]
