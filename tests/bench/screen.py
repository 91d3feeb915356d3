"""A screen of its own: an X server (Xvfb) and a window manager (openbox), which end with it."""
import contextlib
import os
import subprocess
import time


class Screen:
    """A context manager; `env` is for the programs that are to be seen on it."""

    def __init__(self, width=1920, height=1080):
        self.size, self.children = f"{width}x{height}x24", []

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def begin(self):
        # Xvfb takes a free number by itself and writes it down.
        reading, writing = os.pipe()
        self.start(["Xvfb", "-displayfd", str(writing), "-screen", "0", self.size, "-nolisten", "tcp"], pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as answer:
            display = answer.readline().strip()
        if not display:
            raise RuntimeError("Xvfb did not start")
        self.env = {**os.environ, "DISPLAY": f":{display}"}
        self.env.pop("WAYLAND_DISPLAY", None)
        manager, end = self.start(["openbox"], env=self.env), time.monotonic() + 20
        while not self.is_managed():
            if manager.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the window manager did not start")
            time.sleep(0.1)

    def is_managed(self):
        asked = subprocess.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], env=self.env, capture_output=True, text=True, check=False)
        return "window id" in asked.stdout

    def start(self, args, **options):
        child = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        self.children.append(child)
        return child

    def end(self):
        for child in reversed(self.children):
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(5)
            if child.poll() is None:
                child.kill()
                child.wait()
