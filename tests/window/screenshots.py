#!/usr/bin/python3
"""The pictures of the README and the manual: the demo project in a real window.

    screenshots.py LIMN DIR     LIMN: the built program; DIR: where the PNG files go
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


def main(program, out):
    out = pathlib.Path(out)
    with tempfile.TemporaryDirectory(prefix="limn-shots-") as temp, Desktop(1600, 1000) as desktop:
        home = pathlib.Path(temp, "home")
        home.mkdir()
        (home / "settings.toml").write_text('welcomed = true\nreduced_motion = true\n')
        project = pathlib.Path(temp, "demo")
        env = {"LIMN_HOME": str(home), "LIMN_USER": "demo"}
        made = subprocess.run([program, "demo", str(project), "--no-open", "--json"], env={**os.environ, **env}, check=True, capture_output=True, text=True)
        folder = next(pathlib.Path(temp).glob("**/project.db")).parent
        app = desktop.launch([program, "open", str(folder)], env, pathlib.Path(temp, "log"))
        app.wait_for("^Canvas, street")

        def shot(name):
            time.sleep(SETTLE)
            desktop.shot(out / f"{name}.png")
            subprocess.run(["convert", str(out / f"{name}.png"), "-strip", "-colors", "256", "-resize", "1400x", f"PNG8:{out / name}.png"], check=True)

        time.sleep(SETTLE)
        desktop.key("Tab")
        shot("window")
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
        app.press(app.wait_for("^street_video_01"))
        time.sleep(SETTLE)
        desktop.key("End")
        shot("video")
        print(made.stdout.strip())


if __name__ == "__main__":
    own_session_bus()
    main(*sys.argv[1:3])
