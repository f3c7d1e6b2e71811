import pytest
from shapes import FRONT, HEIGHT, WIDTH
from vispy import gloo

from ncviz.rendering.stage import Stage
from ncviz.rendering.windowless import windowless_context
from ncviz.scenes.scene import Picture


@pytest.fixture(scope="session")
def stage():
    with windowless_context():
        return Stage()


@pytest.fixture(scope="session")
def draw(stage):
    def draw(scene, camera=FRONT, width=WIDTH, height=HEIGHT, stage=stage, **options):
        with windowless_context():
            size = height, width
            framebuffer = gloo.FrameBuffer(
                gloo.RenderBuffer(size, 0x8058), gloo.RenderBuffer(size, 0x81A6)
            )
            if isinstance(scene, Picture):
                stage.set_picture(scene)
            else:
                stage.set_scene(scene)
            stage.forget_labels()
            with framebuffer:
                stage.draw(camera, width, height, **options)
                return framebuffer.read().astype(int)

    return draw
