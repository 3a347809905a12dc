"""What pieces of Python code bind, use and may share: variables, told apart by scope."""
import ast
import copy

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_VIEWS = {"reshape", "ravel", "view", "transpose", "swapaxes", "squeeze", "get", "items", "values"}
_HANDING_ON = {"zip", "enumerate", "reversed", "list", "tuple", "sorted", "iter"}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = ("body", "orelse", "handlers", "finalbody")


def resolve(tree):
    """Give each name in a module an attribute `var`, a pair (scope, name), so that variables can be told apart.

    Returns
    -------
    object
        Sets of variables: `bound`, those that the code binds, and among them `imported` and `parameters`.
    """
    return _Scopes(tree)


class _Scopes(ast.NodeVisitor):
    def __init__(self, tree):
        self.bound, self.imported, self.parameters, self._scopes = set(), set(), set(), []
        self._enter(tree, tree.body)

    def _enter(self, node, inside, parameters=()):
        own = set(parameters).union(*map(_binds, inside)).difference(*map(_elsewhere, inside))
        self._scopes.append((node, own))
        self.bound |= {(node, name) for name in own}
        for each in inside:
            self.visit(each)
        self._scopes.pop()

    def _resolve(self, name):
        for depth, (node, own) in enumerate(reversed(self._scopes)):
            if name in own and not (depth and isinstance(node, ast.ClassDef)):  # methods do not see names of the class
                return node, name
        return self._scopes[0][0], name

    def visit_Name(self, node):
        node.var = self._resolve(node.id)

    def visit_alias(self, node):
        node.var = self._resolve(node.asname or node.name.partition(".")[0])
        self.imported.add(node.var)

    def visit_ClassDef(self, node):
        node.var = self._resolve(node.name)
        for each in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(each)
        self._enter(node, node.body)

    def visit_FunctionDef(self, node):
        node.var = self._resolve(node.name)
        for each in node.decorator_list:
            self.visit(each)
        self.visit_Lambda(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(default)
        named = _parameters(node.args)
        self.parameters |= {(node, each.arg) for each in named}
        self._enter(node, node.body if isinstance(node.body, list) else [node.body], [each.arg for each in named])

    def _comprehension(self, node):
        first, *others = node.generators
        self.visit(first.iter)  # in the scope around
        targets = [name for each in node.generators for name in _binds(each.target)]
        self._scopes.append((node, set(targets)))
        self.bound |= {(node, name) for name in targets}
        for each in (first.target, *first.ifs, *others, *_results(node)):
            self.visit(each)
        self._scopes.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def _results(comprehension):
    return (comprehension.key, comprehension.value) if isinstance(comprehension, ast.DictComp) else (comprehension.elt,)


def _elsewhere(node):
    """The names that code in one scope declares to be of another."""
    if isinstance(node, (*DEFINITIONS, ast.Lambda)):
        return set()
    own = set(node.names) if isinstance(node, (ast.Global, ast.Nonlocal)) else set()
    return own.union(*map(_elsewhere, ast.iter_child_nodes(node)))


def _binds(node):
    """The names that code binds in its own scope, leaving out what functions, classes and comprehensions in it bind."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Lambda):
        return set()
    if isinstance(node, _COMPREHENSIONS):
        return {each.target.id for each in ast.walk(node) if isinstance(each, ast.NamedExpr)}
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, ast.alias):
        own = {node.asname or node.name.partition(".")[0]}
    if isinstance(node, ast.ExceptHandler) and node.name:
        own = {node.name}
    return own.union(*map(_binds, ast.iter_child_nodes(node)))


def _parameters(arguments):
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg))]


def names(node):
    """The variables that a piece of code mentions."""
    return {each.var for each in ast.walk(node) if isinstance(each, ast.Name)}


def used(node):
    """Those whose value it uses."""
    return {each.var for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}


def stored(statement):
    """The variables that a statement binds, those in its blocks aside."""
    if isinstance(statement, DEFINITIONS):
        return {statement.var}
    return {each.var for each in ast.walk(without_blocks(statement))
            if isinstance(each, ast.alias) or isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def sources(node):
    """The variables whose memory the value of an expression may share."""
    if isinstance(node, ast.Name):
        return {node.var}
    if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        return sources(node.value)
    if isinstance(node, (ast.Tuple, ast.List)):
        return set().union(*map(sources, node.elts))
    if isinstance(node, ast.Dict):
        return set().union(*map(sources, node.values))
    if isinstance(node, ast.IfExp):
        return sources(node.body) | sources(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS:
        return sources(node.func.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _HANDING_ON:
        return set().union(*map(sources, node.args))
    return set()


def only_names(target):
    """Whether a target is a name, or a tuple of names."""
    return all(isinstance(each, (ast.Name, ast.Tuple, ast.List, ast.expr_context)) for each in ast.walk(target))


def like(kind, *nodes):
    """Whether all nodes are of a kind."""
    return all(isinstance(node, kind) for node in nodes)


def blocks(statement):
    """The blocks of statements within one; a class is taken as a whole, and so is try."""
    if isinstance(statement, (ast.ClassDef, ast.Try, ast.TryStar)):
        return []
    return [block for field in _BLOCKS if (block := getattr(statement, field, None))]


def without_blocks(statement):
    """A statement without the blocks in it: the line that ends in a colon."""
    if not blocks(statement):
        return statement
    header = copy.copy(statement)
    for field in _BLOCKS:
        if hasattr(header, field):
            setattr(header, field, [])
    return header
