"""The driver by pip: Nova loads it by the report's line, and an uninstall leaves nothing. It asks no index: Nova is there, and so are setuptools and wheel."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import novadocker
from test_loader import SOURCE

LOAD = '''
from nova.virt import driver
print(type(driver.load_compute_driver(None, 'novadocker.virt.docker.DockerDriver')))
'''


class PipTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.venv = pathlib.Path(folder.name, 'venv')
        # pip builds in the folder that it is given.
        self.source = shutil.copytree(SOURCE, pathlib.Path(folder.name, 'source'))
        self.run_it(sys.executable, '-m', 'venv', '--system-site-packages', self.venv)

    def test_nova_loads_it_by_the_reports_line_and_an_uninstall_leaves_nothing(self):
        before = set(self.venv.rglob('*'))

        self.run_it(self.python, '-m', 'pip', 'install', '--no-index', '--no-build-isolation', self.source)
        self.assertIn('novadocker.driver.DockerDriver', self.run_it(self.python, '-W', 'ignore', '-c', LOAD))
        self.assertIn('Version: %s\n' % novadocker.__version__, self.run_it(self.python, '-m', 'pip', 'show', 'novadocker'))

        self.run_it(self.python, '-m', 'pip', 'uninstall', '--yes', 'novadocker')
        self.assertEqual(before, set(self.venv.rglob('*')))

    def test_install_sh_takes_away_what_pip_installed(self):
        before = set(self.venv.rglob('*'))

        self.run_it(self.python, '-m', 'pip', 'install', '--no-index', '--no-build-isolation', self.source)
        self.run_it(self.source / 'install.sh', '--remove', self.python)
        self.assertEqual(before, set(self.venv.rglob('*')))

    @property
    def python(self):
        return self.venv / 'bin/python'

    @staticmethod
    def run_it(*command):
        # The tests' own path would lead to the driver, too.
        environment = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout
