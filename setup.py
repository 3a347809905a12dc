"""Build the Cython extensions, where there is a C compiler; everything else about the package is in pyproject.toml."""
from Cython.Build import cythonize
from setuptools import setup

# Typed memoryviews only, so NumPy's headers are not needed to build.
kernels = cythonize("cs231n/*.pyx", language_level=3)
for kernel in kernels:
    kernel.optional = True  # a missing or broken compiler is a warning, and the package then runs on NumPy

setup(ext_modules=kernels)
