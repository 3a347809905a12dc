"""SqueezeNet: its layers against torch, its files of weights in all forms, and the real ones on real pictures."""
import os
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from cs231n.classifiers.pretrained_cnn import PretrainedCNN, load_pretrained
from cs231n.classifiers.squeezenet import SqueezeNet, find_weights
from cs231n.classifiers.squeezenet_weights import _FIRES, _TORCHVISION, read, shapes
from cs231n.data import DataError
from cs231n.visualization.net_visualization import make_fooling_image

REAL = Path(__file__).parents[2].parent / "shared" / "data"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="needs the real weights and pictures")


@pytest.fixture(scope="module")
def weights():
    """Random weights of a size that keeps signals alive, all of them numbers of half precision."""
    rng = np.random.RandomState(0)
    return {name: (rng.randn(*shape) * np.sqrt(2 / max(1, np.prod(shape[1:])))).astype(np.float16)
            for name, shape in shapes().items()}


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(tmp_path))
    return tmp_path


def torch_names():
    """Our name of each weight array, and torchvision's."""
    ours = {"conv1": "features.0", "conv10": "classifier.1"}
    for number, position in _TORCHVISION.items():
        ours[f"fire{number}_squeeze1x1"] = f"features.{position}.squeeze"
        for part in ("expand1x1", "expand3x3"):
            ours[f"fire{number}_{part}"] = f"features.{position}.{part}"
    return {f"{name}_{kind}": f"{theirs}.{word}"
            for name, theirs in ours.items() for kind, word in (("W", "weight"), ("b", "bias"))}


# The forms that the weights come in --------------------------------------------------------------------------------

def write_npz(path, weights):
    np.savez(path, **weights)


def write_bin(path, weights):
    path.write_bytes(b"".join(weights[name].tobytes() for name in shapes()) + bytes(16))


def field(number, content):
    """A protocol buffer field: bytes, text or a whole number."""
    def varint(value):
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)

    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def write_caffemodel(path, weights):
    layers = [field(1, "data") + field(2, "Input")]  # has no blobs
    for name in shapes():
        if name.endswith("_W"):
            caffe_name = name.removesuffix("_W").replace("_", "/", 1)
            blobs = b""
            for array in (weights[name], weights[name.removesuffix("W") + "b"]):
                sizes = b"".join(field(1, size) for size in array.shape)
                blobs += field(7, field(5, array.astype("<f4").tobytes()) + field(7, sizes))
            layers.append(field(1, caffe_name) + field(2, "Convolution") + blobs + field(10, 1))
    path.write_bytes(field(1, "SqueezeNet") + b"".join(field(100, layer) for layer in layers))


def write_pth(path, weights, monkeypatch, rebuild_name="_rebuild_tensor_v2"):
    """As torch.save does it, without torch: stand-ins have the names that torch writes into the pickle."""
    def rebuild(*args):
        raise AssertionError("a reader must not call this")

    class FloatStorage:
        pass

    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    rebuild.__module__, rebuild.__qualname__ = "torch._utils", rebuild_name
    FloatStorage.__module__, FloatStorage.__qualname__ = "torch", "FloatStorage"
    torch.FloatStorage, torch._utils = FloatStorage, utils
    setattr(utils, rebuild_name, rebuild)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)

    class Tensor:
        def __init__(self, key, array):
            self.key, self.array = key, array

        def __reduce__(self):
            steps = tuple(step // self.array.itemsize for step in self.array.strides)
            return rebuild, (Storage(self), 0, self.array.shape, steps, False, OrderedDict())

    class Storage:
        def __init__(self, tensor):
            self.tensor = tensor

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing):
            if isinstance(thing, Storage):
                return "storage", FloatStorage, thing.tensor.key, "cpu", thing.tensor.array.size
            return None

    state = OrderedDict((theirs, Tensor(str(number), weights[ours].astype("<f4")))
                        for number, (ours, theirs) in enumerate(torch_names().items()))
    state._metadata = OrderedDict(version=1)
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("squeezenet1_1/data.pkl", "w") as file:
            Pickler(file, protocol=2).dump(state)
        for tensor in state.values():
            archive.writestr(f"squeezenet1_1/data/{tensor.key}", tensor.array.tobytes())
    monkeypatch.undo()


@pytest.mark.parametrize(("name", "write"), [("a.npz", write_npz), ("a.bin", write_bin),
                                             ("a.caffemodel", write_caffemodel)])
