"""Drives a program in a real window, as an assistive technology and a pair of hands do.

Brings an X server (Xvfb), a window manager (openbox), a session bus and an accessibility bus of its own. Controls are found by
role and accessible name (AT-SPI); mouse and keys are X events (xdotool). Run by the system's python3, which has pyatspi.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

BUS_STARTED = "LIMN_TEST_BUS"
NAMED_ROLES = {
    "push button", "toggle button", "check box", "radio button", "slider", "spin button", "combo box", "entry", "text", "link",
    "menu item", "list item",
}


def own_session_bus():
    """Starts this script again inside a session bus of its own: pyatspi talks to the bus that its process was born with."""
    if os.environ.get(BUS_STARTED) != "1":
        os.environ[BUS_STARTED] = "1"
        os.execvp("dbus-run-session", ["dbus-run-session", "--", "/usr/bin/python3", *sys.argv])


class Desktop:
    """A screen with hands. A context manager; leaving it ends everything that it started."""

    def __init__(self, width=1600, height=1000):
        self.size, self.children = (width, height), []

    def __enter__(self):
        own_session_bus()
        self.runtime = tempfile.mkdtemp(prefix="limn-window-")
        os.chmod(self.runtime, 0o700)
        # Xvfb takes a free number by itself and writes it down.
        reading, writing = os.pipe()
        screen = f"{self.size[0]}x{self.size[1]}x24"
        self.start(["Xvfb", "-displayfd", writing, "-screen", "0", screen, "-nolisten", "tcp"], pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as number:
            display = number.readline().strip()
        if not display:
            raise RuntimeError("Xvfb did not start")
        os.environ.update(DISPLAY=f":{display}", XDG_RUNTIME_DIR=self.runtime, NO_AT_BRIDGE="0")
        os.environ.pop("WAYLAND_DISPLAY", None)
        self.start(["openbox"])
        buses = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
        self.start([next(bus for bus in buses if os.path.exists(bus)), "--launch-immediately"])
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            self.switch_on(name)
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(3)
            if child.poll() is None:
                child.kill()
        shutil.rmtree(self.runtime, ignore_errors=True)

    def start(self, args, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        child = subprocess.Popen([str(arg) for arg in args], **options)
        self.children.append(child)
        return child

    def switch_on(self, name):
        """Says that an assistive technology is there; the bus needs a moment to come up."""
        call = ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus", "--method",
                "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", name, "<true>"]
        for _ in range(50):
            if subprocess.run(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("the accessibility bus did not start")

    def launch(self, args, env, log, seconds=60):
        """Starts the program; gives it when its window is in the accessibility tree."""
        import pyatspi
        with open(log, "ab") as out:
            child = self.start(args, env={**os.environ, **env}, stdout=out, stderr=subprocess.STDOUT)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if child.poll() is not None:
                raise RuntimeError(f"the program ended with {child.returncode}, see {log}")
            with contextlib.suppress(Exception):
                for node in pyatspi.Registry.getDesktop(0):
                    if node and node.get_process_id() == child.pid and node.childCount:
                        return Program(self, child, node)
            time.sleep(0.2)
        raise TimeoutError("no window in the accessibility tree")

    # hands

    def hand(self, *args):
        subprocess.run(["xdotool", *map(str, args)], check=True)

    def move(self, at):
        self.hand("mousemove", round(at[0]), round(at[1]))
        time.sleep(0.03)

    def click(self, at):
        self.move(at)
        self.hand("click", 1)
        time.sleep(0.1)

    def drag(self, start, end, steps=8):
        self.move(start)
        self.hand("mousedown", 1)
        time.sleep(0.05)
        for step in range(1, steps + 1):
            self.move([a + (b - a) * step / steps for a, b in zip(start, end)])
        self.hand("mouseup", 1)
        time.sleep(0.1)

    def key(self, *keys):
        self.hand("key", "--clearmodifiers", "--delay", 40, *keys)
        time.sleep(0.1)

    def shot(self, path):
        # The accessibility tree is a frame or two ahead of the screen.
        time.sleep(0.4)
        subprocess.run(["import", "-window", "root", str(path)], check=True)


class Program:
    """A running program and its accessibility tree."""

    def __init__(self, desktop, child, node):
        self.desktop, self.child, self.node = desktop, child, node

    def walk(self, node=None):
        node = node if node is not None else self.node
        yield node
        with contextlib.suppress(Exception):
            for at in range(node.childCount):
                below = node.getChildAtIndex(at)
                if below is not None:
                    yield from self.walk(below)

    def find_all(self, pattern, role=None):
        """Controls whose accessible name holds the regular expression. Controls may vanish while one looks."""
        hits = []
        for node in self.walk():
            with contextlib.suppress(Exception):
                if re.search(pattern, node.name or "") and role in (None, node.getRoleName()):
                    hits.append(node)
        return hits

    def names(self):
        names = []
        for node in self.walk():
            with contextlib.suppress(Exception):
                names.append(f"{node.getRoleName()}: {node.name}")
        return names

    def wait_for(self, pattern, role=None, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            hits = self.find_all(pattern, role)
            if hits:
                return hits[0]
            if self.child.poll() is not None:
                raise RuntimeError(f"the program ended with {self.child.returncode} before there was {pattern!r}")
            time.sleep(0.1)
        raise TimeoutError(f"no {pattern!r} in {seconds} s; there is:\n" + "\n".join(self.names()))

    def wait_gone(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while self.find_all(pattern):
            if time.monotonic() > end:
                raise TimeoutError(f"{pattern!r} stays")
            time.sleep(0.1)

    def press(self, node):
        """The control's own action, as a screen reader would."""
        action = node.queryAction()
        if not action.nActions or not action.doAction(0):
            raise AssertionError(f"{node.getRoleName()} {node.name!r} has no action")
        time.sleep(0.2)

    def extents(self, node):
        import pyatspi
        at = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return at.x, at.y, at.width, at.height

    def unnamed(self):
        """Controls that a screen reader could not speak."""
        bad = []
        for node in self.walk():
            with contextlib.suppress(Exception):
                if node.getRoleName() in NAMED_ROLES and not (node.name or "").strip():
                    bad.append(f"{node.getRoleName()} at {self.extents(node)}")
        return bad

    def wait_end(self, seconds=20):
        return self.child.wait(seconds)
