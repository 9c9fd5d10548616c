"""Lectures, played without a screen: what a beat leads to, and whether its claims hold."""
