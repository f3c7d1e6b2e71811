"""The devices that can train, found out once in the background, and the list to choose from."""

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QStandardItemModel

from ncviz.desktop.certain import certain
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.training.device import AUTO, CPU, PROCESSOR, Device, choose_device, may_have_gpu
from ncviz.training.device_probe import DeviceProbe
from ncviz.viewer import is_viewer

POLL_MILLISECONDS = 100
TIP = tr("What computes trainings and recordings; automatic takes the first GPU that works.")


class Devices(QObject):
    """Which devices there are; nobody waits for it, and a broken driver ends no window.

    Parameters
    ----------
    parent : QObject
    settings : Settings
        In which the one that is wanted is kept.

    Signals
    -------
    changed()
        Every device was tried, or another one is wanted.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject, settings: Settings) -> None:
        super().__init__(parent)
        self._settings = settings
        self.all: tuple[Device, ...] = (PROCESSOR,)
        self._probe: DeviceProbe | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)

    @property
    def are_several(self) -> bool:
        """Return whether there is more than the processor, be it broken."""
        return len(self.all) > 1

    @property
    def is_looking(self) -> bool:
        """Return whether devices are being tried."""
        return self._timer.isActive()

    @property
    def are_awaited(self) -> bool:
        """Return whether it is not known yet what the wanted device stands for."""
        return self.is_looking and self.wanted != CPU

    def look(self) -> None:
        """Begin to try the devices, the first time and where there may be a GPU."""
        if self._probe is None and not is_viewer() and may_have_gpu():
            self._probe = DeviceProbe()
            self._probe.start()
            self._timer.start()

    def _poll(self) -> None:
        assert self._probe is not None  # looked for
        devices = self._probe.poll()
        if devices is not None:
            self._timer.stop()
            self.all = devices
            self.changed.emit()

    @property
    def wanted(self) -> str:
        """Return which one is set, such as 'auto' or 'cuda:0'."""
        return self._settings.device

    def want(self, name: str) -> None:
        """Set another one."""
        self._settings.set("device", name)
        self.changed.emit()

    def choose(self) -> tuple[Device, str]:
        """Return the device that is wanted, and what to say where a GPU was passed over.

        Raises
        ------
        UserError
            If it cannot be used, or that is not known yet.
        """
        if self.are_awaited:
            raise UserError(tr("The GPU is still being tried: start again in a moment."))
        device, said = choose_device(self.wanted, self.all)
        return device, said if device == PROCESSOR else ""  # a GPU is named where it trains

    def close(self) -> None:
        """End what was begun."""
        self._timer.stop()
        if self._probe is not None:
            self._probe.close()


class DeviceChoice(Choice):
    """A list of the devices, those that cannot be used greyed with the reason."""

    def __init__(self, devices: Devices) -> None:
        super().__init__()
        self._devices = devices
        self.setToolTip(plain_tip(TIP))
        # A long name of a GPU widens no form.
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda _number: devices.want(self.currentData()))
        devices.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        found = {device.name: device for device in self._devices.all}
        automatic = next((d for d in found.values() if d.name != CPU and not d.problem), PROCESSOR)
        self.addItem(tr("Automatic: {title}", title=automatic.title), AUTO)
        for device in found.values():
            self.addItem(device.title if device.name == CPU else device.description, device.name)
            if device.problem:
                row = self.count() - 1
                self.setItemData(row, plain_tip(f"{device.refusal}."), Qt.ItemDataRole.ToolTipRole)
                model = self.model()
                assert isinstance(model, QStandardItemModel)  # a list of choices has this one
                certain(model.item(row)).setEnabled(False)
        wanted = self._devices.wanted
        if wanted not in (AUTO, *found):  # of another day, or another computer
            self.addItem(tr("{wanted} (not found)", wanted=wanted), wanted)
        self.setCurrentIndex(self.findData(wanted))
