#!/usr/bin/env python3
"""Makes small videos whose frame number can be read back from the pixels.

    make_videos.py OUTDIR        prints one line per video: NAME FRAMES

Each frame carries its number as 16 black and white cells of 20 x 20 pixels along the top edge: 8 bits of number, 8 bits of
check (`code`), lowest bit left. Below them the picture moves, so that frames refer to each other. Frames go to ffmpeg through
a pipe one by one: the number is the place in presentation order, whatever the container says about time.
"""
import pathlib
import subprocess
import sys

WIDTH, HEIGHT, CELL, FRAMES = 320, 240, 20, 150


def code(number):
    return number & 0xFF | ((number * 167 ^ 0x5A) & 0xFF) << 8


def frame(number):
    """One frame in planar YUV 4:2:0."""
    value = code(number)
    cells = b"".join(bytes([235 if value >> bit & 1 else 16]) * CELL for bit in range(16))
    # A ramp that slides sideways and down at different speeds.
    ramp = bytes(60 + (x * 3 + number * 5) % 120 for x in range(WIDTH + HEIGHT))
    rows = [cells if y < CELL else ramp[(y * 2 + number) % HEIGHT:][:WIDTH] for y in range(HEIGHT)]
    chroma = bytes([128]) * (WIDTH * HEIGHT // 4)
    return b"".join(rows) + chroma + bytes(128 if i < 3200 else 108 + (i + number) % 40 for i in range(WIDTH * HEIGHT // 4))


def ffmpeg(*args, stdin=None):
    subprocess.run(["ffmpeg", "-y", "-v", "error", *map(str, args)], input=stdin, check=True)


X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-sc_threshold", "0")
# The option's name changed with FFmpeg 5.1.
HELP = subprocess.run(["ffmpeg", "-hide_banner", "-h", "long"], capture_output=True, text=True, check=True).stdout
SYNC = "-fps_mode" if "fps_mode" in HELP else "-vsync"
# Gaps of 1, 1, 2 and 3 ticks of 1/25 s.
UNEVEN = "setpts='round((7*floor(N/4)+if(eq(mod(N,4),3),4,mod(N,4)))/25/TB)'"
ENCODED = {
    "long_gop.mp4": (*X264, "-g", 250, "-bf", 3),
    "short_gop.mp4": (*X264, "-g", 12, "-bf", 2),
    "open_gop.mkv": (*X264, "-g", 30, "-bf", 3, "-x264-params", "open-gop=1"),
    "uneven.mp4": ("-vf", UNEVEN, SYNC, "vfr", "-video_track_timescale", 25000, *X264, "-g", 250, "-bf", 3),
    "mpeg4.avi": ("-c:v", "mpeg4", "-q:v", 3, "-g", 40, "-bf", 2),
    "ten_bit.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params",
                    "log-level=none:keyint=40:open-gop=1:bframes=3:scenecut=0"),
    # 30000/1001 frames a second, counted in time codes that leave numbers out.
    "drop_frame.mov": ("-vf", "setpts=N*1001/30000/TB", "-r", "30000/1001", "-timecode", "00:00:59;20", *X264, "-g", 60, "-bf", 2),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", 8, "-b:v", "600k", "-g", 50),
    "av1.mkv": ("-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", 8, "-b:v", "400k", "-g", 50),
    "stills.mov": ("-c:v", "mjpeg", "-q:v", 3, "-pix_fmt", "yuvj420p"),
}


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    raw = b"".join(frame(number) for number in range(FRAMES))
    for name, options in ENCODED.items():
        ffmpeg("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", 25, "-i", "-", *options, out / name, stdin=raw)
        print(name, FRAMES)
    # The same packets, every time moved by 5 s: the first frame does not stand at 0.
    for name in ("late.mp4", "late.mkv"):
        ffmpeg("-i", out / "long_gop.mp4", "-c", "copy", "-output_ts_offset", 5, out / name)
        print(name, FRAMES)


if __name__ == "__main__":
    main()
