"""The driver's methods take what Nova calls them with: this Nova's base class is asked, and what newer releases added."""

import inspect
import unittest

from nova.virt.driver import ComputeDriver
from novadocker.driver import DockerDriver

# nova/virt/driver.py of 2026.2, where it differs from Zed: how compute/manager.py calls it.
NEWER = {
    'reboot': (
        ('context', 'instance', 'network_info', 'SOFT'),
        {'block_device_info': None, 'bad_volumes_callback': None, 'accel_info': None, 'share_info': None},
    ),
    'power_on': (('context', 'instance', 'network_info'), {'block_device_info': None, 'accel_info': None, 'share_info': None}),
    'resume_state_on_host_boot': (('context', 'instance', 'network_info', 'share_info', 'block_device_info'), {}),
}

# What Nova cannot do without, and what its users press.
NEEDED = {
    'init_host',
    'cleanup_host',
    'get_available_nodes',
    'get_available_resource',
    'update_provider_tree',
    'list_instances',
    'list_instance_uuids',
    'get_info',
    'spawn',
    'destroy',
    'cleanup',
    'plug_vifs',
    'unplug_vifs',
    'power_off',
    'power_on',
    'reboot',
    'pause',
    'unpause',
    'snapshot',
    'get_console_output',
    'get_host_ip_addr',
    'get_host_uptime',
    'resume_state_on_host_boot',
}

# Nova does these by its own means, with the network that the driver would not have.
LEFT_TO_NOVA = {'soft_delete', 'restore', 'rebuild', 'get_num_instances', 'instance_exists', 'get_nodenames_by_uuid'}


class SignatureTests(unittest.TestCase):
    def test_needed_methods_are_there(self):
        self.assertEqual(set(), {name for name in NEEDED if name not in vars(DockerDriver)})

    def test_what_nova_does_better_is_left_to_it(self):
        self.assertEqual(set(), LEFT_TO_NOVA & set(vars(DockerDriver)))

    def test_overrides_take_the_base_classs_parameters(self):
        for name, method in vars(DockerDriver).items():
            base = getattr(ComputeDriver, name, None)
            if name.startswith('_') or base is None or not inspect.isfunction(method):
                continue
            with self.subTest(name):
                ours, theirs = list(inspect.signature(method).parameters.values()), list(inspect.signature(base).parameters.values())
                named = [p for p in ours if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
                self.assertEqual([p.name for p in theirs[: len(named)]], [p.name for p in named])
                for extra in theirs[len(named) :]:
                    self.assertTrue(any(p.kind is inspect.Parameter.VAR_KEYWORD for p in ours), extra)
                for our, their in zip(named, theirs):
                    if their.default is not inspect.Parameter.empty:
                        self.assertEqual(their.default, our.default, their.name)

    def test_public_methods_are_novas(self):
        ours = {name for name, method in vars(DockerDriver).items() if inspect.isfunction(method) and not name.startswith('_')}

        self.assertEqual(set(), {name for name in ours if not hasattr(ComputeDriver, name)})

    def test_newer_releases_calls_bind(self):
        for name, (args, kwargs) in NEWER.items():
            with self.subTest(name):
                inspect.signature(getattr(DockerDriver, name)).bind(None, *args, **kwargs)


if __name__ == '__main__':
    unittest.main()
