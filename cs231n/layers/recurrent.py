"""What the recurrent layers share: the guards of inputs, states and weights.

N sequences, T time steps, D inputs and H hidden units; the weights of an LSTM or a GRU stand side by side, so they have
4 or 3 times H columns.
"""
from cs231n.validation import check_array


def check_hidden_gradient(dh, cache):
    """Guard the backward functions over whole sequences."""
    check_array(dh, "dh", ("N", "T", "H"))


def check_recurrent(parts, x, h0, Wx, Wh, b):
    """Raise unless inputs (N, T, D), a state (N, H) and weights of `parts` times H columns fit each other."""
    check_array(x, "x", ("N", "T", "D"), floats=True)
    check_recurrent_step(parts, x[:, 0], {"h0": h0}, Wx, Wh, b)


def check_recurrent_step(parts, x, states, Wx, Wh, b):
    """Raise unless inputs (N, D), states (N, H), given by name, and weights fit each other."""
    check_array(x, "x", ("N", "D"))
    for name, state in states.items():
        check_array(state, name, (len(x), "H"))
    H = next(iter(states.values())).shape[1]
    for name, state in states.items():
        check_array(state, name, (len(x), H))
    check_array(Wx, "Wx", (x.shape[1], parts * H))
    check_array(Wh, "Wh", (H, parts * H))
    check_array(b, "b", (parts * H,))
