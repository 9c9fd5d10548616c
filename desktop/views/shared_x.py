"""An x axis that several charts share: its ends, and the part of it that is seen."""

from __future__ import annotations

_SAME = 1e-6
"""Of the whole axis: what differs less from it is all of it."""


class SharedX:
    """Zoomed and moved as one; charts ask it for the range that they show.

    pyqtgraph's own links follow the geometry of widgets on a screen: they would shift charts
    of different widths, and say nothing in a picture that is never shown.
    """

    def __init__(self, least: float) -> None:
        self.whole = (0.0, 1.0)
        self.low, self.high = self.whole
        self.is_zoomed = False
        self._least = least

    def fit(self, low: float, high: float) -> bool:
        """Give the axis other ends; a part that is looked at stays. Returns whether all did."""
        if self.whole == (low, high):
            return False
        self.whole = (low, high)
        if self.is_zoomed:
            self._see(self.low, self.high)
        else:
            self.low, self.high = self.whole
        return True

    def zoom(self, low: float, high: float) -> None:
        """See a part of the axis, as near as it can be had."""
        self._see(low, high)
        slack = _SAME * (self.whole[1] - self.whole[0])
        self.is_zoomed = self.low > self.whole[0] + slack or self.high < self.whole[1] - slack
        if not self.is_zoomed:
            self.low, self.high = self.whole

    def refit(self) -> None:
        """See all of it."""
        self.is_zoomed = False
        self.low, self.high = self.whole

    def _see(self, low: float, high: float) -> None:
        begin, end = self.whole
        span = min(max(high - low, self._least), end - begin)
        middle = 0.5 * (low + high)
        low = low if span == high - low else middle - 0.5 * span
        low = min(max(low, begin), end - span)
        self.low, self.high = low, low + span
