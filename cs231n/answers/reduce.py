"""A check cell without what it compares with: only that enters the kernel that runs a student's answers.

    right = cdist(A, B)
    check.close("five pictures", check.call(distances, A, B), right, mistakes={"no root": right**2})

becomes

    check.value("five pictures", check.call(distances, A, B))

First each call that compares becomes one that hands out its value. Then the cell is sliced: what stays is what those
values come from, whatever draws random numbers (or later draws would be others), and what is done for its effect.

Two assumptions, which hold where the solved notebook reports the same values either way: a call whose result served a
comparison alone has no other effect, and the arguments of a `zip` are equally long.
"""
import ast
import copy
from collections import defaultdict

from cs231n.answers import variables
from cs231n.answers.variables import DEFINITIONS, blocks, like, names, only_names, sources, stored, used, without_blocks
from cs231n.course import notebook
from cs231n.course.notebook import Kind

# What compares, and the name and place of the argument that is the student's value.
_GOT = {"close": ("got", 1), "equal": ("got", 1), "within": ("got", 1), "accuracy": ("predictions", 1),
        "gradient": ("got", 3)}
_GENERATORS = {"rng", "default_rng", "RandomState", "Generator"}  # what makes a generator: check.rng, NumPy's
_ALWAYS = (ast.Return, ast.Raise, ast.Assert, ast.Global, ast.Nonlocal, ast.Try, ast.TryStar, ast.Match)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def reduce(source, acting=frozenset()):
    """Take out of a check cell what it compares with.

    Parameters
    ----------
    source : str
    acting : set of str, optional
        Functions of other cells that report values or draw random numbers: calls of them stay.

    Returns
    -------
    str
        Code that reports the same values under the same names. Comments are gone.

    Raises
    ------
    ValueError
        If the cell uses a check in a way that leaves open which argument is the value, or compares with a number drawn
        on the spot.
    """
    return _Cell(source).reduced(acting)


def reduce_notebook(nb):
    """Reduce all checks of a notebook, and the given code that only served comparisons.

    That is what given functions compare with, and values that given code assigns to names which no cell uses any more.
    Put a student's answers in first: what they use stays.

    Parameters
    ----------
    nb : NotebookNode

    Returns
    -------
    NotebookNode
        A copy.

    Raises
    ------
    ValueError
        As in `reduce`; the message names the cell.
    """
    nb = copy.deepcopy(nb)
    code = [cell for cell in nb.cells
            if notebook.is_executable(cell) and "not-graded" not in cell.metadata.get("tags", [])]
    acting = set().union(*(_acting(cell.source) for cell in code if notebook.kind(cell) == Kind.GIVEN))
    served = set()  # names that checks use, and names that these are made from
    for cell in code:
        kind = notebook.kind(cell)
        try:
            if kind == Kind.CHECK:
                served |= _loaded(cell.source)
                cell.source = reduce(cell.source, acting)
            elif kind == Kind.GIVEN and (parsed := _Cell(cell.source)).compares:
                cell.source = parsed.reduced(acting, given=True)
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{notebook.grade_id(cell) or 'given code'}: {error}") from None
    given, before = [cell for cell in code if notebook.kind(cell) == Kind.GIVEN], None
    while before != (before := [cell.source for cell in given]):
        needless = served - set().union(*(_loaded(cell.source) for cell in code))
        for cell in given:
            if needless & _assigned(cell.source):
                served |= _loaded(cell.source)
                cell.source = _Cell(cell.source).reduced(acting, given=True, unused=needless)
    return nb


