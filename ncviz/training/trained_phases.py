"""Carries out a recipe's regimen: an optimiser for each phase, and steps of it."""

from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.networks.classifiers._modules import ClassMeanRows
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import Recipe
from ncviz.training.regimen import (
    ALL,
    CLASSIFIER,
    Phase,
    freeze,
    layer_of_each,
    layers_of,
    read_phases,
)


def _draws(module: nn.Module) -> bool:
    """Tell whether a module draws while it is trained: dropout, or blocks left out by chance."""
    return ("Drop" in type(module).__name__ and float(getattr(module, "p", 1.0)) > 0) or (
        type(module).__name__ == "StochasticDepth"
    )


class TrainedPhases:
    """Trains a network phase by phase.

    Parameters
    ----------
    recipe : Recipe
    network : nn.Module

    Raises
    ------
    UserError
        If a phase leaves nothing to train.
    """

    def __init__(self, recipe: Recipe, network: nn.Module) -> None:
        self._recipe = recipe
        self._network = network
        self._loss = recipe.loss_function
        self._phases = read_phases(recipe.regimen.phases, recipe.epochs)
        layers = recipe.whole_network.layers()
        self._layer_of = layer_of_each(network, layers, layers_of(recipe))
        self._asks_again = optimizers()[recipe.optimizer].asks_again
        self._following = [each for each in network.modules() if isinstance(each, ClassMeanRows)]
        self._features: Tensor | None = None
        for phase in self._phases:
            self._require_weights(phase)
        if self._asks_again and any(map(_draws, network.modules())):
            raise UserError(
                tr(
                    "The recipe's optimizer is {optimizer}, which compares losses of the same "
                    "batch, and its network, {short}, draws by dropout, which "
                    "changes them: choose another optimizer or network.",
                    optimizer=recipe.optimizer,
                    short=recipe.architecture.short,
                )
            )
        if recipe.regimen.feature_decay:
            *_, classifier = layers
            network.get_submodule(classifier).register_forward_pre_hook(self._keep_features)

    def _require_weights(self, phase: Phase) -> None:
        """Refuse a phase in which nothing would train."""
        if not any(map(phase.trains, self._layer_of.values())):
            raise UserError(
                tr(
                    "The recipe's phases leave nothing to train from epoch {first}: "
                    "{layers} has no weights; name another layer.",
                    first=phase.first,
                    layers=" + ".join(phase.layers),
                )
            )

    def _keep_features(self, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self._features = inputs[0]

    def begins_at(self, epoch: int) -> bool:
        """Tell whether a phase begins with an epoch."""
        return any(phase.first == epoch for phase in self._phases)

    def begin(self, epoch: int) -> torch.optim.Optimizer:
        """Freeze what does not train at an epoch, and return the optimiser of the rest."""
        recipe = self._recipe
        phase = next(each for each in self._phases if each.first <= epoch <= each.last)
        build = optimizers()[recipe.optimizer].build
        if len(self._phases) == 1 and phase.layers == (ALL,) and recipe.regimen.decayed == ALL:
            return build(self._network.parameters(), recipe.learning_rate, recipe.weight_decay)
        freeze(self._network, self._layer_of, phase, recipe.regimen.frozen_norm)
        for rows in self._following:
            rows.train(phase.trains(CLASSIFIER))
        trained = [(n, w) for n, w in self._network.named_parameters() if w.requires_grad]
        groups: list[dict[str, Any]] = [{"params": [weight for _, weight in trained]}]
        if recipe.regimen.decayed != ALL:
            own = [w for n, w in trained if self._layer_of[n] == CLASSIFIER]
            rest = [w for n, w in trained if self._layer_of[n] != CLASSIFIER]
            groups = [{"params": own}, {"params": rest, "weight_decay": 0.0}]
        filled = [group for group in groups if group["params"]]
        return build(filled, recipe.learning_rate, recipe.weight_decay)

    def step(self, optimizer: torch.optim.Optimizer, inputs: Tensor, labels: Tensor) -> Tensor:
        """Make one step, and return the logits of the batch before it."""
        logits: list[Tensor] = []

        def closure() -> Tensor:
            logits.append(self._network(inputs))
            loss = self._loss(logits[-1], labels)
            if self._features is not None:
                decay = self._recipe.regimen.feature_decay
                loss = loss + decay / 2 * self._features.flatten(1).square().sum(1).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            return loss

        if self._asks_again:
            optimizer.step(closure)  # type: ignore[arg-type]
        else:
            closure()
            optimizer.step()
        for rows in self._following:
            if rows.training:  # else they are frozen
                rows.follow(labels)
        return logits[0]
