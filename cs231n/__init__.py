"""Layers, classifiers and course tools for deep learning for vision, in NumPy."""
