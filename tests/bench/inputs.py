"""What Limn measures itself with, kept so that the peers get the same; shapes as LabelMe files."""
import contextlib
import json
import math
import os
import threading

# Files that `limn bench` makes in its temporary folder, and the name that each keeps here.
KEPT = {
    "picture.jpg": "picture.jpg",
    "small.jpg": "small.jpg",
    "large.jpg": "large.jpg",
    "street_video_01_afternoon.mp4": "street.mp4",
}


@contextlib.contextmanager
def kept(temp, inputs):
    """Gives each input that is made below `temp` a second name in `inputs`: the file is the same, and stays when Limn removes its
    own. It does not matter whether it is full yet."""
    done = threading.Event()

    def watch():
        while not done.wait(0.1):
            # Files vanish while one looks.
            with contextlib.suppress(OSError):
                for path in temp.rglob("*"):
                    keep(path)

    def keep(path):
        name = inputs / KEPT.get(path.name, "")
        if name != inputs and not (name.exists() and name.samefile(path)):
            name.unlink(missing_ok=True)
            os.link(path, name)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


class Random:
    """The numbers of app/cli/src/bench/input.rs."""

    def __init__(self, state):
        self.state = state

    def unit(self):
        self.state = (self.state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % (1 << 64)
        return (self.state >> 11) / (1 << 53)


def polygons(count, width, height):
    """Label and points of the polygons that `limn bench pan` draws (app/cli/src/bench/pan.rs): each in its cell of a grid."""
    random = Random(17)
    columns = max(1, math.ceil(math.sqrt(count * width / height)))
    cell = (width / columns, height / max(1, math.ceil(count / columns)))
    radius = 0.48 * min(cell)
    for at in range(count):
        label = f"class {1 + int(random.unit() * 10)}"
        middle = ((at % columns + 0.5) * cell[0], (at // columns + 0.5) * cell[1])
        points = []
        for corner in range(12):
            angle, reach = corner / 12 * math.tau, radius * (0.5 + 0.5 * random.unit())
            points.append([round(middle[0] + reach * math.cos(angle), 2), round(middle[1] + reach * math.sin(angle), 2)])
        yield label, points


def boxes(count, width, height):
    """As `limn bench window` has them on its pictures (app/cli/src/bench/window.rs), in other places."""
    random = Random(17)

    def side(length):
        start = random.unit() * length * 0.9
        return start, start + length * (0.02 + 0.08 * random.unit())

    for _ in range(count):
        left_right, top_bottom = side(width), side(height)
        yield f"class {1 + int(random.unit() * 2)}", [[round(at, 2) for at in corner] for corner in zip(left_right, top_bottom)]


def labelme_file(picture, there, size, kind, shapes):
    """A second name for the picture, and beside it a LabelMe file of `kind` shapes."""
    there.parent.mkdir(parents=True, exist_ok=True)
    there.unlink(missing_ok=True)
    os.link(picture, there)
    shapes = [
        {"label": label, "points": points, "group_id": None, "description": "", "shape_type": kind, "flags": {}, "mask": None}
        for label, points in shapes
    ]
    document = {"version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": there.name, "imageData": None,
                "imageHeight": size[1], "imageWidth": size[0]}
    there.with_suffix(".json").write_text(json.dumps(document))
    return there
