"""The shape of the course's PyTorch notebook: barebones, modules, sequential, an open-ended ConvNet.

Only the import lines are this package's; the rest is written as for PyTorch, and runs there, too.
"""
import importlib

import numpy as np
import pytest

IMPORTS = {
    "ours": {"torch": "cs231n.autograd", "nn": "cs231n.nn", "F": "cs231n.nn.functional", "optim": "cs231n.nn.optim",
             "data": "cs231n.nn.utils.data"},
    "PyTorch": {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "optim": "torch.optim",
                "data": "torch.utils.data"},
}

NOTEBOOK = '''
dtype = torch.float32
device = torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")
loader_train = data.DataLoader(train, batch_size=32, sampler=data.sampler.SubsetRandomSampler(range(320)))
loader_val = data.DataLoader(train, batch_size=32, sampler=data.sampler.SubsetRandomSampler(range(320, 400)))


def flatten(x):
    N = x.shape[0]
    return x.view(N, -1)


# Barebones

def random_weight(shape):
    fan_in = shape[0] if len(shape) == 2 else np.prod(shape[1:])
    w = torch.randn(shape, device=device, dtype=dtype) * np.sqrt(2. / fan_in)
    w.requires_grad = True
    return w


def zero_weight(shape):
    return torch.zeros(shape, device=device, dtype=dtype, requires_grad=True)


def two_layer_fc(x, params):
    x = flatten(x)
    w1, w2 = params
    x = F.relu(x.mm(w1))
    return x.mm(w2)


def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = F.relu(F.conv2d(x, conv_w1, bias=conv_b1, padding=2))
    x = F.relu(F.conv2d(x, conv_w2, bias=conv_b2, padding=1))
    return flatten(x).mm(fc_w) + fc_b


def check_accuracy_part2(loader, model_fn, params):
    num_correct, num_samples = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device=device, dtype=dtype)
            y = y.to(device=device, dtype=torch.int64)
            scores = model_fn(x, params)
            _, preds = scores.max(1)
            num_correct += (preds == y).sum()
            num_samples += preds.size(0)
        acc = float(num_correct) / num_samples
        print('Got %d / %d correct (%.2f%%)' % (num_correct, num_samples, 100 * acc))
    return acc


def train_part2(model_fn, params, learning_rate):
    for t, (x, y) in enumerate(loader_train):
        x = x.to(device=device, dtype=dtype)
        y = y.to(device=device, dtype=torch.long)
        scores = model_fn(x, params)
        loss = F.cross_entropy(scores, y)
        loss.backward()
        with torch.no_grad():
            for w in params:
                w -= learning_rate * w.grad
                w.grad.zero_()
        if t % 5 == 0:
            print('Iteration %d, loss = %.4f' % (t, loss.item()))
    return check_accuracy_part2(loader_val, model_fn, params)


fc = [random_weight((3 * 8 * 8, 50)), random_weight((50, 4))]
assert two_layer_fc(torch.zeros((5, 3, 8, 8), dtype=dtype), fc).size() == (5, 4)
barebones_fc = [train_part2(two_layer_fc, fc, 1e-2) for _ in range(15)][-1]
conv = [random_weight((8, 3, 5, 5)), zero_weight((8,)), random_weight((6, 8, 3, 3)), zero_weight((6,)),
        random_weight((6 * 8 * 8, 4)), zero_weight((4,))]
barebones_conv = [train_part2(three_layer_convnet, conv, 1e-2) for _ in range(8)][-1]


# Module API

class TwoLayerFC(nn.Module):
    def __init__(self, input_size, hidden_size, num_classes):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        nn.init.kaiming_normal_(self.fc1.weight)
        self.fc2 = nn.Linear(hidden_size, num_classes)
        nn.init.kaiming_normal_(self.fc2.weight)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(flatten(x))))


class ThreeLayerConvNet(nn.Module):
    def __init__(self, in_channel, channel_1, channel_2, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channel, channel_1, (5, 5), padding=2)
        self.conv2 = nn.Conv2d(channel_1, channel_2, kernel_size=3, padding=1)
        self.fc = nn.Linear(channel_2 * 8 * 8, num_classes)
        for layer in (self.conv1, self.conv2, self.fc):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.constant_(layer.bias, 0)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        return self.fc(flatten(x))


def check_accuracy_part34(loader, model):
    num_correct, num_samples = 0, 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device=device, dtype=dtype)
            y = y.to(device=device, dtype=torch.long)
            _, preds = model(x).max(1)
            num_correct += (preds == y).sum()
            num_samples += preds.size(0)
    return float(num_correct) / num_samples


def train_part34(model, optimizer, epochs=1):
    model = model.to(device=device)
    for e in range(epochs):
        for t, (x, y) in enumerate(loader_train):
            model.train()
            x = x.to(device=device, dtype=dtype)
            y = y.to(device=device, dtype=torch.long)
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return check_accuracy_part34(loader_val, model)


model = TwoLayerFC(3 * 8 * 8, 42, 4)
module_fc = train_part34(model, optim.SGD(model.parameters(), lr=1e-2), 15)
model = ThreeLayerConvNet(3, 8, 6, 4)
module_conv = train_part34(model, optim.SGD(model.parameters(), lr=1e-2), 15)


# Sequential API

class Flatten(nn.Module):
    def forward(self, x):
        return flatten(x)


model = nn.Sequential(Flatten(), nn.Linear(3 * 8 * 8, 40), nn.ReLU(), nn.Linear(40, 4))
sequential_fc = train_part34(model, optim.SGD(model.parameters(), lr=1e-2, momentum=0.9, nesterov=True), 4)

# An open-ended ConvNet

model = nn.Sequential(
    nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.Dropout(0.1), nn.MaxPool2d(2),
    nn.Conv2d(16, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)),
    nn.Flatten(), nn.Linear(24, 4))
optimizer = optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-4)
scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
open_ended = []
for epoch in range(6):
    open_ended.append(train_part34(model, optimizer))
    scheduler.step()
'''


