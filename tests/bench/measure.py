"""Measures Limn beside labelme, X-AnyLabeling, PyAV and OpenCV: the same inputs, the same machine, one run, one table.

    run LIMN [--work DIR] [--sizes 1000,10000] [--only canvas,open,video]

LIMN: the built program; DIR: for environments, inputs and results.jsonl; sizes: numbers of polygons. See README.md.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv

import inputs
from results import Results
from screen import Screen

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENTS = {
    "labelme": ["labelme==6.3.1"],
    "X-AnyLabeling": ["x-anylabeling-cvhub[cpu]==4.2.1"],
    "video": ["av==18.1.0", "opencv-python-headless==5.0.0.93", "numpy==2.4.6"],
}
APPS = ("labelme", "X-AnyLabeling")
PARTS = ("canvas", "open", "video")
LIMIT = 1800
"""Seconds for one program."""
# As `limn bench` has them.
PICTURE, STEPS, NUM_BOXES = (8000, 6000), {"small": (1920, 1080), "large": (6000, 4000)}, 100
# Files to go through, and frames of each numbered video.
NUM_STEPS, NUM_EXACT = 10, 24


class Bench:
    def __init__(self, program, work):
        self.program, self.work, self.inputs = program, work, work / "inputs"
        self.inputs.mkdir(parents=True, exist_ok=True)
        self.results = Results(work / "results.jsonl")

    def environment(self, name):
        """A virtual environment with its pinned packages; gives its interpreter."""
        folder, done = self.work / "env" / name, self.work / "env" / name / "installed"
        wanted = " ".join(ENVIRONMENTS[name])
        if not done.exists() or done.read_text() != wanted:
            say(f"installing {wanted}")
            venv.create(folder, clear=True, with_pip=True)
            subprocess.run([folder / "bin" / "pip", "install", "--quiet", *ENVIRONMENTS[name]], check=True)
            done.write_text(wanted)
        return folder / "bin" / "python"

    def call(self, what, args):
        """What a program says on stdout. One that fails leaves gaps in the table, and the rest is measured all the same."""
        say(what)
        # Whatever it writes to a home goes with it.
        with tempfile.TemporaryDirectory(dir=self.temp, prefix="home-") as home:
            env = {**self.env, "TMPDIR": str(self.temp), "HOME": home, "XDG_CONFIG_HOME": f"{home}/config",
                   "XDG_RUNTIME_DIR": home, "LIMN_HOME": f"{home}/limn"}
            log = self.work / "log"
            with log.open("a") as errors:
                errors.write(f"== {what}\n")
                errors.flush()
                try:
                    done = subprocess.run(list(map(str, args)), env=env, stdout=subprocess.PIPE, stderr=errors, text=True, timeout=LIMIT, check=False)
                except subprocess.TimeoutExpired as late:
                    say(f"  stopped after {LIMIT} s")
                    # Bytes even in text mode.
                    return (late.stdout or b"").decode()
        if done.returncode:
            say(f"  failed with {done.returncode}, see {log}")
        return done.stdout

    def limn(self, name, size=None, of=None):
        """One measurement; its inputs stay."""
        sized = ["--size", size] if size else []
        with inputs.kept(self.temp, self.inputs):
            answer = self.call(f"Limn: {name} {size or ''}", [self.program, "bench", name, *sized, "--json"])
        if answer.strip():
            self.results.add_limn(of, json.loads(answer))

    def peer(self, tool, size, environment, script, *args):
        python = self.work / "env" / environment / "bin" / "python"
        answer = self.call(f"{tool or environment}: {' '.join(map(str, args))[:60]}", [python, HERE / script, *args])
        for line in answer.splitlines():
            # Some print what they like.
            if line.startswith('{"'):
                row = json.loads(line)
                self.results.add_peer(row.pop("tool", tool), size, row)

    def input(self, name):
        path = self.inputs / name
        if not path.exists():
            sys.exit(f"Limn did not leave {name}, which the peers are to be measured with. See {self.work / 'log'}")
        return path

    def canvas(self, sizes):
        for size in sizes:
            for name in ("pan", "render", "hit-test"):
                self.limn(name, size, of=size)
            there, shapes = self.inputs / f"{size}" / "picture.jpg", inputs.polygons(size, *PICTURE)
            picture = inputs.labelme_file(self.input("picture.jpg"), there, PICTURE, "polygon", shapes)
            for app in APPS:
                self.peer(app, size, app, "peer_gui.py", app, "canvas", picture)

    def open(self, _sizes):
        self.limn("open")
        self.limn("window")
        for name, size in STEPS.items():
            shutil.rmtree(self.inputs / name, ignore_errors=True)
            for at in range(NUM_STEPS):
                there, shapes = self.inputs / name / f"{at:02}.jpg", inputs.boxes(NUM_BOXES, *size)
                inputs.labelme_file(self.input(f"{name}.jpg"), there, size, "rectangle", shapes)
        folders = [self.inputs / name for name in STEPS]
        for app in APPS:
            self.peer(app, None, app, "peer_gui.py", app, "open", self.input("picture.jpg"), *folders)

    def video(self, _sizes):
        self.limn("seek")
        self.peer(None, None, "video", "peer_video.py", "time", self.input("street.mp4"))
        videos, pictures = self.inputs / "numbered", self.temp / "pictures"
        names = self.call("numbered videos", [sys.executable, HERE.parent / "make_videos.py", videos]).split()[::2]
        numbers = sorted(random.Random(11).sample(range(150), NUM_EXACT))
        for name in names:
            self.call(f"Limn: frames of {name}", [self.program, "frame", videos / name, *numbers, "--out", pictures / name])
        # Out of order, which is what seeking is for.
        random.Random(12).shuffle(numbers)
        self.peer(None, None, "video", "peer_video.py", "exact", videos, pictures, *numbers)

    def run(self, sizes, parts):
        for name in ENVIRONMENTS:
            if name == "video" and "video" in parts or name != "video" and {"canvas", "open"} & set(parts):
                self.environment(name)
        load = os.getloadavg()
        with tempfile.TemporaryDirectory(dir=self.work, prefix="temp-") as temp, Screen() as screen:
            self.temp, self.env = pathlib.Path(temp), screen.env
            for part in parts:
                getattr(self, part)(sizes)
        return [*self.about(load), *self.results.table(sizes, parts), *self.results.exactness()]

    def about(self, load):
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
        built = time.strftime("%Y-%m-%d %H:%M", time.gmtime(self.program.stat().st_mtime))
        versions = {"Limn": f"{version} (built {built} UTC)", **self.results.versions}
        loads = " to ".join(f"{now[0]:.1f}" for now in (load, os.getloadavg()))
        return [
            f"{self.results.run} UTC, {processor()}, {os.cpu_count()} cores, {system()}, load {loads}. "
            + ", ".join(f"{name} {version}" for name, version in versions.items()) + ". Median / 95th percentile.",
            *(f"- {note}" for note in self.results.notes),
            "",
        ]


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def system():
    return f"{platform.freedesktop_os_release().get('PRETTY_NAME', 'Linux')}, Linux {platform.release()}"


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    parse = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parse.add_argument("limn", type=pathlib.Path)
    parse.add_argument("--work", type=pathlib.Path, default=pathlib.Path.home() / ".cache" / "limn-bench")
    parse.add_argument("--sizes", default="1000,10000")
    parse.add_argument("--only", default=",".join(PARTS))
    args = parse.parse_args()
    parts = args.only.split(",")
    if not args.limn.is_file() or not set(parts) <= set(PARTS):
        parse.error(f"LIMN is a program that is there; --only takes {', '.join(PARTS)}")
    # Ended in order also by kill: what was started ends, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    bench = Bench(args.limn.resolve(), args.work.resolve())
    print("\n".join(bench.run([int(size) for size in args.sizes.split(",")], parts)))


if __name__ == "__main__":
    main()
