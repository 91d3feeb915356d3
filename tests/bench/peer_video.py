"""Frames of a video by number through PyAV and OpenCV.

    peer_video.py time VIDEO                        the frames that `limn bench seek` asks for, in its order
    peer_video.py exact VIDEOS PICTURES NUMBER...   VIDEOS: what tests/make_videos.py makes; PICTURES: for each of them a folder
                                                    with Limn's PNG of every NUMBER

One JSON line for each figure: tool, op, wall_ms and cpu_ms, one number for each sample; or how many frames were wrong or missing.
PyAV is used as its documentation shows: a seek to the key frame at or before the wanted time, then forward; the times come from
an index of all packets that is made before. OpenCV has a property for it.
"""
import json
import pathlib
import sys
import time

import av
import cv2

from inputs import Random

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from make_videos import CELL, code

VERSIONS = {"PyAV": av.__version__, "OpenCV": cv2.__version__}
# As in app/cli/src/bench/seek.rs.
NUM_RANDOM, NUM_FORWARD, RUN, NUM_RUNS = 24, 100, 16, 6


class PyAV:
    def __init__(self, path):
        with av.open(str(path)) as packets:
            self.times = sorted(packet.pts for packet in packets.demux(video=0) if packet.pts is not None)
        self.container = av.open(str(path))
        self.stream = self.container.streams.video[0]
        self.stream.thread_type = "AUTO"

    def frame(self, number):
        """The green channel of an RGB picture, which is what their viewers show."""
        self.container.seek(self.times[number], stream=self.stream, backward=True, any_frame=False)
        self.frames = self.container.decode(self.stream)
        return next((picture(frame) for frame in self.frames if frame.pts >= self.times[number]), None)

    def next(self):
        return picture(next(self.frames))


def picture(frame):
    return frame.to_ndarray(format="rgb24")[:, :, 1]


class OpenCV:
    def __init__(self, path):
        self.video = cv2.VideoCapture(str(path))

    def frame(self, number):
        self.video.set(cv2.CAP_PROP_POS_FRAMES, number)
        return self.next()

    def next(self):
        there, frame = self.video.read()
        return frame[:, :, 1] if there else None


TOOLS = {"PyAV": PyAV, "OpenCV": OpenCV}


def number_in(green):
    """The number painted into a frame; `None` where none can be read."""
    inside = [green[CELL // 4:CELL * 3 // 4, bit * CELL + CELL // 4:bit * CELL + CELL * 3 // 4] for bit in range(16)]
    value = sum(int(cell.mean() > 125) << bit for bit, cell in enumerate(inside))
    return value & 0xFF if code(value & 0xFF) == value else None


def timed(work, samples):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    samples.append((time.perf_counter() - wall, time.process_time() - cpu))


def emit(tool, op, samples):
    wall, cpu = ([round(sample[at] * 1e3, 3) for sample in samples] for at in (0, 1))
    print(json.dumps({"tool": tool, "op": op, "wall_ms": wall, "cpu_ms": cpu, "version": VERSIONS[tool]}), flush=True)


def measure(path):
    count = len(PyAV(path).times)
    for tool, opened in TOOLS.items():
        reader, random, samples = opened(path), Random(11), []
        for _ in range(NUM_RANDOM):
            number = int(random.unit() * count)
            # First elsewhere, so that each has to be sought.
            reader.frame((number + count // 2) % count)
            timed(lambda: reader.frame(number), samples)
        emit(tool, "random frame", samples)
        reader.frame(0)
        samples = []
        for _ in range(1, min(count, NUM_FORWARD)):
            timed(reader.next, samples)
        emit(tool, "step forward", samples)
        samples = []
        # Every fourth of the frames that Limn goes back through: without a memory of frames each step costs the same.
        for number in range(count - 2, max(0, count - 2 - RUN * NUM_RUNS), -4):
            timed(lambda: reader.frame(number), samples)
        emit(tool, "step backward", samples)


def check(videos, pictures, numbers):
    for path in sorted(pathlib.Path(videos).iterdir()):
        folder = pathlib.Path(pictures, path.name)
        readers = {name: opened(path).frame for name, opened in TOOLS.items()}
        readers["Limn"] = lambda number: green(cv2.imread(str(folder / f"{number:06}.png")))
        for tool, frame in readers.items():
            pictures_of = [(number, frame(number)) for number in numbers]
            row = {
                "tool": tool, "op": "exact", "video": path.name, "frames": len(numbers),
                "missing": sum(picture is None for _, picture in pictures_of),
                "wrong": sum(picture is not None and number_in(picture) != number for number, picture in pictures_of),
            }
            print(json.dumps(row), flush=True)


def green(image):
    return None if image is None else image[:, :, 1]


if __name__ == "__main__":
    if sys.argv[1] == "time":
        measure(sys.argv[2])
    else:
        check(sys.argv[2], sys.argv[3], list(map(int, sys.argv[4:])))
