"""The floor of starts and of memory: a window of the bare tools, with nothing of ncviz in it."""

WORDS = "bare Qt, a cleared canvas of OpenGL and three empty plots"
SCRIPT = """
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QWidget
application = QApplication([])
import numpy, pyqtgraph, vispy
vispy.use("pyqt6")
from vispy import gloo
from vispy.app import Canvas
window = QWidget()
row = QHBoxLayout(window)
canvas = Canvas(size=(800, 800), parent=window)
drawn = []
@canvas.connect
def on_draw(event):
    gloo.clear("white")
    drawn.append(1)
row.addWidget(canvas.native)
for _ in range(3):
    row.addWidget(pyqtgraph.PlotWidget())
window.resize(1440, 860)
window.show()
while not drawn:
    application.processEvents()
"""
