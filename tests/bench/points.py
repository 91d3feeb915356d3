#!/usr/bin/env python3
"""Limn's tracker of keypoints beside OpenCV's optical flow on clips of which it is known where each joint is.

    points.py FOLLOW [--frames N] [--seed N] [--hd] [--only whole,points,LK]

FOLLOW is the example `follow_points` of limn-models, built with --release. Needs numpy and opencv-contrib-python-headless. Clips
are drawn anew each time, the same for the same seed and number of frames: a figure of 17 joints (those of COCO) whose limbs have a
surface of their own and swing, before another surface, each clip with one or more difficulties. Limbs pass before the body and
before each other. Every tracker gets the same frames, no codec, and the joints of the first one.

Figures: mean distance of all joints on all frames in pixels; the share of them that is nearer than 0.05 of the figure's height
(PCK@0.05), hidden joints too; median milliseconds a frame by the wall clock, one thread.
"""

import argparse
import subprocess
import sys
import time

import cv2
import numpy as np
from track import surface

cv2.setNumThreads(1)

# nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left before right
JOINTS = 17
LIMBS = [  # from, to, thickness in figure heights, from the back to the front
    (5, 7, 0.075), (7, 9, 0.065), (11, 13, 0.1), (13, 15, 0.08), (-1, -2, 0.19), (-3, 0, 0.13),
    (12, 14, 0.1), (14, 16, 0.08), (6, 8, 0.075), (8, 10, 0.065),
]

KINDS = {
    # name: what differs from a figure that walks
    "walk": {},
    "run": {"swing": 1.5, "rate": 1.8, "speed": 4.0},
    "fast arms": {"arms": 2.2, "rate": 1.6},
    "waves": {"speed": 0.0, "legs": 0.0, "arms": 2.5},
    "still": {"speed": 0.0, "swing": 0.15},
    "camera pans": {"pan": 3.0},
    "grow": {"grow": 1.007},
    "shrink": {"grow": 0.993},
    "turns": {"turn": 20.0},
    "jumps": {"jump": 0.25},
    "blur": {"blur": 7},
    "light": {"light": 0.45},
    "noise": {"noise": 12.0},
    "low contrast": {"contrast": 0.35},
    "small": {"height": 0.3},
    "large": {"height": 0.85, "speed": 1.0},
    "hidden 6 frames": {"bar": 0.08, "passing": 1.6},
    "hidden in part": {"bar": 0.10, "passing": 0.5},
    "blur, noise": {"blur": 5, "noise": 8.0},
    "all": {"grow": 1.004, "light": 0.25, "noise": 5.0, "turn": 6.0, "pan": 1.0, "bar": 0.06, "blur": 3},
}


def figure(what, t, at, rng_phase):
    """Joints about the middle of the hips, in figure heights, y down, with those that only limbs use: neck, pelvis, chin."""
    swing, legs, arms = what.get("swing", 1.0), what.get("legs", 1.0), what.get("arms", 1.0)
    phase = 2 * np.pi * at / 28 * what.get("rate", 1.0) + rng_phase
    lean = np.radians(what.get("turn", 0.0) * np.sin(2 * np.pi * t) + 3 * swing * np.sin(phase))
    down = lambda angle: np.array([np.sin(angle), np.cos(angle)])
    up = np.array([np.sin(lean), -np.cos(lean)])
    side = np.array([np.cos(lean), np.sin(lean)])
    pelvis, neck = np.zeros(2), up * 0.30
    joints = np.zeros((JOINTS, 2))
    head = neck + up * 0.12
    joints[0] = head
    joints[1], joints[2] = head - up * -0.025 + side * 0.02, head - up * -0.025 - side * 0.02
    joints[3], joints[4] = head + side * 0.05, head - side * 0.05
    for number, sign in ((0, 1), (1, -1)):
        joints[5 + number] = neck + side * 0.085 * sign
        joints[11 + number] = pelvis + side * 0.055 * sign
        upper = lean + swing * arms * 0.45 * sign * np.sin(phase) + 0.12 * sign
        lower = upper - swing * arms * (0.35 + 0.3 * np.sin(phase + 1.0 * sign)) * sign
        joints[7 + number] = joints[5 + number] + down(upper) * 0.16
        joints[9 + number] = joints[7 + number] + down(lower) * 0.15
        thigh = -swing * legs * 0.45 * sign * np.sin(phase)
        shin = thigh - swing * legs * (0.25 + 0.25 * np.sin(phase + sign * np.pi / 2))
        joints[13 + number] = joints[11 + number] + down(thigh) * 0.24
        joints[15 + number] = joints[13 + number] + down(shin) * 0.23
    return joints, {-1: neck, -2: pelvis, -3: neck + up * 0.05}


