"""The figures of a run: kept as JSON lines, and side by side in a table."""
import json
import os
import statistics
import time

# What is shown; Limn's measurement and the beginning of its row's name; the peers' figure of the same; the clock.
CANVAS = [
    ("picture moved, all of it in view", "pan", "a frame while panning, whole picture", "repaint fit", "cpu"),
    ("picture moved, at 100 %", "pan", "a frame while panning, 100 %", "repaint 100 %", "cpu"),
    ("until it is drawn, all of it in view", "render", "the same until all is drawn, at fit, wall", "repaint fit", "wall"),
    ("mouse moved with a shape, all in view", "pan", "a frame while one shape is dragged", "mouse and repaint fit", "cpu"),
    ("shapes under the mouse found", "hit-test", "shapes under the cursor", "mouse fit", "cpu"),
]
OPEN = [
    ("first picture after the start", "window", "window asked for until then", "start", "wall"),
    ("48 megapixels opened", "open", "colours halved: all sharp, CPU", "open", "cpu"),
    ("48 megapixels opened", "open", "colours halved: all sharp, wall", "open", "wall"),
    ("48 megapixels, first sight of them", "open", "colours halved: coarse picture, wall", "open", "wall"),
    ("next file, 1080p", "window", "key until next file is drawn, 1080p", "next small", "wall"),
    ("next file, 24 megapixels", "window", "key until next file is drawn, 24", "next large", "wall"),
]
VIDEO = [
    ("random frame", "seek", "random frame, CPU", "random frame", "cpu"),
    ("random frame", "seek", "random frame, wall", "random frame", "wall"),
    ("step forward", "seek", "step forward, nothing ahead, CPU", "step forward", "cpu"),
    ("step backward", "seek", "step backward in runs, CPU", "step backward", "cpu"),
    ("step forward, ten a second", "seek", "step forward, ten a second", "step forward", "wall"),
    ("step backward, ten a second", "seek", "step backward, ten a second", "step backward", "wall"),
]
CLOCKS = {"cpu": "CPU", "wall": "wall"}


class Results:
    def __init__(self, path):
        self.path, self.run = path, time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        self.reports, self.samples, self.exact, self.notes, self.versions = {}, {}, {}, [], {}

    def keep(self, row):
        with self.path.open("a") as out:
            out.write(json.dumps({"run": self.run, "load": round(os.getloadavg()[0], 2), **row}) + "\n")

    def add_limn(self, size, report):
        self.keep({"tool": "Limn", **report})
        self.reports[report["bench"], size] = report["rows"]
        self.notes += [f"{report['bench']} {report['size']}: {note}" for note in report["notes"]]

    def add_peer(self, tool, size, row):
        """The samples of several processes count as one figure."""
        self.keep({"tool": tool, "size": size, **row})
        if "version" in row:
            self.versions[tool] = row["version"]
        if row["op"] == "exact":
            self.exact.setdefault(tool, []).append(row)
            return
        # How long an app needs to start does not depend on what it opens then.
        size = None if row["op"] == "start" else size
        there = self.samples.setdefault((tool, row["op"], size), {"cpu": [], "wall": []})
        for clock, of in there.items():
            of += row[f"{clock}_ms"]

    def limn(self, bench, size, what):
        """Median and 95th percentile."""
        rows = self.reports.get((bench, size), [])
        return next(((row["median"], row["p95"]) for row in rows if row["what"].startswith(what) and row["n"]), None)

    def rows(self, pairs, size, tools):
        for what, bench, row, op, clock in pairs:
            ours = self.limn(bench, size, row)
            what = f"{what}, {CLOCKS[clock]}"
            if size:
                what = f"{size:,} polygons: {what}"
            for tool in tools:
                samples = self.samples.get((tool, op, size), {}).get(clock)
                theirs = (statistics.median(samples), at_95(samples)) if samples else None
                ratio = f"{digits(theirs[0] / ours[0])} ×" if ours and theirs and ours[0] > 0 else "–"
                yield f"| {what} | {both(ours)} | {tool} | {both(theirs)} | {ratio} |"

    def table(self, sizes, parts):
        """Markdown."""
        lines = ["| what | Limn, ms | peer | peer, ms | peer / Limn |", "| --- | ---: | --- | ---: | ---: |"]
        apps, libraries = ("labelme", "X-AnyLabeling"), ("PyAV", "OpenCV")
        if "canvas" in parts:
            for size in sizes:
                lines += self.rows(CANVAS, size, apps)
        if "open" in parts:
            lines += self.rows(OPEN, None, apps)
        if "video" in parts:
            lines += self.rows(VIDEO, None, libraries)
        return lines

    def exactness(self):
        """A line for each tool that was asked for numbered frames."""
        if self.exact:
            yield ""
        for tool, videos in self.exact.items():
            frames, bad = sum(row["frames"] for row in videos), sum(row["wrong"] + row["missing"] for row in videos)
            line = f"- {tool}: {frames - bad} of {frames} frames asked for by number were the right ones, {len(videos)} videos"
            for row in videos:
                line += "".join(f"; {row['video']}: {row[what]} {what}" for what in ("wrong", "missing") if row[what])
            yield line


def at_95(samples):
    return sorted(samples)[round((len(samples) - 1) * 0.95)]


def both(figures):
    return " / ".join(map(digits, figures)) if figures else "–"


def digits(value):
    """Three significant ones."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3g}"
