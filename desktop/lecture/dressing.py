"""What a beat chooses of what is drawn."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.options import DisplayOptions
from desktop.kinds.table import kind_of
from engine.document.script import Cue


def choose_options(cue: Cue, options: DisplayOptions, *, holds_guess: bool) -> DisplayOptions:
    """The options of the viewer with those of a beat; nothing carries over from another one.

    Args:
        cue: of the beat.
        options: before it.
        holds_guess: whether a curve stands over the pass.
    """
    beat, network = cue.beat, cue.baseline.network
    views = kind_of(network).display.list_lower_views(network)
    lower = beat.lower if beat.lower in (*views, "words") else None
    return replace(
        options,
        is_log=True,
        is_relative=True,
        holds_guess=holds_guess,
        hides_pass=beat.has_hidden_pass,
        lower_view=lower or "history",
        is_lower_folded=lower is None,
        words=cue.words,
        answer=None,
        refusal="",
    )