def draw_limb(picture, face, start, end, thick):
    """A capsule whose surface is fixed to it."""
    height, width = picture.shape
    along = end - start
    length = max(np.linalg.norm(along), 1e-3)
    x, y = along / length
    fh, fw = face.shape
    scale = thick / fh
    # The face begins half its height before the start.
    place = np.float32([[x * scale, -y * scale, 0], [y * scale, x * scale, 0]])
    origin = start - place[:, :2] @ np.array([fh / 2, fh / 2])
    place[:, 2] = origin
    used = min(fw, int(round(length / scale)) + fh)
    mask = np.zeros((fh, fw), np.float32)
    cv2.line(mask, (fh // 2, fh // 2), (used - fh // 2, fh // 2), 1.0, fh - 2)
    alpha = cv2.warpAffine(mask, place, (width, height))
    moved = cv2.warpAffine(face, place, (width, height), borderMode=cv2.BORDER_REFLECT)
    return picture * (1 - alpha) + moved * alpha


def clip(seed, kind, frames, size):
    """Gray frames, the joints on each, and the figure's height on each."""
    rng = np.random.default_rng(seed)
    width, height = size
    unit = height / 360
    what = KINDS[kind]
    tall = what.get("height", 0.55) * height
    ground = 128 + (surface(rng, height * 2, width * 2, max(2, int(6 * unit))) - 128) * 0.6 * what.get("contrast", 1.0)
    faces = []
    for _, _, thick in LIMBS:
        side = max(8, int(thick * tall * 2))
        face = surface(rng, side, side * 12, max(2, side // 6))
        face = face * 0.7 + rng.uniform(0, 75)
        faces.append(128 + (face - 128) * what.get("contrast", 1.0))
    speed, phase = what.get("speed", 2.0) * unit, rng.uniform(0, 2 * np.pi)
    x, y = width * 0.32, height * 0.5
    pictures, all_joints, heights = [], [], []
    for at in range(frames):
        t = at / max(1, frames - 1)
        scale = tall * what.get("grow", 1.0) ** at
        pan = what.get("pan", 0.0) * at * unit
        shift = np.float32([[1, 0, -pan - width * 0.1], [0, 1, -height * 0.2]])
        picture = cv2.warpAffine(ground, shift, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        joints, others = figure(what, t, at, phase)
        hip = np.array([x, y - what.get("jump", 0.0) * scale * abs(np.sin(2 * np.pi * at / 30))])
        place = lambda number: hip + scale * (others[number] if number < 0 else joints[number])
        for face, (start, end, thick) in zip(faces, LIMBS):
            picture = draw_limb(picture, face, place(start), place(end), thick * scale)
        if "bar" in what:
            passing = width * 0.32 + speed * frames * 0.45 + (t - 0.45) * width * what.get("passing", 1.0)
            wide = what["bar"] * width
            left, right = int(passing - wide / 2), int(passing + wide / 2)
            if right > 0 and left < width:
                picture[:, max(0, left):min(width, right)] = 70
        picture = (picture - 20) * (1 + what.get("light", 0.0) * np.sin(2 * np.pi * t)) + 20
        if "blur" in what:
            length = 1 + 2 * int(what["blur"] * unit * abs(np.sin(np.pi * t)) / 2)
            picture = cv2.blur(picture, (length, length))
        picture = picture + rng.normal(0, what.get("noise", 1.5), picture.shape)
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
        # A pixel's middle lies at half a pixel.
        all_joints.append(hip + scale * joints + 0.5)
        heights.append(scale)
        x += speed
    return pictures, all_joints, heights


def plain_flow(pictures, joints):
    """Each joint by pyramidal Lucas-Kanade, as OpenCV gives it."""
    points = np.float32(joints - 0.5).reshape(-1, 1, 2)
    found, spent = [joints], []
    for before, after in zip(pictures, pictures[1:]):
        start = time.perf_counter()
        points, _, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, winSize=(21, 21), maxLevel=3)
        spent.append(1e3 * (time.perf_counter() - start))
        found.append(points.reshape(-1, 2) + 0.5)
    return found, spent


def limn(program, way):
    def run(pictures, joints):
        height, width = pictures[0].shape
        call = [program, way, str(width), str(height), *(f"{place:.3f}" for place in joints.ravel())]
        done = subprocess.run(call, input=b"".join(picture.tobytes() for picture in pictures), stdout=subprocess.PIPE, check=True)
        rows = [[float(field) for field in line.split()] for line in done.stdout.decode().splitlines()]
        return [joints] + [np.array(row[2:]).reshape(-1, 2) for row in rows], [row[0] for row in rows]

    return run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("follow")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--seed", type=int, default=100, help="other clips of the same kinds; the tracker was made with those of 100")
    parser.add_argument("--hd", action="store_true", help="1920 × 1080 instead of 640 × 360")
    parser.add_argument("--only", default="whole,points,LK", help="ways, with commas between them")
    options = parser.parse_args()
    ways = {"whole": limn(options.follow, "whole"), "points": limn(options.follow, "points"), "LK": plain_flow}
    ways = {name: run for name, run in ways.items() if name in options.only.split(",")}
    sums = {name: ([], [], []) for name in ways}
    print(f"{'clip':<18}" + "".join(f"{name:>24}" for name in ways))
    for number, kind in enumerate(KINDS):
        pictures, joints, heights = clip(options.seed + number, kind, options.frames, (1920, 1080) if options.hd else (640, 360))
        row = f"{kind:<18}"
        for name, run in ways.items():
            found, spent = run(pictures, joints[0])
            off = np.array([np.linalg.norm(a - b, axis=1) for a, b in zip(found, joints)])[1:]
            near = off < 0.05 * np.array(heights[1:])[:, None]
            for into, value in zip(sums[name], (float(off.mean()), float(near.mean()), float(np.median(spent)))):
                into.append(value)
            row += f"{off.mean():>8.2f}{near.mean():>7.3f}{np.median(spent):>7.2f}ms"
        print(row, flush=True)
    row = f"{'mean':<18}"
    for off, near, spent in sums.values():
        row += f"{np.mean(off):>8.2f}{np.mean(near):>7.3f}{np.mean(spent):>7.2f}ms"
    print(row)
    row = f"{'worst':<18}"
    for off, near, spent in sums.values():
        row += f"{np.max(off):>8.2f}{np.min(near):>7.3f}{np.max(spent):>7.2f}ms"
    print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
