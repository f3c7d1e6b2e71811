"""What is dropped: files and folders, from whatever program and system."""

from PyQt6.QtGui import QDropEvent

from ncviz.desktop.certain import certain


def dropped_files(event: QDropEvent) -> list[str]:
    """Return the paths of files and folders; a link to the network has none."""
    names = (url.toLocalFile() for url in certain(event.mimeData()).urls())
    return [name for name in names if name]
