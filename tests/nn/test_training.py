"""Optimisers, schedules, data, saving: against PyTorch where it has them."""
import copy

import numpy as np
import pytest

from cs231n import autograd, nn
from cs231n.nn import optim
from cs231n.nn.utils import clip_grad_norm_
from cs231n.nn.utils import data as loading

torch = pytest.importorskip("torch")

OPTIMISERS = [
    ("SGD", {"lr": 0.05}), ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "maximize": True}),
    ("Adagrad", {"lr": 0.1}), ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.5}),
    ("RMSprop", {"lr": 0.01, "alpha": 0.9, "weight_decay": 0.01}), ("Adam", {"lr": 0.01}),
    ("Adam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.1}), ("AdamW", {"lr": 0.01}),
]
SCHEDULES = [("StepLR", {"step_size": 3, "gamma": 0.3}), ("MultiStepLR", {"milestones": [2, 5]}),
             ("ExponentialLR", {"gamma": 0.9}), ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.001}),
             ("LinearLR", {"total_iters": 3}), ("LambdaLR", {"lr_lambda": lambda t: 1 / (1 + t)})]


def nets(dtype=np.float64):
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3)).to(
        torch.float64 if dtype == np.float64 else torch.float32)
    ours = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)).to(dtype)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def batch(dtype=np.float64):
    rng = np.random.default_rng(0)
    return rng.standard_normal((8, 4)).astype(dtype), rng.integers(3, size=8)


def losses_of(library, net, optimiser, steps, after=lambda i: None):
    x, y = map(library.tensor, batch())
    F = nn.functional if library is autograd else torch.nn.functional
    losses = []
    for i in range(steps):
        optimiser.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimiser.step()
        after(i)
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("name, settings", OPTIMISERS)
def test_optimisers_go_the_way_of_pytorch(name, settings):
    ours, theirs = nets()
    mine = losses_of(autograd, ours, getattr(optim, name)(ours.parameters(), **settings), 10)
    np.testing.assert_allclose(mine, losses_of(torch, theirs, getattr(torch.optim, name)(
        theirs.parameters(), **settings), 10), rtol=1e-9)
    assert mine[0] != mine[-1]


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
@pytest.mark.parametrize("name, settings", SCHEDULES)
def test_schedules_go_the_way_of_pytorch(name, settings, rule):
    ours, theirs = nets()
    results = []
    for library, net, home in ((autograd, ours, optim), (torch, theirs, torch.optim)):
        settings_of_rule = {"lr": 0.1, "momentum": 0.9} if rule == "SGD" else {"lr": 0.1}
        optimiser = getattr(home, rule)(net.parameters(), **settings_of_rule)
        schedule = getattr(home.lr_scheduler, name)(optimiser, **settings)
        rates = []

        def step(i):
            schedule.step()
            rates.append(schedule.get_last_lr()[0])

        results.append((losses_of(library, net, optimiser, 9, step), rates))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-8)
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-10, atol=1e-15)


def test_plateau():
    rates = []
    for home, net in ((optim, nets()[0]), (torch.optim, nets()[1])):
        optimiser = home.SGD(net.parameters(), lr=1.0)
        schedule = home.lr_scheduler.ReduceLROnPlateau(optimiser, patience=1, factor=0.5)
        rates.append([])
        for value in (3, 2, 2, 2, 2, 1, 1.5, 1.2, 1.1, 1.3, 1.4):
            schedule.step(value)
            rates[-1].append(optimiser.param_groups[0]["lr"])
    assert rates[0] == rates[1] and rates[0][-1] < 0.5


