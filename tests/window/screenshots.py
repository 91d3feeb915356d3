#!/usr/bin/python3
"""The pictures of the README and the manual: the demo project in a real window.

    screenshots.py LIMN DIR [PROJECT]     LIMN: the built program; DIR: where the pictures go; PROJECT: a demo project that
                                          is there already
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from drive import Desktop, own_session_bus

SETTLE = 3
"""Seconds until a software driver has drawn what was asked."""


def main(program, out, project=None):
    out = pathlib.Path(out)
    with tempfile.TemporaryDirectory(prefix="limn-shots-") as temp, Desktop(1600, 1000) as desktop:
        home = pathlib.Path(temp, "home")
        home.mkdir()
        (home / "settings.toml").write_text('welcomed = true\nreduced_motion = true\n')
        env = {"LIMN_HOME": str(home), "LIMN_USER": "demo"}
        if project is None:
            project = pathlib.Path(temp, "demo")
            subprocess.run([program, "demo", str(project), "--no-open"], env={**os.environ, **env}, check=True)
        app = desktop.launch([program, "open", str(project)], env, pathlib.Path(temp, "log"))
        app.wait_for("^Canvas, street")

        def shot(name):
            time.sleep(SETTLE)
            whole = pathlib.Path(temp, f"{name}.png")
            desktop.shot(whole)
            # The window without the ground around it, small enough for a repository.
            subprocess.run(["convert", str(whole), "-trim", "+repage", "-resize", "1280x", "-quality", "86", str(out / f"{name}.jpg")], check=True)

        app.press(app.wait_for("^street_02.* instances$"))
        time.sleep(SETTLE)
        app.press(app.wait_for(r"^car \d+, polygon"))
        shot("window")
        desktop.key("ctrl+h")
        shot("history")
        desktop.key("Escape", "Escape", "r")
        (x, y, w, h) = app.extents(app.wait_for("^Canvas, street"))
        for dx in (0.0, 0.06, 0.12):
            desktop.drag((x + w * (0.42 + dx), y + h * 0.32), (x + w * (0.45 + dx), y + h * 0.38))
        shot("painting")
        desktop.key("ctrl+z", "ctrl+z", "ctrl+z", "v", "shift+j")
        app.press(app.wait_for("^Start from"))
        app.press(app.wait_for("^Person, 17"))
        shot("keypoints")
        desktop.key("Escape")
        app.press(app.wait_for(r"^car \d+, polygon"))
        desktop.key("l")
        shot("labels")
        desktop.key("Escape")
        desktop.key("ctrl+k")
        shot("palette")
        desktop.key("Escape")
        desktop.key("F1")
        shot("keys")
        desktop.key("Escape")
        desktop.key("F2")
        shot("settings")
        desktop.key("Escape")
        app.press(app.wait_for("^street_video_01.* instances$"))
        time.sleep(SETTLE)
        desktop.key("End")
        shot("video")


if __name__ == "__main__":
    own_session_bus()
    main(*sys.argv[1:])
