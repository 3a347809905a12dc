"""L-BFGS: Newton's method with a curvature guessed from the last few steps (Nocedal and Wright, 2006, chapter 7)."""
import numpy as np

from cs231n.autograd.grad_mode import enable_grad
from cs231n.nn.optim.optimizer import Optimizer


class LBFGS(Optimizer):
    """L-BFGS for whole batches, with PyTorch's rules for when to stop; `step` needs a closure.

    Parameters
    ----------
    params : iterable of Parameter
        One group.
    lr : float
        Length of a step; the first is shorter, ``lr min(1, 1 / sum |g|)``.
    max_iter, max_eval : int
        Steps, and evaluations of the closure, in one call of `step`; 1.25 times the steps unless given.
    tolerance_grad, tolerance_change : float
        Stop when no gradient, or no change of parameters or loss, is larger.
    history_size : int
        Steps that are remembered.
    """

    def __init__(self, params, lr=1.0, max_iter=20, max_eval=None, tolerance_grad=1e-7, tolerance_change=1e-9,
                 history_size=100):
        super().__init__(params, {"lr": lr, "max_iter": max_iter, "max_eval": max_eval or max_iter * 5 // 4,
                                  "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change,
                                  "history_size": history_size})
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS takes one group of parameters")
        self.memory = {"steps": [], "changes": [], "direction": None, "gradient": None, "count": 0}

    def step(self, closure):
        """Take up to `max_iter` steps; returns the loss before the first."""
        group, memory = self.param_groups[0], self.memory
        evaluate = enable_grad()(closure)
        first = evaluate()
        loss, gradient, evaluations = float(first), self._gradient(), 1
        if np.abs(gradient).max() <= group["tolerance_grad"]:
            return first
        for i in range(group["max_iter"]):
            memory["count"] += 1
            direction = self._direction(gradient)
            length = group["lr"] * (min(1.0, 1 / np.abs(gradient).sum()) if memory["count"] == 1 else 1.0)
            slope = gradient @ direction
            memory.update(direction=direction, gradient=gradient, length=length)
            if slope > -group["tolerance_change"]:
                break
            self._walk(length * direction)
            if i == group["max_iter"] - 1:
                break
            before, loss = loss, float(evaluate())
            gradient, evaluations = self._gradient(), evaluations + 1
            if (evaluations >= group["max_eval"] or np.abs(gradient).max() <= group["tolerance_grad"]
                    or np.abs(length * direction).max() <= group["tolerance_change"]
                    or abs(loss - before) < group["tolerance_change"]):
                break
        return first

    def _direction(self, gradient):
        memory = self.memory
        if memory["direction"] is None:
            return -gradient
        s, y = memory["direction"] * memory["length"], gradient - memory["gradient"]
        if y @ s > 1e-10:
            memory["steps"].append(s)
            memory["changes"].append(y)
            del memory["steps"][:-self.param_groups[0]["history_size"]]
            del memory["changes"][:-self.param_groups[0]["history_size"]]
        # The two-loop recursion: the inverse curvature times the gradient, without a matrix.
        q, weights, pairs = -gradient, [], list(zip(memory["steps"], memory["changes"], strict=True))
        for s, y in reversed(pairs):
            weights.append((s @ q) / (y @ s))
            q = q - weights[-1] * y
        if pairs:
            s, y = pairs[-1]
            q = q * ((y @ s) / (y @ y))
        for (s, y), weight in zip(pairs, reversed(weights), strict=True):
            q = q + s * (weight - (y @ q) / (y @ s))
        return q

    def _gradient(self):
        return np.concatenate([(np.zeros_like(p.data) if p.grad is None else p.grad.data).reshape(-1)
                               for p in self.param_groups[0]["params"]])

    def _walk(self, way):
        start = 0
        for p in self.param_groups[0]["params"]:
            p.data = p.data + way[start:start + p.data.size].reshape(p.shape)
            p._version[0] += 1
            start += p.data.size
