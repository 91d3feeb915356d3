"""Drives a program in a real window, as an assistive technology and a pair of hands do.

Brings an X server (Xvfb), a window manager (openbox), a session bus and an accessibility bus of its own. Controls are found by
role and accessible name (AT-SPI); mouse and keys are X events (xdotool). Run by the system's python3, which has pyatspi.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUS_STARTED = "LIMN_TEST_BUS"
PORTALS = ["org.freedesktop.portal.Documents", "org.freedesktop.portal.Desktop", "org.freedesktop.impl.portal.desktop.gtk"]
NAMED_ROLES = {
    "push button", "toggle button", "check box", "radio button", "slider", "spin button", "combo box", "entry", "text", "link",
    "menu item", "list item",
}


def own_session_bus():
    """Starts this script again inside a session bus of its own: pyatspi talks to the bus that its process was born with."""
    if os.environ.get(BUS_STARTED) != "1":
        os.environ[BUS_STARTED] = "1"
        os.execvp("dbus-run-session", ["dbus-run-session", "--", "/usr/bin/python3", *sys.argv])


def limn(program, home, *args):
    """Runs a command; its JSON answer."""
    out = subprocess.run([program, *map(str, args), "--json"], env={**os.environ, "LIMN_HOME": str(home)}, capture_output=True, text=True)
    assert out.returncode == 0, f"limn {args}: {out.stderr}"
    return json.loads(out.stdout)


class Desktop:
    """A screen with hands. A context manager; leaving it ends everything that it started."""

    def __init__(self, width=1600, height=1000):
        self.size, self.children, self.services = (width, height), [], []

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
        self.start_window_manager()
        buses = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
        self.start([next(bus for bus in buses if os.path.exists(bus)), "--launch-immediately"])
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            self.switch_on(name)
        return self

    def __exit__(self, *_):
        self.end_services()
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

    def start_window_manager(self):
        """Waits until it is there: a window that comes before it gets no frame and may get no keys."""
        from Xlib import X, display
        screen = display.Display()
        try:
            check = screen.intern_atom("_NET_SUPPORTING_WM_CHECK")
            manager = self.start(["openbox"])
            end = time.monotonic() + 20
            while not screen.screen().root.get_full_property(check, X.AnyPropertyType):
                if manager.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("the window manager did not start")
                time.sleep(0.05)
        finally:
            screen.close()

    def switch_on(self, name):
        """Says that an assistive technology is there; the bus needs a moment to come up."""
        call = ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus", "--method",
                "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", name, "<true>"]
        for _ in range(50):
            if subprocess.run(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("the accessibility bus did not start")

    def file_dialogs(self, can_show=True):
        """Lets the session bus start the desktop's file dialogs (GTK's, through the portal) when a program asks for them; or a
        portal that has no screen to show them on."""
        self.end_services()
        home = pathlib.Path(self.runtime, "dialogs")
        (home / "xdg-desktop-portal").mkdir(parents=True, exist_ok=True)
        (home / "xdg-desktop-portal" / "portals.conf").write_text("[preferred]\ndefault=gtk\n")
        own = {name: str(home) for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        screen = {"DISPLAY": os.environ["DISPLAY"] if can_show else "", "GDK_BACKEND": "x11", "XDG_CURRENT_DESKTOP": "test"}
        self.bus("UpdateActivationEnvironment", screen | own)
        self.services = PORTALS

    def bus(self, method, argument):
        """Calls the session bus itself; the answer as text."""
        call = ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method",
                f"org.freedesktop.DBus.{method}", str(argument)]
        return subprocess.run(call, check=True, capture_output=True, text=True).stdout

    def end_services(self):
        """Ends what the bus started: it would stay until the bus ends, with its folders in use."""
        for name in self.services:
            with contextlib.suppress(subprocess.CalledProcessError, ProcessLookupError):
                answer = self.bus("GetConnectionUnixProcessID", name)
                os.kill(int(re.search(r"(\d+),", answer)[1]), signal.SIGTERM)
        end = time.monotonic() + 5
        while any("true" in self.bus("NameHasOwner", name) for name in self.services) and time.monotonic() < end:
            time.sleep(0.05)

    def window(self, title, seconds=20):
        """The X window with this title, when it is on the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.windows(title)
            if found:
                return found[0]
            time.sleep(0.05)
        raise TimeoutError(f"no window {title!r} in {seconds} s")

    def wait_closed(self, title, seconds=20):
        end = time.monotonic() + seconds
        while self.windows(title):
            if time.monotonic() > end:
                raise TimeoutError(f"the window {title!r} stays")
            time.sleep(0.05)

    def activate(self, window):
        """Gives the keyboard to a window; a new one needs a moment until it listens."""
        self.hand("windowactivate", "--sync", window)
        time.sleep(0.5)

    def pixels(self, extents):
        """A part of the screen."""
        from Xlib import X, display
        screen = display.Display()
        try:
            return screen.screen().root.get_image(*extents, X.ZPixmap, 0xFFFFFFFF).data
        finally:
            screen.close()

    def wait_drawn(self, extents, before, seconds=20):
        """Until a part of the screen is no longer as it was."""
        end = time.monotonic() + seconds
        while self.pixels(extents) == before:
            if time.monotonic() > end:
                raise TimeoutError(f"the screen stands still at {extents}")
            time.sleep(0.1)

    def windows(self, title):
        search = ["xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(title)}$"]
        return subprocess.run(search, check=False, capture_output=True, text=True).stdout.split()

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