def test_lbfgs_goes_the_way_of_pytorch():
    ours, theirs = nets()
    results = []
    for library, net, home in ((autograd, ours, optim), (torch, theirs, torch.optim)):
        x, y = map(library.tensor, batch())
        F = nn.functional if library is autograd else torch.nn.functional
        optimiser = home.LBFGS(net.parameters(), lr=0.5, max_iter=5, history_size=4)

        def closure():
            optimiser.zero_grad()
            loss = F.cross_entropy(net(x), y) + 0.01 * sum((p ** 2).sum() for p in net.parameters())
            loss.backward()
            return loss

        results.append([optimiser.step(closure).item() for _ in range(6)])
    np.testing.assert_allclose(*results, rtol=1e-6)
    assert results[0][-1] < 0.7 * results[0][0]


def test_groups_and_going_on_from_a_state():
    ours, theirs = nets()
    make = {"lr": 0.1, "momentum": 0.9}
    results = []
    for library, net, home in ((autograd, ours, optim), (torch, theirs, torch.optim)):
        groups = [{"params": net[0].parameters(), "lr": 0.01}, {"params": net[2].parameters()}]
        optimiser = home.SGD(groups, **make)
        losses = losses_of(library, net, optimiser, 3)
        saved = copy.deepcopy(optimiser.state_dict())
        again = home.SGD([{"params": net[0].parameters()}, {"params": net[2].parameters()}], lr=5.0)
        again.load_state_dict(saved)
        results.append(losses + losses_of(library, net, again, 3))
    np.testing.assert_allclose(*results, rtol=1e-9)


def test_a_step_is_a_change_that_the_tape_notices():
    net, _ = nets()
    loss = net(autograd.tensor(batch()[0])).sum()
    loss.backward(retain_graph=True)
    optim.SGD(net.parameters(), lr=0.1).step()
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()


def test_clipping():
    ours, theirs = nets()
    norms = []
    for library, net, clip in ((autograd, ours, clip_grad_norm_), (torch, theirs, torch.nn.utils.clip_grad_norm_)):
        (net(library.tensor(batch()[0])) ** 2).sum().backward()
        norms.append(clip(net.parameters(), 0.5).item())
    np.testing.assert_allclose(*norms)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad.data, other.grad.numpy(), rtol=1e-5)


@pytest.mark.parametrize("call, message", [
    (lambda p: optim.SGD([], lr=0.1), "at least one"), (lambda p: optim.SGD(p, lr=-1), "lr must be 0 or more"),
    (lambda p: optim.SGD(p, nesterov=True), "momentum"), (lambda p: optim.Adam([3]), "leaves"),
    (lambda p: optim.SGD([{"params": p}, {"params": p}]), "more than one group"),
    (lambda p: optim.LBFGS([{"params": p[:1]}, {"params": p[1:]}]), "one group"),
    (lambda p: optim.lr_scheduler.ReduceLROnPlateau(optim.SGD(p), mode="up"), "mode"),
])
def test_wrong_settings(call, message):
    with pytest.raises(ValueError, match=message):
        call(list(nets()[0].parameters()))


class Residual(nn.Module):
    home = nn

    def __init__(self):
        super().__init__()
        self.conv1 = self.home.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = self.home.BatchNorm2d(8)
        self.conv2 = self.home.Conv2d(8, 8, 3, padding=1)
        self.short = self.home.Conv2d(3, 8, 1)
        self.fc = self.home.Linear(8, 5)

    def forward(self, x):
        h = self.conv2(self.home.functional.relu(self.bn1(self.conv1(x)))) + self.short(x)
        return self.fc(self.home.functional.relu(h).mean((2, 3)))


class TheirResidual(torch.nn.Module):
    home = torch.nn
    __init__ = None
    forward = Residual.forward


def _their_init(self):
    torch.nn.Module.__init__(self)
    for name, module in (("conv1", torch.nn.Conv2d(3, 8, 3, padding=1, bias=False)), ("bn1", torch.nn.BatchNorm2d(8)),
                         ("conv2", torch.nn.Conv2d(8, 8, 3, padding=1)), ("short", torch.nn.Conv2d(3, 8, 1)),
                         ("fc", torch.nn.Linear(8, 5))):
        setattr(self, name, module)