def test_deepscale_s_weights_in_three_forms(name, write, weights, tmp_path):
    write(tmp_path / name, weights)
    for key, value in read(tmp_path / name).items():
        assert value.dtype == np.float32 and value.shape == shapes()[key]
    # Caffe's network takes BGR from 0 to 255, less its means. As the files have them, the weights take that.
    caffe, model = SqueezeNet(tmp_path / name), SqueezeNet(tmp_path / name)
    caffe.params = {key: value.astype(np.float64) for key, value in weights.items()}
    pictures = np.random.RandomState(1).randint(0, 256, (2, 40, 40, 3), dtype=np.uint8)
    bgr = (pictures[..., ::-1].astype(np.float64) - (104, 117, 123)).transpose(0, 3, 1, 2)
    ends = ["relu1", "fire4", "fire9", "scores"]
    theirs, ours = caffe.forward(bgr, ends)[0], model.forward(model.preprocess(pictures), ends)[0]
    for end, their, our in zip(ends, theirs, ours, strict=True):
        factor = 1 if end == "scores" else 255 * np.mean([0.229, 0.224, 0.225])
        np.testing.assert_allclose(our * factor, their, rtol=1e-3, atol=1e-4 * abs(their).max())


def test_torchvision_s_weights(weights, tmp_path, monkeypatch):
    write_pth(tmp_path / "squeezenet1_1.pth", weights, monkeypatch)
    params = read(tmp_path / "squeezenet1_1.pth")
    for name, value in params.items():
        np.testing.assert_array_equal(value, weights[name])  # conv1 too: its normalisation is ours


def test_torchvision_s_weights_as_torch_writes_them(weights, tmp_path):
    torch = pytest.importorskip("torch")
    state = OrderedDict((theirs, torch.tensor(weights[ours].astype(np.float32)))
                        for ours, theirs in torch_names().items())
    torch.save(state, tmp_path / "a.pth")
    params = read(tmp_path / "a.pth")
    for name, value in params.items():
        np.testing.assert_array_equal(value, weights[name])


def test_a_pickle_is_not_run(weights, tmp_path, monkeypatch):
    write_pth(tmp_path / "a.pth", weights, monkeypatch, rebuild_name="_other")
    with pytest.raises(DataError, match="torch._utils._other is not allowed"):
        read(tmp_path / "a.pth")

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    with zipfile.ZipFile(tmp_path / "evil.pth", "w") as archive:
        archive.writestr("a/data.pkl", pickle.dumps(Evil()))
    with pytest.raises(DataError, match="mkdir is not allowed"):
        read(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["a.npz", "a.bin", "a.caffemodel", "a.pth"])
@pytest.mark.parametrize("share", [0, 0.5, 0.98])
def test_a_file_that_is_cut_short(name, share, weights, tmp_path, monkeypatch):
    if name == "a.pth":
        write_pth(tmp_path / name, weights, monkeypatch)
    else:
        {"a.npz": write_npz, "a.bin": write_bin, "a.caffemodel": write_caffemodel}[name](tmp_path / name, weights)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:int(share * len(content))])
    with pytest.raises(DataError, match="cannot be read as weights of SqueezeNet v1.1"):
        read(tmp_path / name)


def test_other_files_are_refused(weights, tmp_path):
    write_npz(tmp_path / "a.npz", weights | {"fire5_expand3x3_W": np.zeros((2, 2))})
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "a.npz")
    with pytest.raises(DataError, match="its name must end in"):
        read(tmp_path / "a.h5")
    with pytest.raises(DataError, match="No such file"):
        read(tmp_path / "absent.npz")


# Where they are found ------------------------------------------------------------------------------------------------

def test_the_most_precise_file_is_taken(weights, data):
    assert find_weights() is None
    with pytest.raises(DataError, match="cs231n data fetch squeezenet"):
        SqueezeNet()
    write_npz(data / "squeezenet_v1.1_fp16.npz", weights)
    assert find_weights() == data / "squeezenet_v1.1_fp16.npz"
    (data / "squeezenet").mkdir()
    write_caffemodel(data / "squeezenet" / "squeezenet_v1.1.caffemodel", weights)
    assert find_weights() == data / "squeezenet" / "squeezenet_v1.1.caffemodel"


def test_load_pretrained_takes_what_is_there(weights, data):
    assert isinstance(load_pretrained(), PretrainedCNN)
    with pytest.raises(DataError):
        load_pretrained("squeezenet")
    write_npz(data / "squeezenet_v1.1_fp16.npz", weights)
    assert isinstance(load_pretrained(), SqueezeNet)
    assert isinstance(load_pretrained("builtin"), PretrainedCNN)
    with pytest.raises(ValueError, match="name must be one of squeezenet, builtin, got str 'vgg'"):
        load_pretrained("vgg")


# The network ---------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def net(weights, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "a.npz"
    write_npz(path, weights)
    return SqueezeNet(path)


