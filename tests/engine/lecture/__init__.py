"""Tests of lectures without a screen."""
