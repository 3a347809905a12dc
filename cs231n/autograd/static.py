"""Static graphs: drawn up once with symbols, run often with numbers, saved and run without the code that made them.

    graph = Graph()
    x, y = graph.placeholder("x"), graph.placeholder("y")
    w = graph.variable("w", first_w)
    loss = ((x @ w - y) ** 2).sum()
    dw, = graph.gradients(loss, [w])
    update = graph.assign(w, w - 1e-3 * dw)
    for _ in range(50):
        value, _ = graph.run([loss, update], {"x": X, "y": Y})

An operation that is given a symbol in place of a tensor is noted in the graph; the same operation of the same inputs is
noted, and so computed, once. What a run was not asked for is not computed: an update that is not fetched changes
nothing. A node calls the operation of that name of the tape, so that nothing is written twice, and `gradients` walks
that tape. A condition and a loop of Python's would run once, while the graph is drawn up: `cond`, `fold` and
`while_loop` are operators for them.
"""
import json

import numpy as np

from cs231n.autograd.grad_mode import set_grad_enabled
from cs231n.autograd.gradients import grad
from cs231n.autograd.operations import OPERATIONS
from cs231n.autograd.operations import Symbol as Base
from cs231n.autograd.tape import Tensor, wrap
from cs231n.validation import describe

FUSED = "linear_relu"


class Symbol(Base):
    """What a node of a graph will compute; it has a tensor's operators and methods, but no numbers and no shape."""

    def __init__(self, graph, number):
        self.graph, self.number = graph, number

    def __getattr__(self, name):
        if name not in OPERATIONS or name.startswith("_"):
            raise AttributeError(f"a symbol has no {name}: it stands for a tensor that is yet to be computed")
        return lambda *args, **settings: OPERATIONS[name](self, *args, **settings)

    def __getitem__(self, index):
        return self.graph.add("getitem", (self, index), {})

    def view(self, *shape):
        """Give the numbers another shape."""
        return self.reshape(*shape)

    def __neg__(self):
        return OPERATIONS["neg"](self)

    T = property(lambda self: OPERATIONS["transpose"](self, 0, 1))


def _operator(name, swapped):
    if swapped:
        return lambda self, other: self.graph.add(name, (other, self), {})
    return lambda self, other: self.graph.add(name, (self, other), {})


for _name, _operation in {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow",
                          "matmul": "matmul"}.items():
    setattr(Symbol, f"__{_name}__", _operator(_operation, False))
    setattr(Symbol, f"__r{_name}__", _operator(_operation, True))


