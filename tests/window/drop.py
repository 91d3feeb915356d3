"""Drops files on a window as a file manager does: an XDND source, protocol version 5, that offers text/uri-list."""
import pathlib
import select
import time

from Xlib import X, Xatom, display
from Xlib.protocol import event

VERSION = 5
URI_LIST = "text/uri-list"


def drop_files(at, paths, seconds=10):
    """Drags files over the window at a place of the screen and lets them go there; gives whether the window took them."""
    source = Source("".join(f"{pathlib.Path(path).resolve().as_uri()}\r\n" for path in paths))
    try:
        return source.drop([round(axis) for axis in at], time.monotonic() + seconds)
    finally:
        source.display.close()


class Source:
    """A window that owns what is dragged."""

    def __init__(self, uris):
        self.display, self.uris = display.Display(), uris.encode()
        self.root = self.display.screen().root
        self.window = self.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)

    def atom(self, name):
        return self.display.intern_atom(name)

    def drop(self, at, end):
        now = self.server_time(end)
        self.window.set_selection_owner(self.atom("XdndSelection"), now)
        target = self.aware_at(at)
        self.tell(target, "XdndEnter", [VERSION << 24, self.atom(URI_LIST), X.NONE, X.NONE])
        self.tell(target, "XdndPosition", [0, at[0] << 16 | at[1], now, self.atom("XdndActionCopy")])
        if not self.answer(target, "XdndStatus", end)[1] & 1:
            self.tell(target, "XdndLeave", [])
            return False
        self.tell(target, "XdndDrop", [0, now])
        return bool(self.answer(target, "XdndFinished", end)[1] & 1)

    def server_time(self, end):
        """The X server's clock, from the notice of a property that was just changed."""
        self.window.change_property(self.atom("LIMN_TEST_TIME"), Xatom.STRING, 8, b"")
        return self.wait(lambda seen: seen.type == X.PropertyNotify, "a time", end).time

    def aware_at(self, at):
        """The window at this place that says it takes drops; window managers put frames around it."""
        window = self.root
        while window != X.NONE:
            if window.get_full_property(self.atom("XdndAware"), X.AnyPropertyType):
                return window
            window = window.translate_coords(self.root, *at).child
        raise LookupError(f"no window takes drops at {at}")

    def tell(self, target, name, values):
        data = [self.window.id, *values]
        message = event.ClientMessage(window=target, client_type=self.atom(name), data=(32, data + [0] * (5 - len(data))))
        target.send_event(message)
        self.display.flush()

    def answer(self, target, name, end):
        """The words of the target's message of this name."""
        kind = self.atom(name)
        seen = self.wait(lambda seen: seen.type == X.ClientMessage and seen.client_type == kind, name, end)
        words = seen.data[1]
        assert words[0] == target.id, f"{name} comes from window {words[0]:#x}, not from {target.id:#x}"
        return words

    def wait(self, fits, what, end):
        """The next event that fits. The data are handed out meanwhile: a window may ask for them at any time."""
        while True:
            while self.display.pending_events():
                seen = self.display.next_event()
                if seen.type == X.SelectionRequest:
                    self.hand_out(seen)
                elif fits(seen):
                    return seen
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"the window under the drop gave no answer: {what}")
            select.select([self.display], [], [], left)

    def hand_out(self, request):
        known = request.target == self.atom(URI_LIST)
        if known:
            request.requestor.change_property(request.property, request.target, 8, self.uris)
        answer = event.SelectionNotify(
            time=request.time, requestor=request.requestor, selection=request.selection, target=request.target,
            property=request.property if known else X.NONE)
        request.requestor.send_event(answer)
        self.display.flush()
