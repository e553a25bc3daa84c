"""The page of `graph`, opened in a real browser: nothing in the console, nothing fetched, no text cut off, readable in the dark
and on paper."""

import base64
import os
import shutil
import subprocess

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from conftest import ROOT

# Without them, Chromium asks the network for things of its own.
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Each text of the drawing, and the drawing: a text may leave neither the drawing nor the box that it stands in.
CUT_OFF = """
const svg = document.querySelector('svg'), drawing = svg.getBoundingClientRect(), cut = [];
const boxes = [...svg.querySelectorAll('rect')].map(rect => rect.getBoundingClientRect());
const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
  && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
for (const text of svg.querySelectorAll('text')) {
  const here = text.getBoundingClientRect(), x = here.left + 2, y = (here.top + here.bottom) / 2;
  const around = boxes.filter(box => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom);
  if (!inside(here, drawing) || around.some(box => !inside(here, box))) cut.push(text.textContent);
}
for (const element of document.querySelectorAll('body *:not(svg *)')) {
  const style = getComputedStyle(element);
  if (style.overflowX !== 'visible' && style.overflowX !== 'auto' && element.scrollWidth > element.clientWidth) {
    cut.push(element.tagName);
  }
}
return cut;
"""

# Two texts on each other are unreadable, too.
OVERLAPPING = """
const texts = [...document.querySelectorAll('svg text')].map(text => [text.textContent, text.getBoundingClientRect()]);
const over = [];
for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
  const [one, a] = texts[i], [other, b] = texts[j];
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width > 1 && height > 3) over.push([one, other]);
}
return over;
"""

# The contrast of each text against what is painted under it, by WCAG 2.
PALE = """
const rgb = color => (color.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
  .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const over = (top, under) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + under[i] * (1 - a)); };
const canvas = document.createElement('i');
canvas.style.backgroundColor = 'Canvas';
document.body.append(canvas);
const paper = rgb(getComputedStyle(canvas).backgroundColor);
canvas.remove();
const svg = document.querySelector('svg'), pale = [];
for (const text of svg.querySelectorAll('text')) {
  const here = text.getBoundingClientRect(), x = here.left + 2, y = (here.top + here.bottom) / 2;
  let under = paper;
  for (const rect of svg.querySelectorAll('rect')) {
    const box = rect.getBoundingClientRect(), style = getComputedStyle(rect);
    if (box.left <= x && x <= box.right && box.top <= y && y <= box.bottom && style.fill !== 'none') {
      const fill = rgb(style.fill);
      fill[3] = (fill[3] ?? 1) * style.fillOpacity * style.opacity;
      under = over(fill, under);
    }
  }
  const style = getComputedStyle(text), ink = rgb(style.fill);
  ink[3] = (ink[3] ?? 1) * style.fillOpacity * style.opacity;
  const [a, b] = [light(over(ink, under)), light(under)];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) pale.push([text.textContent, contrast]);
}
return pale;
"""

HIDDEN = """
return [...document.querySelectorAll('details td')].filter(cell => !cell.checkVisibility()).length;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in [*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}", "--window-size=1600,1200"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(params=[("team", None), ("fleet", 3), ("fleet", 200)], ids=["team", "3", "200"])
def page(request, browser, tmp_path):
    example, developers = request.param
    environment = {**os.environ, "SERVICES": "5", "DEVELOPERS": str(developers)}
    command = ["cargo", "run", "--quiet", "--example", example, "--", "graph", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get((tmp_path / "index.html").as_uri())
    browser.page = request.node.callspec.id
    return browser


def emulate(browser, media="screen", scheme="light"):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def keep(browser, name):
    """A picture to look at, where PICTURES says where to."""
    if pictures := os.environ.get("PICTURES"):
        taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        path = os.path.join(pictures, f"{browser.page}-{name}.png")
        with open(path, "wb") as file:
            file.write(base64.b64decode(taken["data"]))


@pytest.mark.parametrize(
    ("media", "scheme"), [("screen", "light"), ("screen", "dark"), ("print", "light"), ("print", "dark")]
)
def test_it_can_be_read(page, media, scheme):
    emulate(page, media, scheme)
    keep(page, "seen")
    assert page.execute_script(CUT_OFF) == []
    assert page.execute_script(OVERLAPPING) == []
    assert page.execute_script(PALE) == []
    closed = page.execute_script(HIDDEN)
    assert closed == 0 if media == "print" else closed > 0


def test_it_says_nothing_in_the_console_and_fetches_nothing(page):
    assert page.get_log("browser") == []
    events = " ".join(entry["message"] for entry in page.get_log("performance"))
    assert "Network.requestWillBeSent" in events
    assert "http" not in events.replace("http-equiv", "").replace("httpOnly", ""), events


def test_the_checks_see_what_is_wrong(page):
    emulate(page)

    def style(rule):
        page.execute_script("document.head.append(Object.assign(document.createElement('style'), {textContent: arguments[0]}))", rule)

    style("svg text { font-size: 30px !important }")
    assert page.execute_script(CUT_OFF) != []
    assert page.execute_script(OVERLAPPING) != []
    style("svg text { fill: #eee !important }")
    assert page.execute_script(PALE) != []


def test_lists_open_and_close(page):
    emulate(page)
    for summary in page.find_elements("tag name", "summary"):
        before = page.execute_script(HIDDEN)
        summary.click()
        assert page.execute_script(HIDDEN) < before, summary.text
    assert page.execute_script(CUT_OFF) == []
    keep(page, "open")


def test_a_narrow_window_scrolls_the_drawing_and_not_the_page(page):
    emulate(page)
    page.set_window_size(500, 900)
    try:
        narrow = page.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert narrow
        keep(page, "narrow")
    finally:
        page.set_window_size(1600, 1200)