class Graph:
    """A static graph.

    Attributes
    ----------
    nodes : list of (name, args, settings)
        In the order of computation; an argument that is a `Symbol` is an earlier node.
    values : dict of str -> ndarray
        The variables.
    """

    def __init__(self):
        self.nodes, self.values = [], {}
        self._known, self._tensors = {}, {}

    # Drawing up

    def placeholder(self, name):
        """What is fed in each run."""
        return self.add("placeholder", (name,), {})

    def variable(self, name, value):
        """What lives in the graph, and is changed by `assign`; an array or a tensor, which is copied."""
        self.values[name] = np.array(value.data if isinstance(value, Tensor) else value)
        return self.add("variable", (name,), {})

    def add(self, name, args, settings):
        """Note an operation; returns its symbol. Tensors among the arguments become variables."""
        args = tuple(self._adopted(x) for x in args)
        settings = {key: self._adopted(x) for key, x in settings.items()}
        key = json.dumps([name, _encoded(args), _encoded(settings)], sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append((name, args, settings))
        return Symbol(self, self._known[key])

    def _adopted(self, value):
        if isinstance(value, Tensor):
            if id(value) not in self._tensors:
                name = f"tensor{len(self._tensors)}"
                self._tensors[id(value)] = self.variable(name, value), value  # kept, so that its id stays its own
            return self._tensors[id(value)][0]
        if isinstance(value, Symbol) and value.graph is not self:
            raise ValueError("this symbol belongs to another graph; hand it to cond, fold or while_loop as an operand")
        return type(value)(self._adopted(x) for x in value) if type(value) in (list, tuple) else value

    def name_tensors(self, named):
        """Make variables of tensors under these names, such as ``module.state_dict()``, before they are met."""
        for name, tensor in named:
            self._tensors[id(tensor)] = self.variable(name, tensor), tensor

    def gradients(self, loss, sources):
        """The gradients of a loss on placeholders and variables: a list of symbols."""
        for x in sources:
            if self.nodes[x.number][0] not in ("placeholder", "variable"):
                raise ValueError("gradients are on placeholders and variables")
        together = self.add("gradients", (loss, list(sources)), {})
        return [together[i] for i in range(len(sources))]

    def assign(self, variable, value):
        """An update: fetched, it gives the variable this value after everything else has been computed."""
        if self.nodes[variable.number][0] != "variable":
            raise ValueError("only a variable can be assigned to")
        return self.add("assign", (variable, value), {})

    def group(self, *symbols):
        """One symbol to fetch in place of several."""
        return self.add("group", symbols, {})

    def cond(self, condition, then, otherwise, *operands):
        """Compute ``then(*operands)`` if the condition holds, else ``otherwise(*operands)``: only one of them."""
        return self.add("cond", (condition, *operands), {"then": _drawn(then, len(operands)),
                                                         "otherwise": _drawn(otherwise, len(operands))})

    def fold(self, body, initial, sequence, *operands):
        """Begin with a state; for each x along the first axis of a sequence make it ``body(state, x, *operands)``."""
        return self.add("fold", (initial, sequence, *operands), {"body": _drawn(body, 2 + len(operands))})

    def while_loop(self, condition, body, initial, *operands):
        """As long as ``condition(state, *operands)`` holds, make the state ``body(state, *operands)``."""
        count = 1 + len(operands)
        return self.add("while_loop", (initial, *operands), {"condition": _drawn(condition, count),
                                                             "body": _drawn(body, count)})

    def fused(self, *fetches):
        """Return a graph in which a linear layer and the ReLU after it are one node, and the same symbols in it.

        Only what the fetches need is in it. Nothing is fused that somebody else needs as well.
        """
        needed, new, there = self._needed(fetches), Graph(), {}
        users = [n for number in needed for n in _numbers(self.nodes[number][1:])] + [x.number for x in fetches]
        new.values = self.values
        for number in needed:
            name, args, settings = self.nodes[number]
            source = args[0] if name == "relu" else None
            if source is not None and self.nodes[source.number][0] == "linear" and users.count(source.number) == 1:
                name, args, settings = FUSED, *self.nodes[source.number][1:]
            moved = _replaced((args, settings), lambda x: there[x.number])
            there[number] = new.add(name, *moved)
        if len(new.nodes) > len(new._needed([there[x.number] for x in fetches])):
            return new.fused(*[there[x.number] for x in fetches])  # without what was fused away
        return new, [there[x.number] for x in fetches]

    # Running

    def run(self, fetches, feeds=None):
        """Compute what is asked for.

        Parameters
        ----------
        fetches : Symbol or list of Symbol
        feeds : dict of str -> ndarray
            The placeholders' numbers.

        Returns
        -------
        ndarray or list of ndarray
            None for updates and groups.

        Raises
        ------
        ValueError
            If a placeholder that is needed is not fed, or a feed is unknown.
        """
        listed = list(fetches) if isinstance(fetches, (list, tuple)) else [fetches]
        feeds = feeds or {}
        known = {args[0] for name, args, _ in self.nodes if name == "placeholder"}
        if unknown := feeds.keys() - known:
            raise ValueError(f"feeds has no placeholder for {', '.join(sorted(unknown))}; there are "
                             f"{', '.join(sorted(known))}")
        tensors = {name: wrap(np.asarray(value.data if isinstance(value, Tensor) else value))
                   for name, value in feeds.items()}
        needed = self._needed(listed)
        wanted = {x.number for number in needed if self.nodes[number][0] == "gradients"
                  for x in self.nodes[number][1][1]}
        results, updates = {}, {}
        with set_grad_enabled(bool(wanted)):
            for number in needed:
                results[number] = self._computed(number, results, tensors, updates, number in wanted)
        self.values.update(updates)
        out = [results[x.number].data if isinstance(results[x.number], Tensor) else results[x.number] for x in listed]
        return out if isinstance(fetches, (list, tuple)) else out[0]

    def _needed(self, fetches):
        """Numbers of the nodes that these need, in order; without recursion, as graphs are long."""
        seen, stack = set(), [x.number for x in fetches]
        while stack:
            number = stack.pop()
            if number not in seen:
                seen.add(number)
                stack.extend(_numbers(self.nodes[number][1:]))
        return sorted(seen)

    def _computed(self, number, results, feeds, updates, is_source):
        name, args, settings = self.nodes[number]
        if name in ("placeholder", "variable"):
            home = feeds if name == "placeholder" else self.values
            if args[0] not in home:
                raise ValueError(f"feeds must have the placeholder {args[0]}, got {', '.join(sorted(feeds)) or 'none'}")
            value = feeds[args[0]] if name == "placeholder" else wrap(self.values[args[0]])
            return Tensor(value.data, requires_grad=True) if is_source else value
        args, settings = _replaced((args, settings), lambda x: results[x.number])
        if name == "gradients":
            return grad(args[0], args[1], retain_graph=True)
        if name == "assign":
            updates[self.nodes[self.nodes[number][1][0].number][1][0]] = args[1].data
            return None
        if name == "group":
            return None
        if name == "cond":
            condition, *operands = args
            return settings["then" if bool(condition) else "otherwise"].call(operands)
        if name == "fold":
            state, sequence, *operands = args
            for t in range(len(sequence)):
                state = settings["body"].call([state, sequence[t], *operands])
            return state
        if name == "while_loop":
            state, *operands = args
            while bool(settings["condition"].call([state, *operands])):
                state = settings["body"].call([state, *operands])
            return state
        if name == "getitem" and isinstance(args[0], tuple):
            return args[0][args[1]]
        if name == FUSED:
            return OPERATIONS["relu"](OPERATIONS["linear"](*args, **settings))
        return OPERATIONS[name](*args, **settings)

    # Saving

    def save(self, path, **outputs):
        """Write the graph and its variables to one file of safetensors; `outputs` are symbols under names."""
        from safetensors.numpy import save_file

        text = json.dumps({"graph": self._described(), "outputs": {name: x.number for name, x in outputs.items()}})
        save_file({name: np.ascontiguousarray(value) for name, value in self.values.items()}, str(path),
                  metadata={"cs231n": text})

    @classmethod
    def load(cls, path):
        """Read what `save` wrote; returns the graph and its outputs, a dictionary of symbols."""
        from safetensors import safe_open

        with safe_open(str(path), framework="np") as file:
            text = (file.metadata() or {}).get("cs231n")
            if text is None:
                raise ValueError(f"{path} holds no graph, only tensors")
            values = {name: file.get_tensor(name) for name in file.keys()}
        saved = json.loads(text)
        graph = cls._read(saved["graph"])
        graph.values.update(values)
        return graph, {name: Symbol(graph, number) for name, number in saved["outputs"].items()}

    def _described(self):
        return [[name, _encoded(args), _encoded(settings)] for name, args, settings in self.nodes]

    @classmethod
    def _read(cls, nodes):
        graph = cls()
        for name, args, settings in nodes:
            graph.nodes.append((name, tuple(_decoded(args, graph)), _decoded(settings, graph)))
            graph._known[json.dumps([name, args, settings], sort_keys=True)] = len(graph.nodes) - 1
        return graph


class _Body:
    """A function of symbols, drawn up as a graph of its own: what a condition or a loop computes."""

    def __init__(self, graph, out):
        self.graph, self.out = graph, out

    def call(self, operands):
        """Compute it on the tape, so that gradients find their way through."""
        feeds, results = {str(i): x for i, x in enumerate(operands)}, {}
        for number in self.graph._needed([self.out]):
            results[number] = self.graph._computed(number, results, feeds, {}, False)
        return results[self.out.number]


def _drawn(function, count):
    graph = Graph()
    out = function(*[graph.placeholder(str(i)) for i in range(count)])
    if not isinstance(out, Symbol) or out.graph is not graph:
        raise ValueError(f"a body must return a symbol that it computed from its arguments, got {describe(out)}")
    if graph.values:
        raise ValueError("a body can use no tensors but its arguments: hand them over as operands")
    return _Body(graph, out)


def trace(module, *names):
    """Draw up the graph of a module in testing: a placeholder for each name, variables named as in its `state_dict`.

    Returns
    -------
    graph : Graph
    out : Symbol
    """
    graph = Graph()
    graph.name_tensors([*module.named_parameters(), *module.named_buffers()])
    out = module(*[graph.placeholder(name) for name in names or ("input",)])
    return graph, out


def _replaced(value, replace):
    """Copy nested arguments, with something else in place of each symbol."""
    if isinstance(value, Symbol):
        return replace(value)
    if type(value) in (list, tuple):
        return type(value)(_replaced(x, replace) for x in value)
    return {key: _replaced(x, replace) for key, x in value.items()} if isinstance(value, dict) else value


def _numbers(value):
    found = []
    _replaced(value, lambda x: found.append(x.number))
    return found


def _encoded(value):
    """Make of arguments what JSON can hold."""
    if isinstance(value, Symbol):
        return {"symbol": value.number}
    if isinstance(value, _Body):
        return {"body": value.graph._described(), "out": value.out.number}
    if isinstance(value, dict):
        return {"settings": {key: _encoded(x) for key, x in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"tuple" if isinstance(value, tuple) else "list": [_encoded(x) for x in value]}
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": str(value.dtype)}
    if isinstance(value, (type, np.dtype)):
        return {"dtype": np.dtype(value).name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    raise ValueError(f"a graph cannot hold {describe(value)}")


def _decoded(value, graph):
    if not isinstance(value, dict):
        return value
    if "symbol" in value:
        return Symbol(graph, value["symbol"])
    if "body" in value:
        body = Graph._read(value["body"])
        return _Body(body, Symbol(body, value["out"]))
    if "settings" in value:
        return {key: _decoded(x, graph) for key, x in value["settings"].items()}
    if "tuple" in value or "list" in value:
        return (tuple if "tuple" in value else list)(_decoded(x, graph) for x in next(iter(value.values())))
    if "slice" in value:
        return slice(*value["slice"])
    if "ellipsis" in value:
        return Ellipsis
    if "array" in value:
        return np.array(value["array"], value["dtype"])
    return np.dtype(value["dtype"])