def pictures():
    """Four classes: a bright quarter each, on noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(4, size=400)
    X = rng.standard_normal((400, 3, 8, 8)).astype(np.float32)
    for picture, label in zip(X, y, strict=True):
        row, column = 4 * (label // 2), 4 * (label % 2)
        picture[:, row:row + 4, column:column + 4] += 1
    return X, y


@pytest.mark.parametrize("whose", IMPORTS)
def test_the_notebook_runs_and_learns(whose, capsys):
    if whose == "PyTorch":
        pytest.importorskip("torch")
    cells = {name: importlib.import_module(module) for name, module in IMPORTS[whose].items()} | {"np": np}
    cells["torch"].manual_seed(0)
    np.random.seed(0)
    X, y = pictures()
    cells["train"] = cells["data"].TensorDataset(cells["torch"].tensor(X), cells["torch"].tensor(y))
    exec(compile(NOTEBOOK, "notebook", "exec"), cells)
    for part in ("barebones_fc", "barebones_conv", "module_fc", "module_conv", "sequential_fc"):
        assert cells[part] > 0.7, part
    assert cells["open_ended"][-1] > 0.8
    assert "Got " in capsys.readouterr().out


def test_cifar10_with_transforms(monkeypatch):
    from cs231n.nn.utils.data import DataLoader
    from cs231n.nn.vision import datasets as dset
    from cs231n.nn.vision import transforms as T

    drawn = np.random.default_rng(0).integers(256, size=(20, 3, 32, 32), dtype=np.uint8), np.arange(20) % 10
    monkeypatch.setattr(dset, "place_of", lambda data, folder: folder)
    monkeypatch.setattr(dset, "read_CIFAR10", lambda folder: (*drawn, *drawn))  # the miniature takes a while to draw
    transform = T.Compose([T.RandomCrop(32, padding=4), T.RandomHorizontalFlip(), T.ToTensor(),
                           T.Normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.1))])
    test = dset.CIFAR10(train=False, download=True, transform=transform)
    x, y = next(iter(DataLoader(test, batch_size=16)))
    assert x.shape == (16, 3, 32, 32) and x.dtype == np.float32 and y.tolist() == test.targets[:16]
    plain = T.ToTensor()(test.data[0])
    np.testing.assert_array_equal(plain.data, test.data[0].transpose(2, 0, 1).astype(np.float32) / 255)
    again = T.Normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.1))(plain)
    np.testing.assert_allclose(again.data[2] * 0.1 + 0.3, plain.data[2], atol=1e-6)