TheirResidual.__init__ = _their_init


def mlp(home):
    return home.Sequential(home.Flatten(), home.Linear(3 * 64, 20), home.ReLU(), home.Linear(20, 5))


def convnet(home):
    return home.Sequential(home.Conv2d(3, 6, 3, stride=2), home.BatchNorm2d(6), home.ReLU(), home.Flatten(),
                           home.Linear(54, 5))


MODELS = {"MLP": (lambda: mlp(nn), lambda: mlp(torch.nn), (4, 3, 8, 8)),
          "ConvNet": (lambda: convnet(nn), lambda: convnet(torch.nn), (4, 3, 8, 8)),
          "LSTM": (lambda: nn.LSTM(6, 7, 2), lambda: torch.nn.LSTM(6, 7, 2), (5, 3, 6)),
          "residual net": (Residual, TheirResidual, (4, 3, 8, 8))}


@pytest.mark.parametrize("name", MODELS)
def test_a_state_dict_loads_into_the_same_model_there_and_back(name, tmp_path):
    make_ours, make_theirs, shape = MODELS[name]
    ours, theirs = make_ours(), make_theirs()
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    ours(autograd.tensor(x))  # batch normalisation has running averages now
    path = tmp_path / "model.safetensors"
    nn.save(ours.state_dict(), path)
    theirs.load_state_dict({key: torch.from_numpy(np.array(value.data)) for key, value in nn.load(path).items()})
    again = make_ours()
    again.load_state_dict(theirs.state_dict())
    outs = []
    for library, model in ((autograd, ours), (torch, theirs), (autograd, again)):
        model.eval()
        out = model(library.tensor(x))
        out = out[0] if name == "LSTM" else out
        outs.append(out.detach().numpy())
    np.testing.assert_allclose(outs[0], outs[1], atol=1e-5)
    np.testing.assert_array_equal(outs[0], outs[2])


def test_a_state_dict_that_does_not_fit_changes_nothing():
    net = mlp(nn)
    before = {name: value.data.copy() for name, value in net.state_dict().items()}
    state = {name: value for name, value in mlp(nn).state_dict().items() if name != "1.bias"}
    with pytest.raises(RuntimeError, match="1.bias is missing; extra is unknown"):
        net.load_state_dict({**state, "extra": np.ones(1)})
    with pytest.raises(RuntimeError, match=r"1.weight has shape \(2,\), needed is \(20, 192\)"):
        net.load_state_dict({**state, "1.weight": np.ones(2)}, strict=False)
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value.data, before[name])
    assert net.load_state_dict(state, strict=False) == (["1.bias"], [])


class TestModules:
    def test_what_is_in_it(self):
        net = nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10))
        assert sum(p.numel() for p in net.parameters()) == 101_110
        assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias", "2.weight", "2.bias"]
        assert len(net) == 3 and isinstance(net[1], nn.ReLU) and len(net[:2]) == 2

    def test_lists_and_shared_parts(self):
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(2)])
                self.again = self.layers[0]
                self.by_name = nn.ModuleDict({"a": nn.ReLU()})
                self.scale = nn.Parameter(np.ones(1, np.float32))
                self.register_buffer("count", autograd.zeros(1))

        net = Net()
        assert len(list(net.parameters())) == 5 and "by_name.a" in dict(net.named_modules())
        assert "count" in net.state_dict() and "count" not in dict(net.named_parameters())
        net.scale = None
        assert len(list(net.parameters())) == 4
        with pytest.raises(AttributeError, match="no attribute 'missing'"):
            net.missing

    def test_parts_before_init(self):
        class Net(nn.Module):
            def __init__(self):
                self.fc = nn.Linear(2, 2)

        with pytest.raises(AttributeError, match="super"):
            Net()

    def test_hooks_apply_and_freezing(self):
        net, seen = mlp(nn), []
        handle = net[1].register_forward_hook(lambda module, inputs, out: seen.append(out.shape))
        net(autograd.ones(2, 3, 8, 8))
        handle.remove()
        net(autograd.ones(2, 3, 8, 8))
        assert seen == [(2, 20)]
        net.apply(lambda module: nn.init.zeros_(module.weight) if isinstance(module, nn.Linear) else None)
        assert (net[1].weight.data == 0).all()
        net[1].requires_grad_(False)
        net(autograd.ones(2, 3, 8, 8)).sum().backward()
        assert net[1].weight.grad is None and net[3].weight.grad is not None

    def test_copies_are_independent(self):
        net = convnet(nn)
        twin = copy.deepcopy(net)
        twin(autograd.ones(2, 3, 8, 8)).sum().backward()
        assert net[0].weight.grad is None and twin[0].weight.grad is not None


