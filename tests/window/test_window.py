#!/usr/bin/python3
"""The real window: open the demo, draw by mouse and by keys, label, undo, go on, quit, export, compare the numbers;
files come in by drop and by dialog; a first start.

    test_window.py LIMN [DIR]     LIMN: the built program; DIR: for screenshots and the log
"""
import json
import pathlib
import re
import sys
import tempfile
import time
import tomllib

from drive import Desktop, limn, own_session_bus
from files import files_come_in

MARGIN = 0.02
"""Room that the canvas leaves around a picture that it fits, as a part of its size on each side."""
KEY_STEP_POINTS = 4
"""How far an arrow key moves the keyboard's cursor, in screen points."""


class Canvas:
    """Where the picture stands on the screen, by the rule of the fitted view."""

    def __init__(self, app, size):
        x, y, width, height = app.extents(app.wait_for("^Canvas, "))
        self.size = size
        self.zoom = min(width * (1 - 2 * MARGIN) / size[0], height * (1 - 2 * MARGIN) / size[1])
        self.middle = (x + width / 2, y + height / 2)

    def screen(self, part):
        """The screen place of a place given in parts of the picture, and the image pixel that lies under it."""
        image = [part[axis] * self.size[axis] for axis in (0, 1)]
        at = [round(self.middle[axis] + (image[axis] - self.size[axis] / 2) * self.zoom) for axis in (0, 1)]
        return at, [(at[axis] - self.middle[axis]) / self.zoom + self.size[axis] / 2 for axis in (0, 1)]


def near(found, wanted, tolerance, what):
    assert all(abs(f - w) <= tolerance for f, w in zip(found, wanted, strict=True)), f"{what}: {found}, drawn {wanted}, tolerance {tolerance}"


def rows(app):
    """The rows of the list of instances, without their pictures' states."""
    return [node.name for node in app.find_all(r"^\w+ \d+, (box|polygon|mask), \d+ by \d+$")]


def draw_by_mouse(desktop, canvas):
    """A box between two places; gives x, y, width, height in image pixels."""
    start, first = canvas.screen((0.30, 0.35))
    end, last = canvas.screen((0.55, 0.60))
    desktop.key("b")
    desktop.drag(start, end)
    return [first[0], first[1], last[0] - first[0], last[1] - first[1]]


def draw_by_keys(desktop, canvas):
    """A box by arrows and the click key only; gives its width and height in image pixels."""
    step = max(1, round(KEY_STEP_POINTS / canvas.zoom))
    desktop.move(canvas.screen((0.1, 0.1))[0])
    # Arrows move what is selected; without a selection, the cursor.
    desktop.key("Escape", "b", *["Right"] * 3, "c", *["Right"] * 9, *["Down"] * 6, "c")
    return [9 * step, 6 * step]


