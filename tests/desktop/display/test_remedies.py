"""How remedies, effects and trials are written."""

from __future__ import annotations

from desktop.display.remedies import (
    WAITING,
    describe_changes,
    describe_effect,
    describe_trial,
    explain_effect,
    tell_outcome,
)
from engine.analysis.remedies import apply_remedy
from engine.documents import load_scene
from engine.records.remedy import Effect, Remedy, Trial

SKIPS = Remedy(
    "Skips, 1/L",
    "bounded_derivative",
    (("network.skip.every", 1), ("network.skip.scale", "1/L")),
)
CLIP = Remedy("Clip at 1", "bounded_derivative", (("training.clip.kind", "norm"),), True)


def test_an_effect_is_what_is_carried_before_and_after() -> None:
    assert describe_effect(None) == WAITING
    assert describe_effect(Effect(SKIPS, 1.88e-8, 0.99, None, helps=True)) == "1.9 × 10⁻⁸ → 0.99"
    assert describe_effect(Effect(SKIPS, None, 0.0, None, helps=False)) == "no number → 0"
    refused = Effect(SKIPS, 1.0, None, None, helps=False, problem="It is too large.")
    assert describe_effect(refused) == "cannot be measured"
    assert explain_effect(refused) == "It is too large."
    assert explain_effect(None) == "Its effect is being measured."


def test_a_tool_tip_tells_every_change_and_what_becomes_of_the_weights() -> None:
    scene = load_scene("1-sigmoid-depth-10")
    told = describe_changes(scene, SKIPS, apply_remedy(scene, SKIPS))
    assert told.splitlines()[:3] == [
        "Skips, 1/L",
        "network.skip.every = 1",
        "network.skip.scale = 1/L",
    ]
    assert "begins anew" not in told
    he = Remedy("He", "weights_too_small", (("network.initialisation.scheme", "he_normal"),))
    assert "begins anew" in describe_changes(scene, he, apply_remedy(scene, he))
    many = Remedy("Many", "unclear", tuple((f"network.layers.{i}.units", 8) for i in range(12)))
    told = describe_changes(scene, many, scene)
    assert "network.layers.6.units = 8" in told
    assert "network.layers.7.units = 8" not in told
    assert "and 5 more like these" in told


def test_an_outcome_says_whether_it_helped_as_measured() -> None:
    assert tell_outcome(CLIP, 2e-8, 2e-8, helps=False, still="vanishing", is_new=False) == (
        "“Clip at 1” did not help here: measured, 2 × 10⁻⁸ → 2 × 10⁻⁸."
    )
    assert tell_outcome(CLIP, 2e-8, 2e-5, helps=True, still="vanishing", is_new=True) == (
        "“Clip at 1” helped a little: measured, 2 × 10⁻⁸ → 2 × 10⁻⁵, and still vanishing. "
        "The network began anew."
    )
    told = tell_outcome(SKIPS, 2e-8, 1.0, helps=True, still="", is_new=False)
    assert told == (
        "“Skips, 1/L” helped: measured, 2 × 10⁻⁸ → 1.0; whether it learns, only training shows."
    )


def test_a_trial_that_ended_at_a_nan_says_so() -> None:
    whole = Trial(300, 0.5, 0.31, 0.825, None, None)
    assert describe_trial(whole, 300) == ("300", "0.50", "0.31", "82.5 %")
    broken = Trial(2, None, None, None, 0.4, None)
    assert describe_trial(broken, 300) == ("NaN/Inf after 2", "no number", "–", "R² 0.40")
    assert describe_trial(None, 300) == ("", "", "", "")
