#!/usr/bin/env python3
"""Limn's tracker beside OpenCV's on clips of which it is known where the object is.

    track.py FOLLOW [--frames N] [--seed N] [--hd] [--only Limn,CSRT,KCF,LK]

FOLLOW is the example `follow` of limn-models, built with --release. Needs numpy and opencv-contrib-python-headless. Clips are
drawn anew each time, the same for the same number of frames: an object with a surface of its own before another one, each clip
with one or more difficulties. Every tracker gets the same frames as decoded from nothing (no codec). Figures: mean intersection
over union of all frames; frames until it is below 0.3 for the first time ("to failure"; all frames when never); median
milliseconds a frame by the wall clock, one thread.
"""

import argparse
import subprocess
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)


def surface(rng, height, width, grain):
    """Uneven brightness in several grains."""
    total = np.zeros((height, width), np.float32)
    for share, step in ((0.5, grain * 4), (0.3, grain * 2), (0.2, grain)):
        size = (max(2, width // step + 2), max(2, height // step + 2))
        small = rng.random((size[1], size[0]), dtype=np.float32)
        total += share * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    total -= total.min()
    return 255 * total / max(total.max(), 1e-6)


KINDS = {
    # name: what differs from an object that goes its way
    "plain": {},
    "fast": {"speed": 9.0},
    "slow grow": {"grow": 1.008},
    "shrink": {"grow": 0.992},
    "blur": {"blur": 9},
    "light": {"light": 0.45},
    "noise": {"noise": 14.0},
    "turn 15": {"turn": 15.0},
    "turn 40": {"turn": 40.0},
    "hidden in part": {"bar": 0.4},
    "hidden 6 frames": {"bar": 1.15},
    "camera pans": {"pan": 2.5},
    "low contrast": {"contrast": 0.25},
    "small": {"size": (22, 18)},
    "large": {"size": (170, 130)},
    "grow, light": {"grow": 1.006, "light": 0.3},
    "blur, noise": {"blur": 7, "noise": 10.0},
    "fast, grow": {"speed": 6.0, "grow": 1.006},
    "zigzag": {"zigzag": 14},
    "all": {"grow": 1.005, "light": 0.25, "noise": 6.0, "turn": 8.0, "pan": 1.0, "bar": 0.35},
}


def clip(seed, kind, frames, size):
    """Gray frames and the object's upright box on each."""
    rng = np.random.default_rng(seed)
    width, height = size
    unit = height / 360
    what = KINDS[kind]
    w, h = (side * unit for side in what.get("size", (64, 48)))
    ground = surface(rng, height * 2, width * 2, max(2, int(6 * unit)))
    face = surface(rng, int(h * 2), int(w * 2), max(2, int(4 * unit)))
    face = 128 + (face - 128) * what.get("contrast", 1.0)
    ground = 128 + (ground - 128) * (0.6 if "contrast" not in what else 0.2)
    speed, angle = what.get("speed", 2.5) * unit, rng.uniform(0, 2 * np.pi)
    x, y = width * 0.35, height * 0.45
    vx, vy = speed * np.cos(angle), speed * np.sin(angle)
    pictures, boxes = [], []
    for at in range(frames):
        t = at / max(1, frames - 1)
        scale = what.get("grow", 1.0) ** at
        degrees = what.get("turn", 0.0) * np.sin(2 * np.pi * t)
        pan = what.get("pan", 0.0) * at * unit
        shift = np.float32([[1, 0, -pan - width * 0.1], [0, 1, -height * 0.2]])
        picture = cv2.warpAffine(ground, shift, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        cosine, sine = np.cos(np.radians(degrees)) * scale / 2, np.sin(np.radians(degrees)) * scale / 2
        fh, fw = face.shape
        place = np.float32([[cosine, -sine, x - cosine * fw / 2 + sine * fh / 2], [sine, cosine, y - sine * fw / 2 - cosine * fh / 2]])
        alpha = cv2.warpAffine(np.ones_like(face), place, (width, height))
        moved = cv2.warpAffine(face, place, (width, height))
        picture = picture * (1 - alpha) + moved
        if "bar" in what:
            bar = what["bar"] * w
            middle = width * 0.35 + (vx * frames * 0.35 if abs(vx) > 0.3 * speed else 0)
            passing = middle + (t - 0.4) * width * 0.9
            left, right = int(passing - bar / 2), int(passing + bar / 2)
            if right > 0 and left < width:
                picture[:, max(0, left):min(width, right)] = 70
        picture = (picture - 20) * (1 + what.get("light", 0.0) * np.sin(2 * np.pi * t)) + 20
        if "blur" in what:
            length = 1 + 2 * int(what["blur"] * unit * abs(np.sin(np.pi * t)) / 2)
            picture = cv2.blur(picture, (length, length))
        picture = picture + rng.normal(0, what.get("noise", 1.5), picture.shape)
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
        bw, bh = w * scale, h * scale
        boxes.append((x - bw / 2, y - bh / 2, bw, bh))
        if "zigzag" in what and at % what["zigzag"] == 0:
            vx, vy = -vx, vy
        x, y = x + vx, y + vy
        if not bw / 2 + 4 < x < width - bw / 2 - 4:
            vx = -vx
            x = np.clip(x, bw / 2 + 4, max(bw / 2 + 4, width - bw / 2 - 4))
        if not bh / 2 + 4 < y < height - bh / 2 - 4:
            vy = -vy
            y = np.clip(y, bh / 2 + 4, max(bh / 2 + 4, height - bh / 2 - 4))
    return pictures, boxes


def opencv(make):
    def run(pictures, box):
        tracker = make()
        colour = [cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) for picture in pictures]
        tracker.init(colour[0], tuple(int(round(side)) for side in box))
        found, spent = [box], []
        for picture in colour[1:]:
            start = time.perf_counter()
            is_there, now = tracker.update(picture)
            spent.append(1e3 * (time.perf_counter() - start))
            found.append(tuple(now) if is_there else None)
        return found, spent

    return run


def median_flow(pictures, box):
    """A grid of points by pyramidal Lucas-Kanade, there and back; the better half's median move and scale."""
    found, spent, now = [box], [], box
    for before, after in zip(pictures, pictures[1:]):
        start = time.perf_counter()
        if now is not None:
            x, y, w, h = now
            xs, ys = np.meshgrid(x + w * (np.arange(10) + 0.5) / 10, y + h * (np.arange(10) + 0.5) / 10)
            points = np.float32(np.stack([xs.ravel(), ys.ravel()], 1)).reshape(-1, 1, 2)
            there, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, winSize=(15, 15), maxLevel=3)
            back, ok_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, None, winSize=(15, 15), maxLevel=3)
            miss = np.linalg.norm((back - points).reshape(-1, 2), axis=1)
            good = (ok.ravel() == 1) & (ok_back.ravel() == 1)
            if good.sum() < 4:
                now = None
            else:
                good &= miss <= np.median(miss[good])
                a, b = points.reshape(-1, 2)[good], there.reshape(-1, 2)[good]
                move = np.median(b - a, axis=0)
                first, second = np.triu_indices(len(a), 1)
                far = np.linalg.norm(a[first] - a[second], axis=1)
                scale = np.median(np.linalg.norm(b[first] - b[second], axis=1) / np.maximum(far, 1e-6)) if len(first) else 1.0
                x, y = x + w / 2 + move[0], y + h / 2 + move[1]
                now = (x - w * scale / 2, y - h * scale / 2, w * scale, h * scale)
        spent.append(1e3 * (time.perf_counter() - start))
        found.append(now)
    return found, spent


