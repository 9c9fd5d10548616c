"""The inspector of the real window: opened by hand, filled by the worker, typeset when seen."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt

from desktop.panels.inspector import InspectorPanel
from engine.kinds.feedforward.records import layer_trace_of
from tests.desktop.person import Person


def open_inspector(person: Person, layer: int) -> InspectorPanel:
    window = person.components.window
    window.docks.inspector.show()
    person.components.workspace.select(layer)
    panel = window.inspector
    person.wait_for(
        lambda: (
            panel.picture.title.startswith(f"Layer {layer} ") and len(panel.picture.histograms) > 1
        )
    )
    return panel


def test_a_selected_layer_lies_on_its_curve_as_the_pass_measured_it(person: Person) -> None:
    panel = open_inspector(person, 2)
    trace = person.components.frame_loop.display.trace
    assert trace is not None
    detail = layer_trace_of(trace).detail
    assert detail is not None
    person.wait_for(lambda: panel.histograms[0].plot is not None)
    plot = panel.histograms[0].plot
    assert plot is not None
    assert plot.picture is not None
    value, slope = plot.picture.curves
    for curve, measured in ((value, detail.values), (slope, detail.slopes)):
        np.testing.assert_array_equal(curve.points[0], detail.arguments)
        order = np.argsort(measured)
        assert (np.diff(curve.points[1][order]) >= -1e-12).all()
    spectrum = panel.picture.histograms[-1]
    np.testing.assert_allclose(spectrum.heights, detail.singular_values / detail.singular_values[0])
    assert "condition number" in spectrum.words


def test_the_equation_is_typeset_when_it_is_seen(person: Person) -> None:
    panel = open_inspector(person, 2)
    assert panel.picture.equation is not None
    assert panel.equation.picture == panel.picture.equation
    person.wait_for(lambda: panel.equation.is_typeset)
    person.components.workspace.select(1)
    person.wait_for(lambda: panel.picture.title.startswith("Layer 1 "))
    assert panel.equation.is_typeset, "another layer has other numbers in the same formulas"
    person.components.workspace.select(None)
    person.wait_for(lambda: not panel.equation.isVisible())


def test_update_to_weight_follows_the_training_and_forgets_what_is_rewound(person: Person) -> None:
    panel = open_inspector(person, 2)
    person.components.training_commands.run_to(30)
    person.wait_idle_at(30)
    person.wait_for(lambda: "of 31 iterations" in (_words(panel)))
    curve = panel.picture.update_curve
    assert curve is not None
    assert curve.curves[0].points[0].max() == 30
    person.components.training_commands.rewind()
    person.wait_idle_at(0)
    person.wait_for(lambda: _words(panel) == "Recorded in 1 of 1 iterations.")


def _words(panel: InspectorPanel) -> str:
    curve = panel.picture.update_curve
    return "" if curve is None else curve.words


@pytest.mark.parametrize("width", [264, 336])
def test_nothing_of_it_is_wider_than_its_dock(person: Person, width: int) -> None:
    panel = open_inspector(person, 2)
    person.components.window.resizeDocks(
        [person.components.window.docks.inspector], [width], Qt.Orientation.Horizontal
    )
    person.wait_for(lambda: panel.equation.is_typeset)
    equation = panel.equation
    assert all(room.right() <= equation.width() for room in equation.list_rooms(equation.width()))
    for widget in (equation, panel.equation_note, panel.update_curve, panel.histograms[0]):
        right = widget.mapTo(panel, widget.rect().topRight()).x()
        assert right <= panel.width()


def test_what_typesets_is_not_loaded_before_an_equation_is_seen() -> None:
    code = (
        "import sys, desktop.app.program, desktop.panels.inspector, desktop.widgets.equation_view\n"
        "assert not {'ziamath', 'ziafont', 'latex2mathml'} & set(sys.modules), 'too early'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
