"""A compute host of virtual machines in the same cloud: a nova-compute with Nova's own fake driver, which has a console and nothing behind it."""

NAME = 'machines'


class VirtualHost:
    def __init__(self, stack):
        self._cloud = stack.cloud

    def start(self):
        folder = self._cloud.folder / NAME
        self._cloud.write(
            'nova-%s.conf' % NAME,
            {
                'DEFAULT': {'host': NAME, 'state_path': folder, 'compute_driver': 'fake.FakeDriver'},
                'oslo_concurrency': {'lock_path': folder / 'lock'},
            },
        )
        (folder / 'instances').mkdir(parents=True)
        self._cloud.service('nova-' + NAME, 'nova.cmd.compute', ['nova.conf', 'nova-%s.conf' % NAME])
        self._cloud.map_host('nova-' + NAME, NAME)
