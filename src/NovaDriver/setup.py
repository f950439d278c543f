"""What pyproject.toml cannot say: novadocker.pth goes beside the package, where Python reads it at each start."""

import pathlib

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithFinder(build_py):
    def run(self):
        super().run()
        self.copy_file('novadocker.pth', str(pathlib.Path(self.build_lib, 'novadocker.pth')))


setup(cmdclass={'build_py': BuildWithFinder})