def limn(program):
    def run(pictures, box):
        height, width = pictures[0].shape
        call = [program, str(width), str(height), *(f"{side:.3f}" for side in box)]
        done = subprocess.run(call, input=b"".join(picture.tobytes() for picture in pictures), stdout=subprocess.PIPE, check=True)
        rows = [[float(field) for field in line.split()] for line in done.stdout.decode().splitlines()]
        return [box] + [None if row[4] == 2 else tuple(row[:4]) for row in rows], [row[6] for row in rows]

    return run


def overlap(a, b):
    if a is None:
        return 0.0
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("follow")
    parser.add_argument("--frames", type=int, default=90)
    parser.add_argument("--seed", type=int, default=100, help="other clips of the same kinds; the tracker was made with those of 100")
    parser.add_argument("--hd", action="store_true", help="1920 × 1080 instead of 640 × 360")
    parser.add_argument("--only", default="Limn,CSRT,KCF,LK", help="trackers, with commas between them")
    options = parser.parse_args()
    trackers = {
        "Limn": limn(options.follow),
        "CSRT": opencv(cv2.TrackerCSRT_create),
        "KCF": opencv(cv2.TrackerKCF_create),
        "LK": median_flow,
    }
    trackers = {name: run for name, run in trackers.items() if name in options.only.split(",")}
    sums = {name: ([], [], []) for name in trackers}
    print(f"{'clip':<18}" + "".join(f"{name:>22}" for name in trackers))
    for number, kind in enumerate(KINDS):
        pictures, boxes = clip(options.seed + number, kind, options.frames, (1920, 1080) if options.hd else (640, 360))
        row = f"{kind:<18}"
        for name, run in trackers.items():
            found, spent = run(pictures, boxes[0])
            shares = [overlap(a, b) for a, b in zip(found, boxes)][1:]
            failed = next((at for at, share in enumerate(shares) if share < 0.3), len(shares))
            for into, value in zip(sums[name], (float(np.mean(shares)), failed, float(np.median(spent)))):
                into.append(value)
            row += f"{np.mean(shares):>8.3f}{failed:>5}{np.median(spent):>7.2f}ms"
        print(row, flush=True)
    row = f"{'mean':<18}"
    for ious, failures, spent in sums.values():
        row += f"{np.mean(ious):>8.3f}{np.mean(failures):>5.0f}{np.mean(spent):>7.2f}ms"
    print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
