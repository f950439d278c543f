"""Lets Nova find the driver without a change to Nova.

Nova loads ``nova.virt.<compute_driver>`` and looks nowhere else. What its package ``nova.virt``
is has changed: a pkg_resources namespace up to 2024.2, an ordinary package since. So a finder
answers for the names that ``compute_driver = novadocker.virt.docker.DockerDriver`` leads to, which
works on both. ``novadocker.pth`` installs it at every start of this Python, so it must stay small
and import nothing.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

CLASS = 'nova.virt.novadocker.virt.docker'
PACKAGES = ('nova.virt.novadocker', 'nova.virt.novadocker.virt')


class DriverFinder(MetaPathFinder, Loader):
    """Finds the three modules of the name that nova.conf gives."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname == CLASS or fullname in PACKAGES:
            return ModuleSpec(fullname, self, origin='novadocker', is_package=fullname != CLASS)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        if module.__name__ == CLASS:
            from novadocker.driver import DockerDriver

            module.DockerDriver = DockerDriver


def install():
    """Puts the finder in place, once."""
    if not any(isinstance(finder, DriverFinder) for finder in sys.meta_path):
        sys.meta_path.append(DriverFinder())
