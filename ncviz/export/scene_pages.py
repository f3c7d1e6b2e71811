"""Pages with scenes: one, several side by side, or those of a picture."""

from collections.abc import Sequence
from dataclasses import replace

from ncviz.export.page_grid import HEAD, SCENE_WIDTH, columns_of
from ncviz.export.sheet import Box, Sheet, letter_of
from ncviz.runs.layer_names import fuzziness_symbol, layer_in_words, names_of, numbers_of_layers
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.scenes.camera_moves import fitted, holding
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.scene import Picture, Scene
from ncviz.wording import three_digits, upper_first

NAMED_WIDTH = 13.0  # sizes of the type: in narrower panels the legend alone names the classes
Heads = list[tuple[str, str]]  # what stands above each scene: a name and numbers


def only_scene(sheet: Sheet, scene: Scene, top: float) -> None:
    """Draw one scene with its legend."""
    bottom = sheet.note(scene.note, sheet.legend([scene]))
    camera = sheet.camera_for([scene], sheet.plan.width, top - bottom)
    sheet.scene((0, bottom, sheet.plan.width, top - bottom), scene, camera)


def note_of(scenes: Sequence[Scene]) -> str:
    """Return what must be said of scenes; by their letters where that is not the same of all."""
    notes = [scene.note for scene in scenes]
    if len(set(notes)) == 1:
        return notes[0]
    letters = {note: ", ".join(_letters(notes, note)) for note in notes if note}
    return " · ".join(f"{which}: {note}" for note, which in letters.items())


def _letters(notes: list[str], note: str) -> list[str]:
    return [letter_of(number) for number, other in enumerate(notes) if other == note]


def draw_panels(sheet: Sheet, picture: Picture, top: float) -> None:
    """Draw scenes where their picture has them, with their titles above."""
    scenes = [panel.scene for panel in picture.panels]
    several = len(scenes) > 1
    # The run on the right of a comparison shows the same classes.
    bottom = sheet.note(note_of(scenes), sheet.legend(scenes, scenes[:1]))
    head = 1.8 * sheet.unit if any(panel.title for panel in picture.panels) else 0.0
    cameras = sheet.plan.cameras or (sheet.plan.view.camera,) * len(picture.panels)
    for panel, camera in zip(picture.panels, cameras, strict=True):
        left, width = panel.left * sheet.plan.width, panel.width * sheet.plan.width
        high = panel.height * (top - bottom)
        upper = top - panel.top * (top - bottom)
        box = (left, upper - high, width, high - head)
        aspect = box[2] / max(box[3], 1e-6)
        together = [panel.scene] if sheet.plan.cameras else scenes
        seen = holding(fitted(camera, aspect), together, aspect)
        sheet.scene(box, panel.scene, seen, small=several)
        if several:
            sheet.letter(left, upper)
        if panel.title:
            room = width - 4 * sheet.unit
            middle = left + width / 2
            sheet.words(middle, upper - 0.9 * sheet.unit, panel.title, room=room, strong=True)


def draw_side_by_side(sheet: Sheet, scenes: list[Scene], heads: Heads, top: float) -> None:
    """Draw scenes with their legend, under one camera."""
    bottom = sheet.note(note_of(scenes), sheet.legend(scenes))
    fill_with_scenes(sheet, scenes, heads, (0, bottom, sheet.plan.width, top - bottom))


def heads_of_moments(sheet: Sheet) -> Heads:
    """Return what stands above the scenes of a plan's epochs."""
    run = sheet.the_run
    layer = sheet.view.layer % len(run.manifest.layers)
    symbol = fuzziness_symbol(layer)
    split = run.measured_on(sheet.view.split).name
    found = [(epoch, fuzziness_by_layer(run, epoch, split)[layer]) for epoch in sheet.plan.epochs]
    told = sheet.plan.numbers
    return [
        (
            upper_first(run.counting.named(epoch)),
            f"{symbol} = {three_digits(value)}" if told else "",
        )
        for epoch, value in found
    ]


def heads_of_layers(sheet: Sheet) -> Heads:
    """Return what stands above the scenes of a plan's layers."""
    run = sheet.the_run
    epoch = nearest_recorded(run.epochs, sheet.view.epoch)
    split = run.measured_on(sheet.view.split).name
    numbers = numbers_of_layers(fuzziness_by_layer(run, epoch, split))
    if not sheet.plan.numbers:
        numbers = ("",) * len(numbers)
    names = [layer_in_words(name) for name in names_of(run)]
    return [(names[layer], numbers[layer]) for layer in sheet.plan.layers]


def fill_with_scenes(
    sheet: Sheet, scenes: list[Scene], heads: Heads, box: Box, lettered: bool = False
) -> None:
    """Draw scenes under one camera, in as many rows as they need."""
    left, low, width, height = box
    columns = columns_of(len(scenes), width, SCENE_WIDTH * sheet.unit)
    if sheet.plan.legend and width / columns < NAMED_WIDTH * sheet.unit:
        scenes = [replace(scene, labels=()) for scene in scenes]
    rows = -(-len(scenes) // columns)
    each, high, head = width / columns, height / rows, HEAD * sheet.unit
    camera = sheet.camera_for(scenes, each, high - head)
    for number, (scene, (name, numbers)) in enumerate(zip(scenes, heads, strict=True)):
        x = left + number % columns * each
        top = low + height - number // columns * high
        sheet.scene((x, top - high, each, high - head), scene, camera, small=len(scenes) > 1)
        if len(scenes) > 1 or lettered:
            sheet.letter(x, top)
        room = each - 3.2 * sheet.unit
        sheet.words(x + each / 2, top - 0.9 * sheet.unit, name, room=room, strong=True)
        sheet.words(x + each / 2, top - 2.1 * sheet.unit, numbers, room=each, small=True)
