"""Downloads against a local server that misbehaves in every way we know, and data put in place whole or not at all."""
import errno
import gzip
import hashlib
import http.server
import io
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cs231n.data import DataError, store
from cs231n.data import fetch as fetch_module
from cs231n.data.catalogue import CATALOGUE, CIFAR10, COCO, DataSet, Download, File
from cs231n.data.fetch import fetch
from cs231n.data.store import SUMS, make, read_sums, verify, verify_miniature, workspace, write_sums

SRC = Path(__file__).parents[2]
CONTENT = {"one": b"first file " * 5000, "two": b"second file " * 5000}


def digest(algorithm, content):
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


def tar_of(files, inside="set-py"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{inside}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zip_of(files, inside="set-py"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{inside}/{name}", content)
    return buffer.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `server.files`; `server.behaviour` says how badly."""

    def do_GET(self):
        server = self.server
        server.requests.append(self.path)
        body = server.files.get(self.path.lstrip("/"))
        behaviour = server.behaviour
        if behaviour == "busy once" and len(server.requests) == 1:
            self.send_error(503)
            return
        if body is None or behaviour == "forbidden":
            self.send_error(404 if body is None else 403)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if behaviour == "cut" or behaviour == "cut once" and len(server.requests) == 1:
            self.wfile.write(body[: len(body) // 2])
            return
        if behaviour == "stall":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            server.stalled.set()
            server.release.wait(30)
            return
        if behaviour == "slow":
            time.sleep(0.5)
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(fetch_module, "PAUSES", (0, 0))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.behaviour, server.requests = {}, "", []
    server.stalled, server.release = threading.Event(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()


def publish(server, archive, name="set.tar.gz", checksum="", files=None, inside="set-py"):
    """Put an archive on the server and return the data set whose publisher that is."""
    server.files[name] = archive
    url = f"http://127.0.0.1:{server.server_port}/{name}"
    checksum = digest("md5", archive) if checksum == "" else checksum
    files = files or tuple(File(name, digest("md5", content)) for name, content in CONTENT.items())
    return DataSet("toy", "A toy set", "toy-py", files, (Download(url, checksum, inside),), (), "", {})


def left_in(folder):
    """All that is in a data folder, but for the lock files."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix != ".lock")


def in_place(folder):
    return {path.name: path.read_bytes() for path in (folder / "toy-py").iterdir()}


# Right bytes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "pack"), [("set.tar.gz", tar_of), ("set.zip", zip_of)])
def test_right_bytes_are_put_in_place_and_nothing_else(server, tmp_path, name, pack):
    extra = CONTENT | {"readme.html": b"not asked for"}
    lines = []
    where = fetch(publish(server, pack(extra), name), tmp_path, lines.append)
    assert where == tmp_path / "toy-py"
    assert in_place(tmp_path) == CONTENT
    assert left_in(tmp_path) == ["toy-py", "toy-py/one", "toy-py/two"]
    assert lines == [f"Downloading http://127.0.0.1:{server.server_port}/{name}", f"toy is in {where}."]


def test_plain_files_stay_as_they_are_and_gz_is_checked_by_content(server, tmp_path):
    packed = gzip.compress(b"digits")
    dataset = publish(server, packed, "digits.gz", files=(File("digits.gz", digest("md5", b"digits")),))
    fetch(dataset, tmp_path)
    assert in_place(tmp_path) == {"digits.gz": packed}
    other_bytes_same_content = gzip.compress(b"digits", compresslevel=1, mtime=7)
    assert other_bytes_same_content != packed
    (tmp_path / "toy-py" / "digits.gz").write_bytes(other_bytes_same_content)
    assert verify(dataset, tmp_path / "toy-py") == {"digits.gz": "ok"}


def test_a_file_set_in_the_data_folder_itself_leaves_its_neighbours_alone(server, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    dataset = replace(publish(server, b"array", "a.npz", files=(File("a.npz", digest("md5", b"array")),)), folder="")
    fetch(dataset, tmp_path)
    assert left_in(tmp_path) == ["a.npz", "notes.txt"]


def test_a_right_set_is_not_downloaded_again(server, tmp_path):
    dataset = publish(server, tar_of(CONTENT))
    fetch(dataset, tmp_path)
    lines = []
    fetch(dataset, tmp_path, lines.append)
    assert len(server.requests) == 1
    assert "already" in lines[0]


def test_a_damaged_set_is_mended_and_other_files_kept(server, tmp_path):
    dataset = publish(server, tar_of(CONTENT))
    fetch(dataset, tmp_path)
    (tmp_path / "toy-py" / "one").write_bytes(b"damaged")
    (tmp_path / "toy-py" / "mine").write_bytes(b"notes")
    fetch(dataset, tmp_path)
    assert in_place(tmp_path) == CONTENT | {"mine": b"notes"}


@pytest.mark.parametrize("behaviour", ["cut once", "busy once"])
def test_a_passing_trouble_is_tried_again(server, tmp_path, behaviour):
    server.behaviour = behaviour
    fetch(publish(server, tar_of(CONTENT)), tmp_path)
    assert in_place(tmp_path) == CONTENT
    assert len(server.requests) == 2


# Trouble --------------------------------------------------------------------------------------------------------------


def refused(dataset, folder, *parts):
    """The message of a failed fetch, which is one line with these parts and leaves nothing."""
    before = left_in(folder) if folder.exists() else []
    with pytest.raises(DataError) as caught:
        fetch(dataset, folder)
    message = str(caught.value)
    assert "\n" not in message
    for part in (*parts, "Nothing was kept"):
        assert part in message
    assert left_in(folder) == before
    return message


def test_wrong_checksum(server, tmp_path):
    right, wrong = tar_of(CONTENT), tar_of(CONTENT | {"one": b"forged"})
    dataset = publish(server, wrong, checksum=digest("md5", right))
    refused(dataset, tmp_path, digest("md5", right), digest("md5", wrong), "try again")
    assert len(server.requests) == 1


def test_wrong_checksum_of_a_file_inside(server, tmp_path):
    refused(publish(server, tar_of(CONTENT | {"two": b"forged"})), tmp_path, "two", digest("md5", b"forged"))


def test_cut_in_the_middle(server, tmp_path):
    server.behaviour = "cut"
    refused(publish(server, tar_of(CONTENT)), tmp_path, "cut in the middle", "try again")
    assert len(server.requests) == 3


def test_cut_in_the_middle_is_noticed_without_a_checksum(server, tmp_path):
    server.behaviour = "cut"
    refused(publish(server, zip_of(CONTENT), "set.zip", checksum=None), tmp_path, "cut in the middle")


def test_silent_server(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch_module, "TIMEOUT", 0.2)
    server.behaviour = "stall"
    refused(publish(server, tar_of(CONTENT)), tmp_path, "sent nothing for 0.2 s")


@pytest.mark.parametrize(("behaviour", "name", "part"), [("", "gone.zip", "404"), ("forbidden", "set.tar.gz", "403")])
def test_refusals_are_not_repeated(server, tmp_path, behaviour, name, part):
    server.behaviour = behaviour
    dataset = publish(server, tar_of(CONTENT))
    url = dataset.downloads[0].url.replace("set.tar.gz", name)
    refused(replace(dataset, downloads=(Download(url, "md5:0"),)), tmp_path, url, part)
    assert len(server.requests) == 1


def test_no_network(server, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    dataset = publish(server, tar_of(CONTENT))
    url = f"http://127.0.0.1:{port}/set.tar.gz"
    refused(replace(dataset, downloads=(Download(url, "md5:0"),)), tmp_path, url, "check the network")


@pytest.mark.parametrize(
    ("code", "part"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "CS231N_DATA"), (errno.EIO, os.strerror(errno.EIO))],
)
@pytest.mark.parametrize("where", ["downloading", "unpacking", "moving"])
def test_disk_trouble(server, tmp_path, monkeypatch, code, part, where):
    class FailingFile(io.FileIO):
        def write(self, data):
            if self.tell() + len(data) > 40_000:
                raise OSError(code, os.strerror(code))
            return super().write(data)

    def failing_replace(source, target):
        raise OSError(code, os.strerror(code))

    archive = zip_of(CONTENT)
    dataset = publish(server, archive, "set.zip")
    if where == "downloading":
        monkeypatch.setattr("pooch.downloaders.open", FailingFile, raising=False)
    elif where == "unpacking":
        monkeypatch.setattr(fetch_module, "open", FailingFile, raising=False)
    else:
        monkeypatch.setattr(store.os, "replace", failing_replace)
    refused(dataset, tmp_path, str(tmp_path), part)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_disk_that_is_really_full(server, tmp_path, monkeypatch):
    monkeypatch.setattr("pooch.downloaders.open", lambda path, mode: open("/dev/full", mode), raising=False)
    refused(publish(server, tar_of(CONTENT)), tmp_path, "the disk is full")


def test_data_folder_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(DataError, match="cannot put toy into .*: it is not a folder: .* CS231N_DATA") as caught:
            fetch(publish(server, tar_of(CONTENT)), folder)
    assert caught.value._render_traceback_() == [f"DataError: {caught.value}"]  # all that a notebook shows


@pytest.mark.parametrize(
    ("name", "archive"),
    [
        ("set.tar.gz", b"no archive at all"),
        ("set.zip", b"no archive at all"),
        ("set.tar.gz", tar_of(CONTENT)[:150]),
        ("set.zip", zip_of(CONTENT)[:-30]),
        ("set.zip", zip_of(CONTENT).replace(b"first file", b"other file")),  # its CRC no longer holds
    ],
)
def test_broken_archive(server, tmp_path, name, archive):
    refused(publish(server, archive, name, checksum=None), tmp_path, "broken", name)


def test_archive_without_a_needed_file(server, tmp_path):
    refused(publish(server, tar_of({"one": CONTENT["one"]})), tmp_path, "two", "missing")


def test_archive_cannot_write_outside(server, tmp_path):
    files = (File("one", digest("md5", CONTENT["one"])),)
    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w:gz") as tar:
        for name in ("set-py/one", "one", "../one", "/one", "set-py/../../one"):
            content = CONTENT["one"] if name == "set-py/one" else b"forged"
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("set-py/two")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    fetch(publish(server, evil.getvalue(), files=files), tmp_path / "deep" / "data")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock") == ["one"]
    assert in_place(tmp_path / "deep" / "data") == {"one": CONTENT["one"]}


# No checksum from the publisher ---------------------------------------------------------------------------------------


def test_trust_on_first_download_is_said_and_remembered(server, tmp_path):
    files = tuple(File(name) for name in CONTENT)
    archive = zip_of(CONTENT)
    dataset = publish(server, archive, "set.zip", checksum=None, files=files)
    lines = []
    fetch(dataset, tmp_path, lines.append)
    assert any("no checksum" in line for line in lines)
    place = tmp_path / "toy-py"
    origin, sums = read_sums(place)
    assert origin == f"{dataset.downloads[0].url} {digest('sha256', archive)}"
    assert sums == {name: digest("sha256", content) for name, content in CONTENT.items()}
    assert verify(dataset, place) == {"one": "ok", "two": "ok"}

    (place / "one").write_bytes(b"changed later")
    assert verify(dataset, place)["one"].startswith("wrong: expected")

    changed = zip_of(CONTENT | {"two": b"a new edition"})
    server.files["set.zip"] = changed
    lines.clear()
    fetch(dataset, tmp_path, lines.append)
    assert any("has changed" in line and digest("sha256", changed) in line for line in lines)
    assert verify(dataset, place) == {"one": "ok", "two": "ok"}


def test_files_without_any_checksum_are_never_called_right(tmp_path):
    dataset = DataSet("toy", "", "toy-py", (File("one"), File("two"), File("three", needed=False)), (), (), "", {})
    (tmp_path / "one").write_bytes(b"from somewhere")
    found = verify(dataset, tmp_path)
    assert found["one"].startswith("unknown:")
    assert found["two"] == "missing"
    assert "three" not in found


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_the_record_is_one_that_sha256sum_reads(tmp_path):
    for name, content in CONTENT.items():
        (tmp_path / name).write_bytes(content)
    write_sums(tmp_path, "made by a test")
    check = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "one").write_bytes(b"changed")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 1


# Two at once, and a kill ----------------------------------------------------------------------------------------------


def _fetch_quietly(dataset, folder):
    fetch(dataset, folder, lambda line: None)


def spawn(target, *args):
    process = multiprocessing.get_context("spawn").Process(target=target, args=args)
    process.start()
    return process


def test_two_at_once_download_once_and_both_end_well(server, tmp_path):
    server.behaviour = "slow"
    dataset = publish(server, tar_of(CONTENT))
    processes = [spawn(_fetch_quietly, dataset, tmp_path) for _ in range(2)]
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(server.requests) == 1
    assert in_place(tmp_path) == CONTENT


def test_a_killed_download_leaves_nothing_in_place_and_the_next_one_clears_up(server, tmp_path):
    server.behaviour = "stall"
    dataset = publish(server, tar_of(CONTENT))
    process = spawn(_fetch_quietly, dataset, tmp_path)
    assert server.stalled.wait(30)
    process.kill()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL if os.name == "posix" else process.exitcode != 0
    assert not (tmp_path / "toy-py").exists()
    assert (tmp_path / ".toy.partial").is_dir()
    server.behaviour = ""
    fetch(dataset, tmp_path)
    assert left_in(tmp_path) == ["toy-py", "toy-py/one", "toy-py/two"]


def test_an_error_or_an_interrupt_leaves_no_scratch_folder(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        with workspace(tmp_path, "toy") as scratch:
            (scratch / "half").write_bytes(b"half")
            raise KeyboardInterrupt
    assert left_in(tmp_path) == []


# Miniatures -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch):
    """The calls of a quick stand-in for the drawing of mini-CIFAR."""
    calls = []

    def draw(folder):
        assert list(folder.iterdir()) == []
        calls.append(folder)
        (folder / "data_batch_1").write_bytes(b"pictures")

    monkeypatch.setattr("cs231n.data.drawn.mini_cifar.make", draw)
    return calls


def test_a_miniature_is_drawn_once_and_says_so_once(tmp_path, drawn, capsys):
    for _ in range(2):
        assert make(CIFAR10.miniature, tmp_path) == tmp_path / CIFAR10.miniature.folder
    assert len(drawn) == 1
    assert capsys.readouterr().err.count("Drawing mini-CIFAR-10") == 1
    assert left_in(tmp_path) == [
        CIFAR10.miniature.folder, f"{CIFAR10.miniature.folder}/{SUMS}", f"{CIFAR10.miniature.folder}/data_batch_1",
    ]
    assert verify_miniature(tmp_path / CIFAR10.miniature.folder) == {"data_batch_1": "ok"}


def test_a_miniature_of_other_drawing_code_is_drawn_again(tmp_path, drawn):
    place = make(CIFAR10.miniature, tmp_path)
    sums = place / SUMS
    sums.write_text(sums.read_text().replace("drawn by", "long ago drawn by"))
    make(CIFAR10.miniature, tmp_path)
    assert len(drawn) == 2


@pytest.mark.parametrize("miniature", [CIFAR10.miniature, COCO.miniature], ids=lambda miniature: miniature.folder)
def test_all_modules_that_draw_a_miniature_are_named(miniature):
    """But for what any loader imports, and the network that looks at the scenes."""
    seen = (
        "import sys; import cs231n.classifiers.pretrained_cnn; before = set(sys.modules); "
        f"import cs231n.data.drawn.{miniature.modules[0]}; "
        "print(*(name for name in set(sys.modules) - before if name.startswith('cs231n')))"
    )
    names = subprocess.run([sys.executable, "-c", seen], cwd=SRC, capture_output=True, text=True, check=True).stdout
    assert {f"cs231n.data.drawn.{module}" for module in miniature.modules} == set(names.split()) - {"cs231n.data.drawn"}


def test_a_failing_drawing_leaves_nothing(tmp_path, monkeypatch):
    def draw(folder):
        (folder / "data_batch_1").write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cs231n.data.drawn.mini_cifar.make", draw)
    with pytest.raises(DataError, match="the disk is full"):
        make(CIFAR10.miniature, tmp_path)
    assert left_in(tmp_path) == []


def test_a_folder_that_may_not_be_written_sends_the_miniature_to_the_temporary_one(
    tmp_path, drawn, monkeypatch, capsys
):
    locked, spare = tmp_path / "locked", tmp_path / "tmp"
    really_mkdir = Path.mkdir

    def mkdir(self, *args, **options):
        if self == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        really_mkdir(self, *args, **options)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    monkeypatch.setattr(store.tempfile, "gettempdir", lambda: str(spare))
    place = make(CIFAR10.miniature, locked)
    assert spare in place.parents
    assert verify_miniature(place) == {"data_batch_1": "ok"}
    assert f"{locked} may not be written" in capsys.readouterr().err


def test_a_user_without_a_name_or_a_home_draws_too(tmp_path, drawn, monkeypatch):
    pwd = pytest.importorskip("pwd")

    def getpwuid(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", getpwuid)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert verify_miniature(make(CIFAR10.miniature, tmp_path)) == {"data_batch_1": "ok"}


DRAW_SLOWLY = """
import sys, time
from pathlib import Path
import cs231n.data.drawn.mini_cifar as mini_cifar
from cs231n.data.catalogue import CIFAR10
from cs231n.data.store import make
def draw(folder):
    (folder / "data_batch_1").write_bytes(b"pictures")
    with open(Path(sys.argv[1]).parent / "log", "a") as log:
        log.write("drawn\\n")
    time.sleep(float(sys.argv[2]))
mini_cifar.make = draw
make(CIFAR10.miniature, Path(sys.argv[1]))
"""


def test_two_processes_draw_a_miniature_once(tmp_path):
    command = partial(subprocess.Popen, [sys.executable, "-c", DRAW_SLOWLY, str(tmp_path / "data"), "1"], cwd=SRC)
    processes = [command() for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert (tmp_path / "log").read_text() == "drawn\n"
    assert verify_miniature(tmp_path / "data" / CIFAR10.miniature.folder) == {"data_batch_1": "ok"}


# The catalogue --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", CATALOGUE.values(), ids=CATALOGUE)
def test_catalogue_is_well_formed(dataset):
    lengths = {"md5": 32, "sha256": 64}
    assert dataset.downloads
    for item in (*dataset.files, *dataset.downloads):
        if item.checksum is not None:
            algorithm, _, value = item.checksum.partition(":")
            assert len(value) == lengths[algorithm]
            assert int(value, 16) > 0
    archives = [download for download in dataset.downloads if download.inside]
    plain = {download.url.rpartition("/")[2] for download in dataset.downloads if not download.inside}
    assert archives or plain == {file.name for file in dataset.files}


REAL = SRC.parent / "shared" / "data"


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real data beside the repository")
@pytest.mark.parametrize(
    ("folder", "sure"),
    [("mnist", 4), ("imagenet_val_25", 1), ("coco_captioning", 2), ("cifar10", 1)],
)
def test_published_files_have_the_catalogue_s_checksums(folder, sure):
    dataset = CATALOGUE["coco" if folder == "coco_captioning" else folder]
    found = verify(dataset, REAL / folder)
    assert list(found.values()).count("ok") == sure
    assert not any(state.startswith("wrong") for state in found.values())