class TestLoading:
    def make(self, count=10):
        return loading.TensorDataset(autograd.arange(count), autograd.arange(count) * 2)

    @pytest.mark.parametrize("workers", [0, 2])
    def test_each_example_once_an_epoch_and_a_short_last_batch(self, workers):
        loader = loading.DataLoader(self.make(), batch_size=4, shuffle=True, num_workers=workers)
        batches = list(loader)
        assert [len(x) for x, _ in batches] == [4, 4, 2] == [4] * (len(loader) - 1) + [2]
        numbers = np.concatenate([x.data for x, _ in batches])
        assert sorted(numbers) == list(range(10)) and numbers.tolist() != list(range(10))
        assert all((y.data == 2 * x.data).all() for x, y in batches)

    def test_the_same_seed_gives_the_same_order_and_the_thread_the_same_batches(self):
        orders = []
        for workers in (0, 1):
            loader = loading.DataLoader(self.make(), 3, True, num_workers=workers,
                                        generator=autograd.Generator().manual_seed(5))
            orders.append([[x.tolist() for x, _ in loader] for _ in range(2)])
        assert orders[0] == orders[1] and orders[0][0] != orders[0][1]

    def test_samplers_subsets_splits(self):
        chosen = loading.DataLoader(self.make(), 2, sampler=loading.SubsetRandomSampler(range(3, 8)), drop_last=True)
        assert len(list(chosen)) == len(chosen) == 2
        a, b = loading.random_split(self.make(), [7, 3])
        assert sorted(int(x) for part in (a, b) for x, _ in (part[i] for i in range(len(part)))) == list(range(10))

    def test_dictionaries_and_words(self):
        class Words(loading.Dataset):
            def __getitem__(self, index):
                return {"number": float(index), "word": "ab"[index]}

            def __len__(self):
                return 2

        batch, = loading.DataLoader(Words(), 2)
        assert batch["number"].tolist() == [0, 1] and batch["word"] == ["a", "b"]

    def test_an_error_in_the_thread_arrives(self):
        class Broken(loading.Dataset):
            def __getitem__(self, index):
                raise KeyError("broken picture")

            def __len__(self):
                return 4

        with pytest.raises(KeyError, match="broken picture"):
            list(loading.DataLoader(Broken(), 2, num_workers=1))

    def test_leaving_early_ends_the_thread(self):
        import threading

        before = threading.active_count()
        batches = iter(loading.DataLoader(self.make(1000), 1, num_workers=1))
        next(batches)
        batches.close()
        assert threading.active_count() == before

    @pytest.mark.parametrize("call, message", [
        (lambda d: loading.DataLoader(d, 0), "batch_size"), (lambda d: loading.DataLoader(d, 2, True, [1]), "exclude"),
        (lambda d: loading.TensorDataset(autograd.ones(2), autograd.ones(3)), "same length"),
        (lambda d: loading.random_split(d, [3, 3]), "sum to")])
    def test_wrong_settings(self, call, message):
        with pytest.raises(ValueError, match=message):
            call(self.make())
