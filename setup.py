"""Build the Cython extensions, where there is a C compiler; everything else about the package is in pyproject.toml.

CS231N_DEBUG=1 builds the kernels with every access to their scratch memory checked, to find mistakes in them.
"""
import os
import sysconfig
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Distribution, Extension, setup

DEBUG = os.environ.get("CS231N_DEBUG", "0") != "0"

# Arrays come as typed memoryviews, so NumPy's headers are not needed to build.
extensions = [
    Extension("cs231n.im2col_cython", ["cs231n/im2col_cython.pyx"]),
    Extension(
        "cs231n.fast.kernels._kernels", ["cs231n/fast/kernels/_kernels.pyx"],
        depends=[str(header) for header in Path("cs231n/fast/kernels").glob("*.h")],
        define_macros=[("CS231N_DEBUG", None)] if DEBUG else [],
        # The kernels choose the instruction set when they run, so nothing here asks for this machine's own.
        extra_compile_args=[] if os.name == "nt" else ["-O1", "-g"] if DEBUG else ["-O3", "-g0"],
    ),
    # Square roots of negative numbers are NaN and set no errno, which lets the compiler use its vector instructions.
    Extension(
        "cs231n.fast.kernels._adam", ["cs231n/fast/kernels/_adam.pyx"], depends=["cs231n/fast/kernels/adam.h"],
        extra_compile_args=[] if os.name == "nt" else ["-O3", "-g0", "-fno-math-errno"],
    ),
]
# A student kit has only the sources that its notebooks use.
extensions = cythonize([each for each in extensions if Path(each.sources[0]).is_file()], language_level=3)
for extension in extensions:
    extension.optional = True  # a missing or broken compiler is a warning, and the package then runs on NumPy



class Kit(Distribution):
    """The kit, with its data files in a `pip install -e` as well: there setuptools asks for them by this name."""

    def has_data(self):
        return self.has_data_files()


# Python itself reads this when it starts, so it is installed beside the package as well.
site_packages = os.path.relpath(sysconfig.get_path("purelib"), sysconfig.get_path("data"))
at_start = [str(path) for path in Path("cs231n/course").glob("at_start.pth")]

setup(ext_modules=extensions, data_files=[(site_packages, at_start)], distclass=Kit)
