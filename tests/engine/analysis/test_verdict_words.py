"""Every verdict has its name and its sentences, made of its values alone."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from engine.analysis.verdict_words import WORDS, name_verdict, tell_verdict
from engine.records.evidence import Carried, Stretch
from engine.records.frames import NonFinite
from engine.records.record import WeightMotion
from engine.records.verdict import Ground, Verdict, VerdictKind

PLAIN = Verdict(
    kind="healthy",
    ground="strength",
    first_last_ratio=0.5,
    carried=Carried("layers", 1, 0.5),
    last_gradient=0.1,
    noun="layer",
    part="layer",
    layer_count=3,
    first_update=1e-3,
    largest_update=2e-3,
    most_moved_layer=2,
    motion=WeightMotion(48, 48, 0.1, "float32"),
)

SENTENCES: dict[Ground, tuple[Verdict, str]] = {
    "halt": (
        replace(PLAIN, kind="nan", halted=NonFinite(1_234, 7, "backward")),
        (
            "The first number that is not finite appeared in the backward pass of layer 7 at "
            "iteration 1,234; the last good state is kept."
        ),
    ),
    "nonfinite_loss": (
        replace(PLAIN, kind="nan"),
        "The loss is not a finite number, so no gradient can be trusted.",
    ),
    "nonfinite_gradient": (
        replace(PLAIN, kind="nan", nonfinite_place=2),
        "The gradient is no longer a finite number from layer 2 on towards the input.",
    ),
    "dead_layers": (
        replace(PLAIN, kind="dead", dead_layers=(2, 3)),
        (
            "At least 99 % of the units of layer 2, and of 1 more, do not respond to any sample "
            "of the batch, so hardly any gradient passes through them; still, layer 1 receives "
            "0.50 of the last layer's gradient."
        ),
    ),
    "no_gradient": (
        replace(PLAIN, kind="frozen", carried=Carried("layers", 1, None)),
        "The loss gives no gradient: its derivative at the output is exactly 0.",
    ),
    "standstill": (
        replace(PLAIN, kind="frozen", motion=WeightMotion(0, 48, 0.1, "float32")),
        (
            "Layer 1 receives 0.50 of the last layer's gradient. None of its 48 weights changes: "
            "an update of 1 × 10⁻³ of their size is too small for float32."
        ),
    ),
    "strength": (
        PLAIN,
        (
            "Layer 1 receives 0.50 of the last layer's gradient, and an update changes its weights "
            "by 1 × 10⁻³ of their size."
        ),
    ),
}


@pytest.mark.parametrize("ground", get_args(Ground))
def test_every_ground_has_its_sentence(ground: Ground) -> None:
    verdict, sentence = SENTENCES[ground]
    assert tell_verdict(replace(verdict, ground=ground)) == sentence
    swinging = replace(verdict, ground=ground, is_oscillating=True)
    oscillates = " The loss is oscillating by more than half of its mean."
    assert tell_verdict(swinging) == sentence + oscillates


@pytest.mark.parametrize("kind", get_args(VerdictKind))
def test_every_kind_has_its_name(kind: VerdictKind) -> None:
    assert name_verdict(replace(PLAIN, kind=kind)) == WORDS[kind]
    without = replace(PLAIN, kind=kind, ground="no_gradient")
    assert name_verdict(without) == "No gradient"


def test_a_change_of_one_value_changes_its_words_alone() -> None:
    stretch = Stretch(1, 6, 6)
    told = tell_verdict(replace(PLAIN, carried=Carried("h", 2, 0.5), stretch=stretch))
    assert told == (
        "The hidden state of layer 2 carries 0.50 of the gradient to the first time step, and an "
        "update changes the recurrent weights by 1 × 10⁻³ of their size."
    )
    one = replace(PLAIN, carried=Carried("c", 1, 0.5), stretch=stretch, layer_count=1)
    assert tell_verdict(one) == told.replace("hidden", "cell").replace(" of layer 2", "")
    exploding = replace(PLAIN, kind="exploding", largest_update=3.0)
    assert "an update of layer 2 is 3.0 times as large" in tell_verdict(exploding)
    strong = replace(PLAIN, kind="strong", largest_update=0.06)
    assert "one update changes layer 2 by 0.060 of its weights' size" in tell_verdict(strong)
