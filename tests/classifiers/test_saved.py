"""Models are kept in files and come back with the same numbers; other files are refused."""
import numpy as np
import pytest

from cs231n.classifiers import LinearSVM
from cs231n.classifiers.fc_net import FullyConnectedNet, TwoLayerNet
from cs231n.classifiers.saved import FOLDER


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("make", [
    lambda: TwoLayerNet(6, 5, 3), lambda: FullyConnectedNet([5, 4], 6, 3, normalization="batchnorm", dtype=np.float64),
    lambda: FullyConnectedNet([5], 6, 3),
])
def test_a_network_comes_back_with_its_numbers_and_their_type(make, capsys):
    net, other = make(), make()
    net.save("best.npy")
    assert other.load("best.npy") is True
    assert capsys.readouterr().out == "best.npy saved.\nbest.npy loaded.\n"
    assert other.params.keys() == net.params.keys()
    for name, value in net.params.items():
        np.testing.assert_array_equal(other.params[name], value)
        assert other.params[name].dtype == value.dtype
    X = np.random.default_rng(0).standard_normal((4, 6))
    np.testing.assert_array_equal(other.loss(X), net.loss(X))


def test_a_linear_classifier_has_its_weights_under_their_name():
    X, y = np.random.default_rng(0).standard_normal((20, 4)), np.arange(20) % 3
    svm, other = LinearSVM(), LinearSVM()
    with pytest.raises(ValueError, match="LinearSVM has not been trained"):
        svm.save("svm.npy")
    svm.train(X, y)
    svm.save("svm.npy")
    other.load("svm.npy")
    assert other.params["W"] is other.W
    np.testing.assert_array_equal(other.W, svm.W)


def test_a_file_that_is_not_there_changes_nothing(capsys):
    net = TwoLayerNet(6, 5, 3)
    before = net.params
    assert net.load("none.npy") is False and net.params is before
    assert capsys.readouterr().out == "none.npy not available.\n"


@pytest.mark.parametrize("content", [np.zeros(3), {"W1": np.zeros(3)}, b"", b"not numbers"])
def test_other_files_are_refused_and_no_code_of_theirs_runs(content):
    FOLDER.mkdir(parents=True)
    if isinstance(content, bytes):
        (FOLDER / "other.npy").write_bytes(content)
    else:
        np.save(FOLDER / "other.npy", content)
    with pytest.raises(ValueError, match="other.npy (was not written by save|holds one array)"):
        TwoLayerNet(6, 5, 3).load("other.npy")
