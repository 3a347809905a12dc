"""A student's first exercise in a real browser, in JupyterLab and in Notebook 7: what the page shows, and whom it asks.

Cells are run and answers typed with the keys that students use; only to find a cell the page's own model is asked. Each
step leaves a screenshot in pytest's folder for temporary files.
"""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("selenium")

from make_notebook import code  # noqa: E402
from nbformat.v4 import new_notebook  # noqa: E402
from selenium import webdriver  # noqa: E402
from selenium.webdriver import ActionChains, Keys  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.wait import WebDriverWait  # noqa: E402

from cs231n.answers.course import Course  # noqa: E402
from cs231n.course.export import notebook_page  # noqa: E402
from cs231n.data.folders import data_folder  # noqa: E402
from cs231n.instructor.release import cut  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium or chromedriver is not installed")

PATIENCE = 60  # seconds that a step may take on a busy machine
NOTEBOOK = "assignment1/knn.ipynb"
WRONG = "return np.array([[np.sum((x - t) ** 2) for t in self.X_train] for x in X])"
RIGHT = "return np.sqrt([[np.sum((x - t) ** 2) for t in self.X_train] for x in X]).astype(X.dtype)"
APPS = {  # the module that starts it, the address of a notebook in it, and its options
    "JupyterLab": ("jupyterlab", "lab/tree", ["--LabApp.expose_app_in_browser=True",
                                              "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]),
    "Notebook 7": ("notebook", "notebooks", ["--JupyterNotebookApp.expose_app_in_browser=True"]),
}
READY = """
    const panel = window.jupyterapp?.shell.currentWidget, kernel = panel?.sessionContext?.session?.kernel;
    return !!panel?.content?.widgets?.length && panel.context.isReady && kernel?.status === "idle"
"""
CELLS = """
    return window.jupyterapp.shell.currentWidget.content.widgets.map(widget => ({
        code: widget.model.type === "code", source: widget.model.sharedModel.getSource(),
        name: (widget.model.sharedModel.getMetadata("nbgrader") ?? {}).grade_id}))
"""
SCROLL_TO = """
    const notebook = window.jupyterapp.shell.currentWidget.content, [index, done] = arguments
    notebook.scrollToItem(index, "start").then(() => done(notebook.widgets[index].node))
"""


class Page:
    """A notebook in a browser."""

    def __init__(self, browser, shots):
        self.browser, self.shots = browser, shots

    def until(self, condition, complaint=""):
        return WebDriverWait(self.browser, PATIENCE, poll_frequency=0.1).until(lambda _: condition(), complaint)

    def cells(self):
        """Of each cell, whether it is code, its source and its grade_id."""
        return self.browser.execute_script(CELLS)

    def index(self, name):
        return [cell["name"] for cell in self.cells()].index(name)

    def scroll_to(self, index):
        """Bring a cell into view and return its element."""
        return self.browser.execute_async_script(SCROLL_TO, index)

    def press(self, key, *modifiers):
        """Press a key while others are held down."""
        keys = ActionChains(self.browser)
        for modifier in modifiers:
            keys.key_down(modifier)
        keys.send_keys(key)
        for modifier in modifiers:
            keys.key_up(modifier)
        keys.perform()

    def run(self, index):
        """Run a cell, as Ctrl + Enter does, and wait for its end."""
        node = self.scroll_to(index)

        def prompt():  # found anew each time: a click opens a folded cell, which has another one
            return node.find_element(By.CSS_SELECTOR, ".jp-InputPrompt")

        before = prompt().text
        prompt().click()
        self.press(Keys.ENTER, Keys.CONTROL)
        ended = re.compile(r"\[\d+]:")
        self.until(lambda: prompt().text not in ("", before) and ended.fullmatch(prompt().text),
                   f"cell {index} does not end")

    def replace_last_line(self, index, line):
        """Type over the last line of a cell."""
        self.scroll_to(index).find_element(By.CSS_SELECTOR, ".cm-content").click()
        self.press(Keys.END, Keys.CONTROL)
        self.press(Keys.HOME, Keys.SHIFT)
        self.press(line)
        self.until(lambda: self.cells()[index]["source"].endswith(f"\n    {line}"), f"not typed as meant: {line}")

    def sees(self, index, *words):
        """Wait until the page shows these words below a cell, in this order; they may be broken into lines."""
        wanted = ".*".join(map(re.escape, words))
        node = self.scroll_to(index)

        def shown():
            return " ".join(output.text for output in node.find_elements(By.CSS_SELECTOR, ".jp-OutputArea-output"))

        self.until(lambda: re.search(wanted, " ".join(shown().split())), f"not below cell {index}: {words}")

    def element(self, index, selector):
        """Wait for an element below a cell, and return it."""
        node = self.scroll_to(index)
        found = self.until(lambda: node.find_elements(By.CSS_SELECTOR, f".jp-OutputArea-output {selector}"), selector)
        return found[0]

    def is_folded(self, index):
        return not self.scroll_to(index).find_elements(By.CSS_SELECTOR, ".cm-content")

    def shot(self, name, index):
        """Keep a picture of a cell's output and what is above it."""
        outputs = self.scroll_to(index).find_elements(By.CSS_SELECTOR, ".jp-Cell-outputArea")
        if outputs:
            self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", outputs[0])
        self.browser.save_screenshot(str(self.shots / f"{name}.png"))

    def hosts(self):
        """Return whom the page has asked for anything since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        urls = [urlsplit(each["params"]["request"]["url"]) for each in messages
                if each["method"] == "Network.requestWillBeSent"]
        return {url.hostname for url in urls if url.hostname}


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A student kit of assignment 1."""
    return cut(Course("assignment1"), tmp_path_factory.mktemp("dist"))[0]


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    # Without its own sandbox, which root and most containers cannot have: it sees nothing but our notebook.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     "--window-size=1200,1000", "--disable-background-networking"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    browser.set_script_timeout(PATIENCE)
    yield browser
    browser.quit()


@pytest.fixture(params=APPS)
def page(request, kit, browser, tmp_path):
    """The first notebook of the kit, open in JupyterLab or Notebook 7, with a kernel."""
    module, address, options = APPS[request.param]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{request.param} is not installed")
    own = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR",
           "JUPYTERLAB_WORKSPACES_DIR")  # no setting of whoever runs the tests counts, and none is changed
    environment = os.environ | {name: str(tmp_path / "jupyter" / name) for name in own}
    environment |= {"PYTHONPATH": str(kit), "CS231N_DATA": str(data_folder())}
    runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
    command = [sys.executable, "-m", module, "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", *options]
    with (tmp_path / "jupyter.log").open("w") as log:
        server = subprocess.Popen(command, cwd=kit, env=environment, stdout=log, stderr=log)
    page = Page(browser, tmp_path)
    try:
        page.until(lambda: server.poll() is not None or list(runtime.glob("jpserver-*.json")), "no server")
        started = json.loads(next(runtime.glob("jpserver-*.json")).read_text())
        browser.get(f"{started['url']}{address}/{NOTEBOOK}?token={started['token']}")
        page.until(lambda: browser.execute_script(READY), "the notebook does not open")
        yield page
    finally:
        browser.get("about:blank")
        server.terminate()
        server.wait(PATIENCE)


def test_folds_of_a_saved_page_open_with_a_click_and_on_paper(browser, tmp_path):
    folded = code("x = 1\ny = 2", jupyter={"source_hidden": True})
    target = tmp_path / "page.html"
    target.write_text(notebook_page(new_notebook(cells=[folded]), "assignment1/x"), encoding="utf-8")
    browser.get(target.as_uri())
    seen = "return document.querySelector('details pre').checkVisibility({contentVisibilityAuto: true})"
    assert not browser.execute_script(seen)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.execute_script(seen)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.find_element(By.CSS_SELECTOR, "summary").click()
    assert browser.execute_script(seen)


def test_a_first_exercise(page):
    exercise, check = page.index("compute_distances_two_loops"), page.index("check_compute_distances_two_loops")
    for index, cell in enumerate(page.cells()[:exercise]):
        if cell["code"]:
            page.run(index)
    classes = exercise - 4
    assert page.element(classes, "img").size["width"] > 300
    page.shot("1-a-given-cell-with-a-figure", classes)

    assert page.is_folded(check) and not page.is_folded(exercise)
    page.shot("2-the-check-is-folded", exercise)
    page.run(check)
    page.sees(check, "Not right yet", "compute_distances_two_loops is not written yet: write it in its cell above")
    page.shot("2-the-check-before-anything-is-written", check)

    page.replace_last_line(exercise, WRONG)
    page.run(exercise)
    page.run(check)
    page.sees(check, "Not right yet: two loops", "squared distances: L2 takes the square root", "expected 162.11")
    page.shot("3-the-check-of-a-wrong-answer", check)

    page.replace_last_line(exercise, RIGHT)
    page.run(exercise)
    page.run(check)
    page.sees(check, "pass: two loops: the two 4 x 4 pictures", "pass: two loops: 5 pictures against 7")
    assert "Not right yet" not in page.scroll_to(check).text
    page.shot("4-the-check-of-a-right-answer", check)

    distances = check + 3  # a given cell, which now runs the student's function
    page.run(distances)
    page.sees(distances, "25,000 distances in")
    assert page.element(distances, "img").size["width"] > 300
    page.shot("5-a-figure-of-the-students-distances", distances)

    page.press("b")  # a cell below, for a trial
    trial = distances + 1
    page.scroll_to(trial).find_element(By.CSS_SELECTOR, ".cm-content").click()
    page.press("from tqdm.auto import tqdm; total = sum(tqdm(range(200)))")
    page.run(trial)
    page.sees(trial, "100%", "200/200")
    assert "width: 100%" in page.element(trial, ".progress-bar").get_attribute("style")
    page.shot("6-a-progress-bar", trial)

    assert page.hosts() == {"127.0.0.1"}
