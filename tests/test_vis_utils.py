"""Pictures: image grids number by number, and what the drawn figures hold."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")  # no window: tests run where there is no screen

from matplotlib import pyplot as plt  # noqa: E402

from cs231n import vis_utils  # noqa: E402


@pytest.fixture(autouse=True)
def close_figures():
    with plt.rc_context():
        yield
    plt.close("all")


def images(N, H=2, W=3, C=3):
    return np.random.default_rng(0).integers(0, 256, (N, H, W, C)).astype(np.uint8)


@pytest.mark.parametrize("N, side", [(1, 1), (2, 2), (4, 2), (5, 3)])
@pytest.mark.parametrize("padding", [0, 1, 3])
def test_visualize_grid(N, side, padding):
    Xs = images(N)
    grid = vis_utils.visualize_grid(Xs, ubound=10.0, padding=padding)
    assert grid.shape == (side * (2 + padding) - padding, side * (3 + padding) - padding, 3)
    drawn = np.zeros(grid.shape[:2], bool)
    for n in range(N):
        top, left = n // side * (2 + padding), n % side * (3 + padding)
        tile = grid[top:top + 2, left:left + 3]
        low, high = Xs[n].min(), Xs[n].max()
        np.testing.assert_allclose(tile, 10.0 * (Xs[n] - np.float64(low)) / (int(high) - int(low)))
        drawn[top:top + 2, left:left + 3] = True
    assert not grid[~drawn].any()


def test_a_flat_image_is_black_not_nan():
    assert not vis_utils.visualize_grid(np.full((1, 2, 2, 1), 7.0)).any()
    assert not vis_utils.vis_grid(np.full((1, 2, 2, 1), 7.0)).any()


def test_vis_grid_stretches_all_together():
    Xs = np.stack([np.full((2, 2, 3), value) for value in (-1.0, 0.0, 3.0)])
    grid = vis_utils.vis_grid(Xs)
    assert grid.shape == (5, 5, 3)
    assert (grid[0, 0, 0], grid[0, 3, 0], grid[3, 0, 0]) == (0.0, 0.25, 1.0)


def test_vis_nn_keeps_rows():
    rows = [list(images(3)[:, :, :, :1]), list(images(6)[3:, :, :, :1])]
    grid = vis_utils.vis_nn(rows)
    assert grid.shape == (5, 11, 1) and (grid[2] == 1).all()
    values = np.array(rows, dtype=float)
    expected = (values[1, 2] - values.min()) / (values.max() - values.min())
    np.testing.assert_allclose(grid[3:, 8:], expected)


def test_the_small_weights_of_a_first_layer_get_the_full_range():
    W = 1e-3 * np.random.default_rng(0).standard_normal((4, 3, 3, 3))
    for picture, top in ((vis_utils.visualize_grid(W), 255), (vis_utils.vis_grid(W), 1),
                         (vis_utils.class_templates(W.reshape(4, -1).T, (3, 3, 3)), 255)):
        assert (picture.min(), picture.max()) == (0, top)


@pytest.mark.parametrize("draw", [vis_utils.visualize_grid, vis_utils.vis_grid])
@pytest.mark.parametrize("Xs", [np.zeros((2, 3, 3)), np.zeros((0, 3, 3, 3)), [1, 2]])
def test_grids_refuse(draw, Xs):
    with pytest.raises(ValueError, match=r"Xs must be a non-empty array \(N, H, W, C\)"):
        draw(Xs)


@pytest.mark.parametrize("rows", [[], [[]], [list(images(2)), list(images(1))], [[np.zeros((2, 2, 3)), images(1)[0]]]])
def test_vis_nn_refuses(rows):
    with pytest.raises(ValueError, match="rows must be .* got lists of lengths"):
        vis_utils.vis_nn(rows)


@pytest.mark.parametrize("bias", [0, 1])
def test_templates(bias):
    W = np.random.default_rng(0).standard_normal((12 + bias, 5)).astype(np.float32)
    templates = vis_utils.class_templates(W, (2, 2, 3))
    assert templates.shape == (5, 2, 2, 3) and templates.dtype == np.uint8
    for c in range(5):
        assert templates[c].min() == 0 and templates[c].max() == 255
        assert np.corrcoef(templates[c].ravel(), W[:12, c])[0, 1] > 0.999


def test_templates_refuse():
    with pytest.raises(ValueError, match=r"W must have 3072 rows for \(32, 32, 3\) images"):
        vis_utils.class_templates(np.zeros((3070, 10)))


@pytest.mark.parametrize("image, expected", [
    (np.full((2, 2, 3), 200, np.uint8), 200), (np.full((2, 2, 3), 200.0), 200), (np.full((2, 2, 3), 0.5), 127),
    (np.full((2, 2, 3), 300.0), 255), (np.full((2, 2), 0.5, np.float32), 127),
])
def test_show_images_finds_the_range(image, expected):
    figure = vis_utils.show_images([image])
    assert (figure.axes[0].images[0].get_array() == expected).all()


def test_show_images_lays_out_and_titles():
    figure = vis_utils.show_images(images(5), titles=list("abcde"), columns=3)
    assert len(figure.axes) == 6
    assert [ax.get_title() for ax in figure.axes] == ["a", "b", "c", "d", "e", ""]
    assert sum(len(ax.images) for ax in figure.axes) == 5


@pytest.mark.parametrize("count, titles", [(0, None), (2, ["one"])])
def test_show_images_refuses(count, titles):
    with pytest.raises(ValueError, match="titles must be as many as images, at least one"):
        vis_utils.show_images(images(2)[:count], titles)


def test_plot_training():
    losses = np.linspace(2.3, 0.5, 100)
    figure = vis_utils.plot_training(losses, {"training": [0.1, 0.5], "validation": [0.1, 0.4]})
    raw, smooth = figure.axes[0].lines
    np.testing.assert_array_equal(raw.get_ydata(), losses)
    np.testing.assert_allclose(smooth.get_ydata()[0], losses[:2].mean())
    assert len(raw.get_xdata()) == 100 and smooth.get_xdata()[-1] == 99
    assert [line.get_label() for line in figure.axes[1].lines] == ["training", "validation"]
    assert len(vis_utils.plot_training([1.0]).axes) == 1


def test_plot_search_rings_the_best():
    results = [{"learning_rate": 10.0**-i, "reg": 10.0**i, "accuracy": a} for i, a in enumerate([0.1, 0.35, 0.2])]
    ax = vis_utils.plot_search(results).axes[0]
    dots, ring = ax.collections
    assert len(dots.get_offsets()) == 3 and ring.get_offsets().tolist() == [[0.1, 10.0]]
    assert ax.get_xscale() == ax.get_yscale() == "log" and ax.texts[0].get_text() == "0.350"


def test_confusion_counts():
    counts = vis_utils.confusion_matrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0], 4)
    assert counts.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]]
    labels = np.array([15, 15, 3], np.uint8)  # 15 * 20 does not fit in uint8
    assert vis_utils.confusion_matrix(labels, labels, 20)[15, 15] == 2


def test_plot_confusion_shows_per_cent_of_each_true_class():
    ax = vis_utils.plot_confusion([0, 0, 0, 0, 1], [0, 0, 0, 1, 1], ["cat", "dog", "frog"]).axes[0]
    assert [text.get_text() for text in ax.texts] == ["75", "25", "0", "0", "100", "0", "0", "0", "0"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "frog"]


@pytest.mark.parametrize("y_true, y_pred, message", [
    ([0, 1], [0], "y_true must have one label per row of y_pred: got 2 labels for 1 rows"),
    ([0, 3], [0, 1], "y_true must hold labels from 0 to 2"),
    ([0, 1], [0, -1], "y_pred must hold labels from 0 to 2"),
])
def test_confusion_refuses(y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        vis_utils.plot_confusion(y_true, y_pred, ["a", "b", "c"])


def test_style_keeps_pixels_sharp_and_files_small():
    vis_utils.set_style()
    assert plt.rcParams["image.interpolation"] == "nearest" and plt.rcParams["figure.dpi"] <= 72


@pytest.mark.parametrize("draw, message", [
    (lambda: vis_utils.visualize_grid(images(2), padding=-1), "padding must be an integer, 0 or more"),
    (lambda: vis_utils.class_templates([[1.0]]), "W must have 3072 rows .* got list"),
    (lambda: vis_utils.show_images(images(2), columns=0), "columns must be an integer, 1 or more"),
    (lambda: vis_utils.plot_training([]), "losses must not be empty"),
    (lambda: vis_utils.plot_search([]), "results must not be empty"),
])
def test_nothing_to_draw_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
