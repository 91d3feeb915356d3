"""The windows of labelme and X-AnyLabeling, driven inside their own processes through their own classes."""
import os
import pathlib
import sys


class Labelme:
    # Whether a mouse move paints the canvas before it returns.
    move_paints = False

    def __init__(self):
        from PyQt5 import QtCore, QtGui, QtWidgets
        self.core, self.gui = QtCore, QtGui
        from loguru import logger
        logger.remove()
        import labelme
        from labelme.app import MainWindow
        self.version = labelme.__version__
        self.app = QtWidgets.QApplication(sys.argv[:1])
        self.app.setStyle("Fusion")
        self.window = MainWindow(config_overrides={"auto_save": False})
        # As Limn opens.
        self.window.showMaximized()
        self.canvas = self.window._canvas_widgets.canvas
        self.bars = self.window._canvas_widgets.scroll_bars

    def open(self, path):
        self.window._load_file(str(path))

    def fit(self):
        self.window.set_fit_window_mode(True)

    def zoom(self, percent):
        self.window._set_zoom(percent)
        middle(self.bars)

    def folder(self, path):
        self.window._import_images_from_dir(root_dir=str(path))

    def next(self):
        self.window._open_next_image()

    def shown(self):
        return str(self.window._image_path)

    def saved(self):
        """There is nothing to be asked when the next file opens."""
        self.window.mark_clean()

    def mouse(self, x, y):
        qt = self.core.Qt
        at = self.core.QPointF(x, y)
        event = self.gui.QMouseEvent(self.core.QEvent.MouseMove, at, qt.NoButton, qt.NoButton, qt.NoModifier)
        self.canvas.mouseMoveEvent(event)


class XAnyLabeling:
    move_paints = True

    def __init__(self):
        from PyQt6 import QtCore, QtGui, QtWidgets
        self.core, self.gui = QtCore, QtGui
        import anylabeling.config
        from anylabeling.app_info import __version__
        from anylabeling.resources import resources  # noqa: F401
        from anylabeling.views.labeling.utils.theme import get_app_stylesheet, init_theme
        from anylabeling.views.mainwindow import MainWindow
        self.version = __version__
        home = pathlib.Path(os.environ["HOME"])
        anylabeling.config.set_work_directory(str(home))
        anylabeling.config.current_config_file = str(home / ".xanylabelingrc")
        config = anylabeling.config.get_config(anylabeling.config.current_config_file, {"auto_save": False}, show_msg=False)
        QtCore.QCoreApplication.setAttribute(QtCore.Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
        limit = config.get("qt_image_allocation_limit")
        if limit is not None:
            QtGui.QImageReader.setAllocationLimit(limit)
        self.app = QtWidgets.QApplication(sys.argv[:1])
        init_theme(config.get("theme", "light"))
        self.app.setStyleSheet(get_app_stylesheet())
        self.top = MainWindow(self.app, config=config, filename=None, output_file=None, output_dir=None)
        self.window = self.top.labeling_widget.view
        self.top.showMaximized()
        self.canvas = self.window.canvas

    def open(self, path):
        self.window.load_file(str(path))

    def fit(self):
        self.window.set_fit_window(True)

    def zoom(self, percent):
        self.window.set_zoom(percent)
        middle(self.window.scroll_bars)

    def folder(self, path):
        self.window.import_image_folder(str(path), load=False)

    def next(self):
        self.window.open_next_image()

    def shown(self):
        return str(self.window.filename)

    def saved(self):
        self.window.set_clean()

    def mouse(self, x, y):
        qt = self.core.Qt
        at = self.core.QPointF(x, y)
        on_screen = self.core.QPointF(self.canvas.mapToGlobal(at.toPoint()))
        event = self.gui.QMouseEvent(self.core.QEvent.Type.MouseMove, at, on_screen, qt.MouseButton.NoButton,
                                     qt.MouseButton.NoButton, qt.KeyboardModifier.NoModifier)
        self.canvas.mouseMoveEvent(event)


def middle(bars):
    for bar in bars.values():
        bar.setValue(bar.maximum() // 2)


APPS = {"labelme": Labelme, "X-AnyLabeling": XAnyLabeling}
