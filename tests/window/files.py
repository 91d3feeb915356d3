"""Files come into a project: dropped on the window, and chosen in the desktop's file dialog."""
import subprocess
import time

from drive import limn
from drop import drop_files

DIALOG = "Add images and videos"


def picture(path, width, height):
    path.parent.mkdir(parents=True, exist_ok=True)
    source = f"testsrc=size={width}x{height}"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", "-update", "1", str(path)], check=True)
    return path


def listed(program, home, project):
    return [(file["name"], file["width"], file["height"]) for file in limn(program, home, "list", project, "files")]


def files_come_in(desktop, program, home, folder, out):
    """Into a project that is dropped on the window itself."""
    project = folder / "dropped on.limn"
    limn(program, home, "new", project)
    app = desktop.launch([program], {"LIMN_HOME": str(home)}, out / "limn.log")
    app.wait_for("^Open project")
    x, y, width, height = app.extents(app.node[0])
    middle = (x + width / 2, y + height / 2)
    wanted = by_drop(desktop, app, middle, project, folder / "Bäume am Weg")
    assert listed(program, home, project) == wanted, f"dropped: {listed(program, home, project)}"
    desktop.shot(out / "dropped.png")
    wanted += by_dialog(desktop, app, folder, out)
    assert listed(program, home, project) == wanted, f"chosen in the dialog: {listed(program, home, project)}"
    desktop.key("ctrl+q")
    assert app.wait_end() == 0, "the window ends in order"


def by_drop(desktop, app, at, project, folder):
    """Gives name, width and height of what must have been added."""
    first, second = picture(folder / "eine Blüte.png", 64, 48), picture(folder / "Straße 2.jpg", 80, 60)
    below = picture(folder / "more" / "in it.png", 32, 24)
    assert drop_files(at, [first, second]), "the window takes files"
    app.wait_for("^Open or make a project first; then drop the files again")
    assert drop_files(at, [project])
    app.wait_gone("^Open project")
    assert drop_files(at, [first, second, below.parent])
    app.wait_for("^3 files added")
    app.wait_for(f"^Canvas, {first.name}, ")
    other = folder / "notes.txt"
    other.write_text("no picture")
    assert drop_files(at, [other])
    app.wait_for(r"^0 files added\. 1 left out\. .*notes\.txt is neither an image nor a video")
    return [(first.name, 64, 48), (second.name, 80, 60), (below.name, 32, 24)]


def by_dialog(desktop, app, folder, out):
    # Where no dialog can be shown, the window asks by itself.
    desktop.file_dialogs(can_show=False)
    desktop.key("ctrl+shift+o")
    app.wait_for("^Path$")
    desktop.key("Escape")
    app.wait_gone("^Path$")

    desktop.file_dialogs()
    chosen = picture(folder / "chosen one.png", 48, 32)

    # The window goes on while the dialog is open, and a dialog that is given up leaves all as it was.
    desktop.key("ctrl+shift+o")
    dialog = desktop.window(DIALOG)
    row = app.wait_for(r"^Straße 2\.jpg, ")
    place = app.extents(row)
    before = desktop.pixels(place)
    app.press(row)
    app.wait_for(r"^Canvas, Straße 2\.jpg, ")
    desktop.wait_drawn(place, before)
    desktop.shot(out / "dialog.png")
    desktop.activate(dialog)
    desktop.key("Escape")
    desktop.wait_closed(DIALOG)

    desktop.key("ctrl+shift+o")
    desktop.activate(desktop.window(DIALOG))
    desktop.key("ctrl+l")
    desktop.hand("type", "--delay", 15, chosen)
    time.sleep(0.3)
    desktop.key("Return")
    desktop.wait_closed(DIALOG)
    app.wait_for("^1 file added")
    return [(chosen.name, 48, 32)]