def panels_have_ground(desktop, app, theme):
    """Panels paint none themselves: the window is cleared in their colour."""
    themes = tomllib.loads((pathlib.Path(__file__).parents[2] / "assets/themes/limn.toml").read_text())
    red, green, blue = bytes.fromhex(themes[theme]["panel"].removeprefix("#"))
    x, y, _, height = app.extents(app.wait_for("^Files"))
    end = time.monotonic() + 20
    while (found := desktop.pixels((x - 4, y + height // 2, 1, 1))[:3]) != bytes([blue, green, red]):
        assert time.monotonic() < end, f"{theme} panels have the ground {found.hex()} (blue first), not {themes[theme]['panel']}"
        time.sleep(0.1)


def work(desktop, program, home, project, out):
    files = limn(program, home, "list", project, "files")
    before = limn(program, home, "list", project, "instances")
    first = files[0]
    app = desktop.launch([program, "open", project], {"LIMN_HOME": str(home)}, out / "limn.log")
    app.wait_for("^Canvas, ")
    app.wait_for("^Files")
    app.wait_for("^Tool: Box$")
    app.wait_for(f"^Canvas, {re.escape(first['name'])}, ")
    desktop.shot(out / "opened.png")
    for theme in ["dark", "light"]:
        panels_have_ground(desktop, app, theme)
        desktop.key("F9")
    panels_have_ground(desktop, app, "dark")
    canvas = Canvas(app, (first["width"], first["height"]))

    there = len(rows(app))
    by_mouse = draw_by_mouse(desktop, canvas)
    new_row = f", box, {by_mouse[2]:.0f} by "
    desktop.key("1")
    app.wait_for("^Save state: .*[Ss]aved")
    assert len(rows(app)) == there + 1, f"after the first box: {rows(app)}"
    by_keys = draw_by_keys(desktop, canvas)
    desktop.key("2")
    app.wait_for(f", box, {by_keys[0]} by {by_keys[1]}$")
    drawn = rows(app)
    assert len(drawn) == there + 2, f"{new_row} and {by_keys}: {drawn}"
    desktop.shot(out / "drawn.png")

    # The last gesture was the label, the one before it the box.
    desktop.key("ctrl+z", "ctrl+z")
    app.wait_gone(f", box, {by_keys[0]} by {by_keys[1]}$")
    desktop.key("ctrl+shift+z", "ctrl+shift+z")
    app.wait_for(f", box, {by_keys[0]} by {by_keys[1]}$")
    assert rows(app) == drawn, f"undo and redo: {rows(app)}, were {drawn}"

    bad = app.unnamed()
    assert not bad, f"controls without a name: {bad}"
    lose_device(desktop, app, drawn)
    panels_have_ground(desktop, app, "dark")
    desktop.shot(out / "anew.png")

    desktop.key("Next")
    app.wait_for(f"^Canvas, {re.escape(files[1]['name'])}, ")
    desktop.shot(out / "next.png")
    video = next(at for at, file in enumerate(files) if file["kind"] == "video")
    app.press(app.wait_for(f"^{re.escape(files[video]['name'])}, "))
    app.wait_for("^Frame number")
    desktop.key("d", "d")
    bad = app.unnamed()
    assert not bad, f"controls without a name beside a video: {bad}"
    desktop.shot(out / "video.png")
    desktop.key("ctrl+q")
    assert app.wait_end() == 0, "the window ends in order"
    compare(program, home, project, out, first, before, by_mouse, by_keys, canvas)


def lose_device(desktop, app, drawn):
    """The graphics device goes; another window takes over, with what was drawn and what can be undone."""
    desktop.key("ctrl+k")
    app.wait_for("^Command palette")
    desktop.hand("type", "--delay", 40, "graphics anew")
    app.wait_for("Start the graphics anew")
    desktop.key("Return")
    app.wait_for("started anew. Nothing was lost")
    app.wait_for("^Canvas, ")
    assert rows(app) == drawn, f"after the device was lost: {rows(app)}, were {drawn}"
    # The last gesture was a label.
    for keys, is_done in ("ctrl+z", lambda: rows(app) != drawn), ("ctrl+shift+z", lambda: rows(app) == drawn):
        desktop.key(keys)
        end = time.monotonic() + 20
        while not is_done():
            assert time.monotonic() < end, f"{keys} after the device was lost: {rows(app)}"
            time.sleep(0.05)


def compare(program, home, project, out, first, before, by_mouse, by_keys, canvas):
    """What the exports say against what the hands did."""
    known = {instance["id"] for instance in before}
    new = [instance for instance in limn(program, home, "list", project, "instances") if instance["id"] not in known]
    assert len(new) == 2, new
    assert [instance["label"] for instance in new] == label_names(program, home, project)[:2], new

    coco = out / "export.json"
    limn(program, home, "export", project, coco, "--format", "coco", "--incomplete")
    document = json.loads(coco.read_text())
    images = {image["id"]: pathlib.PurePath(image["file_name"]).name for image in document["images"]}
    boxes = [note["bbox"] for note in document["annotations"] if images[note["image_id"]] == pathlib.PurePath(first["name"]).name]
    # A screen pixel covers so many of the image's, and each end of the box stands on one.
    tolerance = 1.5 / canvas.zoom + 0.5
    near(boxes[-2], by_mouse, tolerance, "the box by mouse")
    near(boxes[-1][2:], by_keys, 0.01, "the box by keys")

    lines = out / "export.jsonl"
    limn(program, home, "export", project, lines, "--format", "limn")
    own = [json.loads(line) for line in lines.read_text().splitlines()]
    assert sum(new[0]["id"] in json.dumps(line) for line in own) >= 1, "the lossless export holds the new instance"
    assert limn(program, home, "verify", project)["problems"] == []


def label_names(program, home, project):
    schema = limn(program, home, "schema", "show", project)
    return [label["name"] for label in schema["labels"]]


def first_start(desktop, program, home, project, out):
    """A new person: which keys, then the tour, one step by hand and the rest skipped."""
    app = desktop.launch([program, "open", project], {"LIMN_HOME": str(home)}, out / "limn.log")
    app.wait_for("Which keys are you used to")
    desktop.shot(out / "profiles.png")
    app.press(app.wait_for("^CVAT$"))
    app.wait_for("1 of 5")
    app.press(app.wait_for("^Next$"))
    app.wait_for("2 of 5")
    desktop.shot(out / "tour.png")
    app.press(app.wait_for("^Skip the tour$"))
    app.wait_gone("2 of 5")
    desktop.key("ctrl+q")
    assert app.wait_end() == 0
    settings = (home / "settings.toml").read_text()
    assert 'profile = "cvat"' in settings and "welcomed = true" in settings, settings


def main():
    own_session_bus()
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="limn-window-test-") as folder:
        folder = pathlib.Path(folder)
        out = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else folder / "out").resolve()
        out.mkdir(parents=True, exist_ok=True)
        home, project = folder / "home", folder / "demo.limn"
        home.mkdir()
        (home / "settings.toml").write_text("welcomed = true\n")
        limn(program, home, "demo", project, "--no-open", "--scale", "0.1", "--seconds", "2")
        with Desktop() as desktop:
            try:
                work(desktop, program, home, project, out)
                files_come_in(desktop, program, home, folder, out)
                first_start(desktop, program, folder / "new home", project, out)
            except BaseException:
                desktop.shot(out / "failed.png")
                log = out / "limn.log"
                if log.exists():
                    print(log.read_text()[-4000:])
                raise
    print("the real window: passed")


if __name__ == "__main__":
    main()
