"""The kinds of network there are."""

from __future__ import annotations

from engine.document.specs import NetworkSpec
from engine.kinds.feedforward.kind import FeedforwardKind
from engine.kinds.protocol import Kind
from engine.kinds.recurrent.kind import RecurrentKind

KINDS: tuple[Kind, ...] = (FeedforwardKind(), RecurrentKind())


def kind_of(network: NetworkSpec) -> Kind:
    """The kind of a network."""
    return find_kind(network.kind)


def find_kind(name: str) -> Kind:
    """The kind of the document's name."""
    return next(kind for kind in KINDS if kind.name == name)