def test_layers_have_the_course_s_indices_and_shapes(net):
    expected = {0: ("conv1", 64, 111), 2: ("pool1", 64, 55), 3: ("fire2", 128, 55), 4: ("fire3", 128, 55),
                6: ("fire4", 256, 27), 7: ("fire5", 256, 27), 9: ("fire6", 384, 13), 12: ("fire9", 512, 13),
                13: ("conv10", 1000, 13)}
    x = np.random.RandomState(0).randn(1, 3, 224, 224).astype(np.float32)
    outs, _ = net.forward(x, list(expected))
    for (index, (name, channels, side)), out in zip(expected.items(), outs, strict=True):
        assert net.layers[index] == name
        assert out.shape == (1, channels, side, side) and out.dtype == np.float32
    assert len(net.layers) == 16 and net.layers[-1] == "scores"
    assert len(net.classes) == 1000
    assert sum(value.size for value in net.params.values()) == 1_235_496


@pytest.mark.parametrize("size", [(67, 67), (64, 50)])
def test_every_layer_and_gradient_against_torch(net, size):
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    params = {name: torch.tensor(value, dtype=torch.float64) for name, value in net.params.items()}
    x = np.random.RandomState(1).randn(2, 3, *size)
    image = torch.tensor(x, requires_grad=True)

    def conv(h, name, **settings):
        return F.conv2d(h, params[f"{name}_W"], params[f"{name}_b"], **settings)

    h = conv(image, "conv1", stride=2)
    theirs = [h, F.relu(h)]
    for number in _FIRES:
        if number in (2, 4, 6):
            theirs.append(F.max_pool2d(theirs[-1], 3, 2, ceil_mode=True))
        squeezed = F.relu(conv(theirs[-1], f"fire{number}_squeeze1x1"))
        theirs.append(F.relu(torch.cat([conv(squeezed, f"fire{number}_expand1x1"),
                                        conv(squeezed, f"fire{number}_expand3x3", padding=1)], dim=1)))
    h = conv(theirs[-1], "conv10")
    theirs += [h, F.relu(h), F.relu(h).mean(dim=(2, 3))]
    ours, cache = net.forward(x, net.layers)
    assert len(ours) == len(theirs)
    rng = np.random.RandomState(2)
    douts, total = [], 0
    for our, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(our, their.detach().numpy(), rtol=1e-9, atol=1e-9)
        douts.append(rng.randn(*our.shape))
        total = total + (their * torch.tensor(douts[-1])).sum()
    total.backward()
    np.testing.assert_allclose(net.backward(douts, cache), image.grad.numpy(), rtol=1e-7, atol=1e-7)


def test_the_gradient_of_a_score_is_the_numeric_one(net):
    rng = np.random.RandomState(3)
    x = rng.randn(1, 3, 40, 40)
    scores, cache = net.forward(x)
    dscores = np.eye(1000)[[scores.argmax()]]
    dx = net.backward(dscores, cache)
    for _ in range(5):
        step = rng.randn(*x.shape)
        step *= 1e-6 / np.linalg.norm(step)
        numeric = (net.forward(x + step)[0] - net.forward(x - step)[0])[0, scores.argmax()] / 2
        assert np.sum(dx * step) == pytest.approx(numeric, rel=1e-4, abs=1e-13)


# Real weights on real pictures ---------------------------------------------------------------------------------------

@needs_real
@pytest.mark.parametrize("file", ["squeezenet_v1.1_fp16.npz", "squeezenet1.1.bin"])
def test_real_weights_know_real_pictures(file, monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(REAL / "imagenet_val_25"))
    model = SqueezeNet(REAL / "squeezenet" / file)
    pictures, y = model.sample_pictures(25)
    scores, _ = model.forward(model.preprocess(pictures))
    ranks = np.argsort(-scores, axis=1)
    assert np.mean(ranks[:, 0] == y) == 0.52
    assert np.mean(np.any(ranks[:, :5] == y[:, None], axis=1)) == 0.80
    assert model.classes[231] == "collie"


@needs_real
def test_real_pictures_are_taken_for_stingrays_after_a_few_small_steps(monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(REAL / "imagenet_val_25"))
    model = SqueezeNet(REAL / "squeezenet" / "squeezenet_v1.1_fp16.npz")
    for X in model.preprocess(model.sample_pictures(3)[0])[:, None]:
        fooling = make_fooling_image(X, 6, model, max_steps=30)
        assert model.forward(fooling)[0].argmax() == 6
        assert np.linalg.norm(fooling - X) < 0.03 * np.linalg.norm(X)


def test_a_session_of_tensorflow_is_refused_in_words():
    with pytest.raises(ValueError, match="notebooks for TensorFlow do not run on this kit"):
        SqueezeNet(save_path="squeezenet.ckpt", sess=object())
