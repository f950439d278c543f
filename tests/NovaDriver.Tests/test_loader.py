"""The line of nova.conf leads to the driver, whatever nova.virt is and wherever it comes from on the path."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent / 'src' / 'NovaDriver'
SHAPES = {'a namespace, up to 2024.2': "__import__('pkg_resources').declare_namespace(__name__)\n", 'a package, since 2025.1': ''}

# What nova.virt.driver.load_compute_driver does.
LOAD = '''
import importlib, sys, types
sys.modules['novadocker.driver'] = types.SimpleNamespace(DockerDriver='the driver')
import nova.virt
package, name = 'nova.virt.novadocker.virt.docker.DockerDriver'.rsplit('.', 1)
print(getattr(importlib.import_module(package), name), nova.marker)
'''


class LoaderTests(unittest.TestCase):
    def test_both_shapes_in_both_orders(self):
        for shape, text in SHAPES.items():
            for ours_first in (True, False):
                with self.subTest(shape, ours_first=ours_first):
                    self.assertEqual("the driver nova's own", self.load(text, ours_first))

    def test_without_the_finder_nova_finds_nothing(self):
        with self.assertRaises(subprocess.CalledProcessError):
            self.load('', True, install='')

    def load(self, text, ours_first, install='import novadocker.loader; novadocker.loader.install(); novadocker.loader.install()'):
        with tempfile.TemporaryDirectory() as folder:
            virt = pathlib.Path(folder, 'nova', 'virt')
            virt.mkdir(parents=True)
            (virt.parent / '__init__.py').write_text('marker = "nova\'s own"\n')
            (virt / '__init__.py').write_text(text)
            path = [str(SOURCE), folder] if ours_first else [folder, str(SOURCE)]
            script = 'import sys; sys.path[:0] = %r\n%s\n%s' % (path, install, LOAD)
            return subprocess.run([sys.executable, '-W', 'ignore', '-c', script], check=True, capture_output=True, text=True).stdout.strip()


class InstallTests(unittest.TestCase):
    def test_installs_and_removes_beside_the_given_python(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, '-m', 'venv', '--without-pip', folder], check=True)
            python = folder + '/bin/python'
            install = [str(SOURCE / 'install.sh')]

            subprocess.run(install + [python], check=True, capture_output=True)
            hooked = subprocess.run(
                [python, '-c', 'import sys; print([type(f).__name__ for f in sys.meta_path])'], check=True, capture_output=True, text=True
            )
            self.assertIn('DriverFinder', hooked.stdout)

            subprocess.run(install + ['--remove', python], check=True, capture_output=True)
            self.assertNotIn('DriverFinder', subprocess.run(hooked.args, check=True, capture_output=True, text=True).stdout)


if __name__ == '__main__':
    unittest.main()
