"""Measures one peer's window, by the interpreter of that peer's environment, on a screen.

    peer_gui.py APP canvas PICTURE          PICTURE has its LabelMe file beside it
    peer_gui.py APP open PICTURE FOLDER...  FOLDER: pictures to go through, one figure for each folder

One JSON line for each figure: op, wall_ms and cpu_ms, one number for each sample. CPU is that of the whole process.
"""
import time

STARTED = time.perf_counter()

import json
import os
import pathlib
import random
import sys

from peer_apps import APPS

BUDGET = 10
"""Seconds for one figure, after which no new sample begins."""


def emit(op, samples, **more):
    wall, cpu = ([round(sample[at] * 1e3, 3) for sample in samples] for at in (0, 1))
    print(json.dumps({"op": op, "wall_ms": wall, "cpu_ms": cpu, **more}), flush=True)


def sampled(work, most, arguments=None):
    """Wall and CPU seconds of each call."""
    samples, end = [], time.perf_counter() + BUDGET
    while len(samples) < most and (not samples or time.perf_counter() < end):
        given = [next(arguments)] if arguments else []
        wall, cpu = time.perf_counter(), time.process_time()
        work(*given)
        samples.append((time.perf_counter() - wall, time.process_time() - cpu))
    return samples


class Peer:
    def __init__(self, name):
        self.app = APPS[name]()
        self.painted()
        emit("start", [(time.perf_counter() - STARTED, time.process_time())], version=self.app.version)
        # Until the window manager has made it as large as the screen.
        self.settle(2)

    def settle(self, seconds=0.3):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.app.app.processEvents()
            time.sleep(0.005)

    def painted(self):
        self.app.canvas.repaint()
        self.app.app.processEvents()

    def open(self, path):
        self.app.open(path)
        self.painted()
        self.app.saved()

    def next(self):
        self.app.next()
        self.painted()

    def places(self):
        """Places over the part of the canvas that is to be seen."""
        numbers = random.Random(1)
        while True:
            seen = self.app.canvas.visibleRegion().boundingRect()
            yield seen.x() + numbers.uniform(2, seen.width() - 3), seen.y() + numbers.uniform(2, seen.height() - 3)

    def measure_canvas(self, picture):
        emit("open with shapes", sampled(lambda: self.open(picture), 1), shapes=len(self.app.canvas.shapes))
        self.app.fit()
        self.settle()
        seen = self.app.canvas.visibleRegion().boundingRect()
        emit("repaint fit", sampled(self.app.canvas.repaint, 20), seen=[seen.width(), seen.height()])
        if not self.app.move_paints:
            emit("mouse fit", sampled(lambda at: self.app.mouse(*at), 100, self.places()))

        def follow(at):
            self.app.mouse(*at)
            if not self.app.move_paints:
                self.app.canvas.repaint()
        emit("mouse and repaint fit", sampled(follow, 15, self.places()))
        for percent in (100, 200):
            self.app.zoom(percent)
            self.settle()
            emit(f"repaint {percent} %", sampled(self.app.canvas.repaint, 20))

    def measure_open(self, picture, *folders):
        emit("open", sampled(lambda: self.open(picture), 7))
        for folder in map(pathlib.Path, folders):
            self.app.folder(folder)
            self.settle()
            self.next()
            self.settle()
            seen = [self.app.shown()]

            def forward():
                self.next()
                seen.append(self.app.shown())
            samples = sampled(forward, 7)
            if len(set(seen)) != len(seen):
                sys.exit(f"the next file did not come: {seen}")
            emit(f"next {folder.name}", samples)


if __name__ == "__main__":
    peer, what, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
    getattr(Peer(peer), f"measure_{what}")(*paths)
    # Their shutdown asks about changes and takes seconds.
    os._exit(0)
