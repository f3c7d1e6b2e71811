"""The classifiers of torchvision, by name, with random weights."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.networks._torchvision_sizes import SIZES, Size
from ncviz.networks.network import Architecture, Network, Shape, replace_module
from ncviz.parameters import parameter
from ncviz.torchvision import load_torchvision

if TYPE_CHECKING:
    from torch import nn

_WITHOUT_HELPERS = {"aux_logits": False, "init_weights": False}
_OWN = {"googlenet": _WITHOUT_HELPERS, "inception_v3": _WITHOUT_HELPERS}
_SMALL_KERNEL = 3


@dataclass(frozen=True)
class TorchvisionClassifier(Architecture):
    """A classifier of torchvision; how large it is stands in a table, since torch may be absent."""

    title = tr("Classifier of torchvision")

    model: str = parameter(
        "resnet18",
        tr("Which of torchvision's classifiers; its weights are drawn at random."),
        choices=lambda: tuple(SIZES),
        sentence=lambda name, _recipe: _unknown(name),
        said=lambda name: name,
        domain=tr("a classifier of torchvision, such as `resnet18` or `densenet121`"),
        meaning=tr(
            "which one, by torchvision's name; `vit_*`, `maxvit_t` and `squeezenet*` are left "
            "out, since they need images of one size or have no linear classifier"
        ),
    )
    small_stem: bool = parameter(
        True,
        tr(
            "For small images: the first convolution is 3×3 with stride 1, without pooling behind "
            "it."
        ),
        label=tr("3×3 stem"),
        said=lambda on: "" if on else tr("usual stem"),
        meaning=tr(
            "whether the first convolution is made 3 × 3 with stride 1, and the only "
            "max-pooling left out, as is usual for images of 32 pixels; where it cuts images "
            "into patches it stays"
        ),
    )
    measured_at: str = parameter(
        "stages",
        tr("What is measured, with the features that the classifier takes."),
        label=tr("Measured behind"),
        choices={"stages": tr("Stages"), "blocks": tr("Blocks")},
        said=lambda what: tr("measured behind {what}", what=what),
        meaning=tr(
            "what is measured besides the features that the classifier takes, as `ncviz "
            "record` finds them: the stages of the network, or each of its blocks"
        ),
    )
    maps: str = parameter(
        "average",
        tr("What of feature maps is measured."),
        label=tr("Maps"),
        choices={"average": tr("Averaged over places"), "flatten": tr("Flattened")},
        said=lambda way: tr(
            "maps {value}",
            value=tr("flattened") if way == "flatten" else tr("averaged over places"),
        ),
        meaning=tr(
            "feature maps are measured averaged over places, one feature a channel; or "
            "flattened, each place of each channel a feature. The training stays the same"
        ),
    )

    def build(self, shape: Shape, classes: int) -> "nn.Module":
        from torch import nn

        models = load_torchvision().models
        network = models.get_model(
            self.model, weights=None, num_classes=classes, **_OWN.get(self.model, {})
        )
        assert isinstance(network, nn.Module)
        named = network.named_modules()
        name, first = next((name, m) for name, m in named if isinstance(m, nn.Conv2d))
        small = self.small_stem and self._size.has_other_stem
        if small or shape[0] != first.in_channels:
            window: dict[str, Any] = {
                each: getattr(first, each) for each in ("kernel_size", "stride", "padding")
            }
            if small:
                window = {"kernel_size": _SMALL_KERNEL, "stride": 1, "padding": 1}
            has_bias = first.bias is not None
            other = nn.Conv2d(shape[0], first.out_channels, **window, bias=has_bias)
            replace_module(network, name, other)
        pools = [name for name, m in network.named_modules() if isinstance(m, nn.MaxPool2d)]
        if small and len(pools) == 1:
            replace_module(network, pools[0], nn.Identity())
        return network

    def layers(self) -> dict[str, str]:
        return {self._size.classifier: "features"}

    @property
    def found_by(self) -> str:
        return self.measured_at

    def features(self, shape: Shape) -> int:
        return self._size.features

    def weights(self, shape: Shape, classes: int) -> int:
        size = self._size
        kernel = _SMALL_KERNEL if self.small_stem and size.has_other_stem else size.kernel
        stem = size.channels * shape[0] * kernel**2
        return size.others + stem + (size.features + 1) * classes

    def operations(self, shape: Shape, classes: int) -> int:
        size = self._size
        a_pixel = size.products_small if self.small_stem else size.products
        return round(a_pixel * shape[1] * shape[2])

    @property
    def steps(self) -> int:
        return self._size.layers

    def check(self, shape: Shape) -> None:
        least = self._size.least_small if self.small_stem else self._size.least
        if len(shape) != 3:
            raise UserError(
                tr(
                    "The recipe's network is {model} of torchvision: it takes images, and a "
                    "sample of this data set has the shape {value}: choose the "
                    "perceptron.",
                    model=self.model,
                    value=" × ".join(map(str, shape)),
                )
            )
        if shape[1] < least:
            raise UserError(
                tr(
                    "The recipe's image_size is {shape}: the network {model} of torchvision "
                    "needs {least} pixels a side or more.",
                    shape=shape[1],
                    model=self.model,
                    least=least,
                )
            )

    @property
    def has_maps(self) -> bool:
        return True

    @property
    def pooling(self) -> str:
        return self.maps

    @property
    def _size(self) -> Size:
        return SIZES[self.model]

    @property
    def short(self) -> str:
        return self.model

    @property
    def described(self) -> str:
        stem = tr("3×3 stem") if self.small_stem and self._size.has_other_stem else tr("usual stem")
        return tr("{model} of torchvision, {stem}", model=self.model, stem=stem)


def _unknown(name: object) -> str:
    close = [known for known in SIZES if known[:4] == str(name)[:4].lower()][:5]
    return tr(
        "The recipe's model is {name!r}: choose a classifier of torchvision such as {close}.",
        name=name,
        close=", ".join(close or list(SIZES)[:5]),
    )


TORCHVISION = Network(
    "torchvision",
    TorchvisionClassifier,
    tr(
        "Any classifier of torchvision with a linear layer at its end, by name; its weights are "
        "drawn at random, by torchvision's own rules but for the first convolution, which is made "
        "anew where images are grey or the stem is another."
    ),
    order=6,
)