def _loaded(source):
    """The names that the source of a cell mentions; none if it is not Python (a student's may not be)."""
    try:
        return {each.id for each in ast.walk(ast.parse(source))
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    except (SyntaxError, ValueError):
        return set()


def _acting(source):
    """The names of the functions and classes of a cell that report values or draw random numbers."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    return {name for scope, name in _Slice(tree).acting if scope is tree}


def _assigned(source):
    return {each.id for statement in ast.parse(source).body if isinstance(statement, ast.Assign)
            for target in statement.targets for each in ast.walk(target) if isinstance(each, ast.Name)}


class _Comparisons(ast.NodeTransformer):
    """Makes check.close(name, got, ...) and its like into check.value(name, got)."""

    def __init__(self):
        self.found = 0

    def visit_Call(self, node):
        if not _is_comparison(node.func):
            return self.generic_visit(node)
        node.args, node.keywords = [*map(self.visit, node.args)], [*map(self.visit, node.keywords)]
        dropped = dict(enumerate(node.args)) | {keyword.arg: keyword.value for keyword in node.keywords}
        if None in dropped or any(isinstance(each, ast.Starred) for each in dropped.values()):
            raise ValueError(f"line {node.lineno}: write out the arguments of {ast.unparse(node.func)}, without a star")
        try:
            kept = [dropped.pop(word if word in dropped else place)
                    for word, place in (("name", 0), _GOT[node.func.attr])]
        except KeyError:
            raise ValueError(f"line {node.lineno}: which argument of {ast.unparse(node.func)} is the value?") from None
        if drawn := [each for each in dropped.values() if not isinstance(each, ast.Lambda) and _draws(each)]:
            raise ValueError(f"line {node.lineno}: draw {ast.unparse(drawn[0])} before the check that compares with it")
        self.found += 1
        return ast.copy_location(ast.Call(ast.Attribute(node.func.value, "value", ast.Load()), kept, []), node)

    def visit_Attribute(self, node):
        if _is_comparison(node):
            raise ValueError(f"line {node.lineno}: call {ast.unparse(node)} where it stands, under this name")
        return self.generic_visit(node)


def _is_comparison(node):
    return (isinstance(node, ast.Attribute) and node.attr in _GOT
            and isinstance(node.value, ast.Name) and node.value.id == "check")


def _draws(node):
    """Whether code mentions NumPy's or Python's global generator, or the one that is called rng."""
    return any(isinstance(each, ast.Name) and each.id in ("rng", "random")
               or isinstance(each, ast.Attribute) and each.attr == "random" and isinstance(each.value, ast.Name)
               for each in ast.walk(node))


class _Cell:
    """A cell, its comparisons made into reports of values."""

    def __init__(self, source):
        self._tree = ast.parse(source)
        variables.resolve(self._tree)
        # What nothing uses even now is there for its effect: losses = train(model, X, y).
        self._for_effect = {each for each in _idle(self._tree) if _calls(each)}
        comparisons = _Comparisons()
        self._tree = comparisons.visit(self._tree)
        self.compares = comparisons.found > 0

    def reduced(self, acting, given=False, unused=frozenset()):
        """Return the code that is left; of given code all but assignments to unused names, and what functions hold."""
        before = None
        while before != (before := ast.dump(self._tree)):
            piece = _Slice(self._tree, self._for_effect, acting, given, unused)
            piece.cut()
            if not given:
                piece.drop_parameters()
                piece.drop_overwritten()
        return ast.unparse(ast.fix_missing_locations(self._tree))


def _idle(tree):
    """The assignments whose names nothing uses, or not before they get another value."""
    simple = [each for each in ast.walk(tree) if isinstance(each, ast.Assign) and all(map(only_names, each.targets))]
    later = set().union(*(used(each) for each in ast.walk(tree) if isinstance(each, (*DEFINITIONS, ast.Lambda))))

    def needed(var, after):
        for statement in after:
            if var in names(statement):
                return var in used(statement) or statement not in simple
        return False

    return {each for each in simple if not stored(each) & used(tree)} | {
        statement for place, statement in enumerate(tree.body) if statement in simple
        and not any(var in later or needed(var, tree.body[place + 1:]) for var in stored(statement))}


class _Slice:
    """What is left of a cell after one pass: statements that act, and those that define what these use."""

    def __init__(self, tree, for_effect=frozenset(), acting=frozenset(), given=False, unused=frozenset()):
        found = variables.resolve(tree)
        self._tree, self._bound, self._parameters = tree, found.bound - found.imported, found.parameters
        self._for_effect, self._given, self._unused = for_effect, given, unused
        self._aliases = self._find_aliases()
        self.acting = {(tree, name) for name in acting - {name for scope, name in found.bound if scope is tree}}
        self._find_acting()
        self._live, self._kept = set(), set()
        if given:
            self._live = {var for var in found.bound if var[0] is tree and var[1] not in unused}  # for other cells
        before = None
        while before != (before := (len(self._live), len(self._kept))):
            self._mark(tree.body, None)

    # What statements do

    def _acts(self, *nodes):
        """Whether code draws random numbers, or calls anything of check."""
        return any(
            each.id in ("check", "rng", "random") or each.var in self.acting if isinstance(each, ast.Name)
            else each.attr == "random" and isinstance(each.value, ast.Name) if isinstance(each, ast.Attribute)
            else isinstance(each, (ast.Await, ast.Yield, ast.YieldFrom))
            for node in nodes for each in ast.walk(node)
        )

    def _find_acting(self):
        """Find variables that hold a generator, or a function or class whose use draws random numbers or reports."""
        before = None
        while before != (before := len(self.acting)):
            for node in ast.walk(self._tree):
                if isinstance(node, DEFINITIONS) and self._acts(*node.body):
                    self.acting.add(node.var)
                if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets):
                    maker = node.value.func if isinstance(node.value, ast.Call) else None
                    later = [each for each in ast.walk(node.value) if isinstance(each, ast.Lambda)
                             or isinstance(each, ast.GeneratorExp) and each is node.value]
                    if getattr(maker, "attr", getattr(maker, "id", None)) in _GENERATORS or self._acts(*later):
                        self.acting |= stored(node)

    def _find_aliases(self):
        """Variable -> those that may share memory with it."""
        aliases = defaultdict(set)
        for node in ast.walk(self._tree):
            if isinstance(node, (ast.Assign, ast.For)):
                group = sources(node.value if isinstance(node, ast.Assign) else node.iter) | stored(node)
                for var in group:
                    aliases[var] |= group
        return aliases

    def _changed(self, statement):
        """The variables whose objects a statement changes; None stands for one from elsewhere."""
        changed = set()
        for each in ast.walk(without_blocks(statement)):
            if isinstance(each, (ast.Attribute, ast.Subscript)) and isinstance(each.ctx, ast.Store):
                changed |= sources(each) or {None}
        if isinstance(statement, ast.AugAssign):
            changed |= sources(statement.target) or {None}
        if isinstance(statement, ast.Expr):
            objects = self._bound - {each.var for each in ast.walk(self._tree) if isinstance(each, DEFINITIONS)}
            outermost = [statement.value] if isinstance(statement.value, ast.Call) else _calls(statement)
            for call in outermost:
                owner, known = sources(call.func), not isinstance(call.func, ast.Name) or call.func.var in self._bound
                changed |= owner & objects or (
                    set().union(*map(used, (*call.args, *call.keywords))) & objects if known else set()) or {None}
        waiting = list(changed)
        for var in waiting:
            waiting += self._aliases[var] - changed
            changed |= self._aliases[var]
        return changed

    # What stays

    def _stays(self, statement):
        header = without_blocks(statement)
        changed = self._changed(statement)
        if self._whole(statement):
            served = isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr)) and stored(statement) | changed
            return not served or not served <= {(self._tree, name) for name in self._unused} or self._acts(header)
        if isinstance(statement, ast.Delete):
            return bool(names(statement) & self._live)
        return (
            isinstance(statement, _ALWAYS) or statement in self._for_effect or self._acts(header)
            or isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
            or bool((stored(statement) | changed) & self._live)
            or any(var not in self._bound or var in self._parameters for var in changed)
            or bool(getattr(statement, "decorator_list", []))
        )

    def _mark(self, block, loop):
        """Find what stays of a block within a loop (or None); tell whether anything does."""
        for statement in block:
            function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
            leaves = isinstance(statement, (ast.Break, ast.Continue))
            stays = statement in self._kept or (loop in self._kept if leaves else self._stays(statement))
            if stays or not function:
                for inner in blocks(statement):
                    stays |= self._mark(inner, statement if isinstance(statement, _LOOPS) else loop)
            if stays:
                self._kept.add(statement)
                for each in self._needed_pairs(statement) or [(statement,)]:
                    self._live |= set().union(*(used(without_blocks(part)) for part in each))
        return any(statement in self._kept for statement in block)

    def _whole(self, statement):
        """Whether it is given code that stays as it is, functions aside."""
        return self._given and statement in self._tree.body

    def _needed_pairs(self, statement):
        """The pairs of target and value that stay of a, b = 1, 2; none of other statements."""
        pairs = [] if statement in self._for_effect or self._whole(statement) else _pairs(statement)
        return [(target, value) for target, value in pairs if not self._dead(target) or self._acts(value)] or pairs

    # The cut

    def cut(self):
        """Take out of the tree what does not stay."""
        self._cut(self._tree.body)

    def _cut(self, block):
        block[:] = [statement for statement in block if statement in self._kept]
        for statement in block:
            if pairs := self._needed_pairs(statement):
                (target, *others), values = zip(*pairs)
                statement.targets = [ast.Tuple([target, *others], ast.Store()) if others else target]
                statement.value = ast.Tuple(list(values), ast.Load()) if others else values[0]
            elif self._whole(statement):
                pass
            elif isinstance(statement, ast.For):
                self._cut_columns(statement)
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                statement.names = [each for each in statement.names if each.name == "*" or each.var in self._live]
            for inner in blocks(statement):
                self._cut(inner)
            if getattr(statement, "body", None) == []:
                statement.body = [ast.Pass()]

    def _dead(self, target):
        """Whether a target only binds names that nothing uses."""
        return only_names(target) and not names(target) & self._live

    def _cut_columns(self, loop):
        """for a, b in zip(x, y), in ((1, 2), (3, 4)) or in {1: 2}.items(), without b."""
        if not isinstance(loop.target, ast.Tuple) or any(isinstance(each, ast.Starred) for each in loop.target.elts):
            return
        width, call = len(loop.target.elts), loop.iter if isinstance(loop.iter, ast.Call) else None
        if call and isinstance(call.func, ast.Name) and call.func.id == "zip":
            rows = [call.args]
        elif call and isinstance(call.func, ast.Attribute) and call.func.attr == "items" and not call.args \
                and isinstance(call.func.value, ast.Dict) and None not in call.func.value.keys:
            if self._dead(loop.target.elts[1]) and not self._acts(*call.func.value.values):
                loop.target, loop.iter = loop.target.elts[0], ast.Tuple(call.func.value.keys, ast.Load())
            return
        elif isinstance(loop.iter, (ast.Tuple, ast.List)) and all(like(ast.Tuple, row) for row in loop.iter.elts):
            rows = [row.elts for row in loop.iter.elts]
        else:
            return
        if any(len(row) != width or any(isinstance(each, ast.Starred) for each in row) for row in rows):
            return
        keep = [not self._dead(target) or self._acts(*(row[place] for row in rows))
                for place, target in enumerate(loop.target.elts)]
        if any(keep):
            for row in (loop.target.elts, *rows):
                row[:] = [each for each, stays in zip(row, keep) if stays]

    def drop_parameters(self):
        """Drop parameters that a function of the cell does not use any more, and what is passed for them."""
        calls, mentions = _calls(self._tree), [each for each in ast.walk(self._tree) if isinstance(each, ast.Name)]
        for function in [each for each in self._tree.body if isinstance(each, ast.FunctionDef)]:
            own = [call for call in calls if isinstance(call.func, ast.Name) and call.func.var == function.var]
            plain = not (function.args.vararg or function.args.kwarg or function.args.posonlyargs)
            plain &= sum(each.var == function.var for each in mentions) == len(own)  # it is called, and nothing else
            plain &= not any(isinstance(each, ast.Starred) for call in own for each in call.args)
            plain &= not any(keyword.arg is None for call in own for keyword in call.keywords)
            for parameter in [*function.args.args, *function.args.kwonlyargs] if plain else []:
                place = function.args.args.index(parameter) if parameter in function.args.args else None
                passed = [each for call in own for each in (
                    *(call.args[place:place + 1] if place is not None else []),
                    *(keyword.value for keyword in call.keywords if keyword.arg == parameter.arg))]
                if (function, parameter.arg) not in names(function) and not self._acts(*passed):
                    _drop_parameter(function.args, parameter)
                    for call in own:
                        call.args = [each for each in call.args if each not in passed]
                        call.keywords = [each for each in call.keywords if each.value not in passed]

    def drop_overwritten(self):
        """Drop assignments to names that get another value before anything uses them."""
        idle = {each for each in _idle(self._tree) - self._for_effect if not self._acts(each)}
        self._tree.body = [each for each in self._tree.body if each not in idle]


def _drop_parameter(arguments, parameter):
    if parameter in arguments.kwonlyargs:
        place = arguments.kwonlyargs.index(parameter)
        del arguments.kwonlyargs[place], arguments.kw_defaults[place]
        return
    place = arguments.args.index(parameter) - len(arguments.args)  # from the end, as defaults count
    if -place <= len(arguments.defaults):
        del arguments.defaults[place]
    del arguments.args[place]


def _pairs(statement):
    """The targets and values of an assignment such as a, b = 1, 2; none of any other statement."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return []
    target, value = statement.targets[0], statement.value
    if not like(ast.Tuple, target, value) or len(target.elts) != len(value.elts):
        return []
    pairs = list(zip(target.elts, value.elts))
    return [] if any(isinstance(each, ast.Starred) for pair in pairs for each in pair) else pairs


def _calls(node):
    return [each for each in ast.walk(node) if isinstance(each, ast.Call)]
