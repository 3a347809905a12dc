"""Build the Cython extension, where there is a C compiler; everything else about the package is in pyproject.toml."""
from Cython.Build import cythonize
from setuptools import Extension, setup

# `optional`: a missing or broken compiler is a warning, and the package then runs on NumPy.
# Typed memoryviews only, so NumPy's headers are not needed to build.
kernels = Extension("cs231n.im2col_cython", ["cs231n/im2col_cython.pyx"], optional=True)

setup(ext_modules=cythonize([kernels], language_level=3))
