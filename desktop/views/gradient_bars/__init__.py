"""The gradient bars: one chart with its bars, lines and numbers."""
