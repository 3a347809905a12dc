"""image_from_url: from disk, else from the network for a short time, and never an error."""
import contextlib
import http.server
import socket
import threading
import time

import h5py
import numpy as np
import pytest
from PIL import Image

from cs231n.data import DataError
from cs231n.data import coco_pictures as pictures
from cs231n.image_utils import image_from_url

RED = np.full((20, 30, 3), (200, 30, 40), np.uint8)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder, and a mini-COCO of two scenes."""

    def draw(folder):
        with h5py.File(folder / "pictures.h5", "w") as file:
            file["train"] = np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3)

    monkeypatch.setattr("cs231n.data.drawn.mini_coco.make", draw)
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def server(tmp_path):
    """A web server with one picture and one file that is none; gives its address."""
    (tmp_path / "web").mkdir()
    Image.fromarray(RED).save(tmp_path / "web" / "red.png")
    (tmp_path / "web" / "page.jpg").write_text("<html>gone</html>")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path / "web"))

        def log_message(self, *args):
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def is_placeholder(picture):
    return (picture.shape == (224, 224, 3) and picture.dtype == np.uint8 and (picture[0, 0] == 225).all()
            and picture.min() < 100)


def test_a_scene_of_mini_coco(data):
    np.testing.assert_array_equal(image_from_url("mini-coco:train/1"), np.arange(12, 24).reshape(2, 2, 3))


def test_a_numpy_text_is_a_text(data):
    assert image_from_url(np.array(["mini-coco:train/0"])[0]).shape == (2, 2, 3)


def test_a_picture_that_is_on_disk(data):
    folder = data / "coco_pictures"
    folder.mkdir(parents=True)
    Image.fromarray(RED[..., 0]).save(folder / "grey.png")
    got = image_from_url("http://farm9.staticflickr.com/8035/grey.png")
    np.testing.assert_array_equal(got, np.repeat(RED[..., :1], 3, axis=2))


def test_the_network_is_asked_unless_it_is_to_be_left_alone(data, server):
    assert is_placeholder(image_from_url(f"{server}/red.png", download=False))
    np.testing.assert_array_equal(image_from_url(f"{server}/red.png"), RED)


def test_a_server_that_does_not_answer_is_waited_for_once(data, monkeypatch):
    monkeypatch.setattr(pictures, "TIMEOUT", 0.2)
    monkeypatch.setattr(pictures, "_silent", set())
    with socket.create_server(("127.0.0.1", 0)) as quiet:  # takes the call, and says nothing
        address = "http://127.0.0.1:{}".format(quiet.getsockname()[1])
        assert is_placeholder(image_from_url(f"{address}/red.png"))
        monkeypatch.setattr(pictures.requests, "get", None)
        assert is_placeholder(image_from_url(f"{address}/another.png"))


@pytest.mark.parametrize("limit, value", [("TIMEOUT", 0.2), ("LARGEST", 6000)])
def test_a_picture_that_does_not_end_is_given_up(data, monkeypatch, limit, value):
    """A server that sends on and on."""
    monkeypatch.setattr(pictures, limit, value)
    monkeypatch.setattr(pictures, "_silent", set())

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):  # the caller has gone
                while True:
                    self.wfile.write(bytes(4096))
                    time.sleep(0.01)

        def log_message(self, *args):
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        assert is_placeholder(image_from_url(f"http://127.0.0.1:{httpd.server_port}/red.png"))
        httpd.shutdown()
    assert not (data / "coco_pictures").exists()


def test_what_was_downloaded_is_kept(data, server, monkeypatch):
    image_from_url(f"{server}/red.png")
    monkeypatch.setattr(pictures.requests, "get", None)
    np.testing.assert_array_equal(image_from_url(f"{server}/red.png"), RED)
    assert [path.name for path in (data / "coco_pictures").iterdir()] == ["red.png"]


@pytest.mark.parametrize("name", ["gone.jpg", "page.jpg"])
def test_a_dead_address_gives_a_placeholder_and_keeps_nothing(data, server, name):
    assert is_placeholder(image_from_url(f"{server}/{name}"))
    assert not (data / "coco_pictures").exists()


@pytest.mark.parametrize("url", [
    "", "..", "nonsense", "mini-coco:", "mini-coco:test/0", "mini-coco:train/2", "mini-coco:train/x", "a\0b",
    "http://127.0.0.1:1/x.jpg", "http://", "ftp://there/x.jpg",
])
@pytest.mark.parametrize("download", [False, True])
def test_no_text_whatever_breaks_a_notebook(data, url, download):
    assert is_placeholder(image_from_url(url, "a caption", download))


def test_data_that_cannot_be_made_does_not_either(data, monkeypatch):
    def fail(*args):
        raise DataError("the disk is full")

    monkeypatch.setattr(pictures, "make", fail)
    assert is_placeholder(image_from_url("mini-coco:train/0"))


def test_the_placeholder_shows_caption_and_address(data):
    plain = image_from_url("http://x/1.jpg", download=False)
    assert np.any(image_from_url("http://x/1.jpg", "a red car on the road", False) != plain)
    assert np.any(image_from_url("http://x/another.jpg", download=False) != plain)


def test_something_else_than_a_text_is_named():
    with pytest.raises(ValueError, match="url must be a text.*got NoneType None"):
        image_from_url(None)
