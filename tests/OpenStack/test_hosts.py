"""One Nova, two compute hosts of ours, each with an engine of its own."""

import unittest

from second_host import NAME, second_host
from stack import Stack, until

FIRST = 'localhost'


def setUpModule():
    global stack, second
    stack = Stack()
    unittest.addModuleCleanup(stack.stop)
    stack.start()
    second = second_host(stack.cloud)
    unittest.addModuleCleanup(second.stop)
    second.start()


class HostsTests(unittest.TestCase):
    def setUp(self):
        self.demo, self.admin = stack.demo, stack.admin

    def boot(self, image=None, host=None):
        """Where Nova wants, or where an administrator says."""
        person = self.admin if host else self.demo
        fields = {'availability_zone': 'nova:' + host} if host else {}
        server = person.create(image or stack.image, **fields)
        self.addCleanup(person.delete, server)
        until(lambda: self.admin.server(server)['status'] == 'ACTIVE', lambda: self.admin.server(server))
        return server

    def host(self, server):
        return self.admin.server(server)['OS-EXT-SRV-ATTR:host']

    def test_nova_spreads_servers_over_both_and_each_is_where_nova_says(self):
        servers = [self.boot() for _ in range(4)]

        self.assertEqual({FIRST, NAME}, {self.host(server) for server in servers})
        for server in servers:
            here, there = stack.host.containers(server), second.containers(server)
            self.assertEqual((self.host(server) == FIRST, self.host(server) == NAME), (here != '', there != ''))

    def test_member_sees_the_host_as_a_hash_that_tells_hosts_apart(self):
        one, two = self.boot(host=FIRST), self.boot(host=NAME)

        hashes = [self.admin.server(server)['hostId'] for server in (one, two)]
        self.assertEqual(2, len(set(hashes)))

    def test_snapshot_of_one_host_boots_on_the_other(self):
        server = self.boot(host=NAME)
        until(lambda: 'new' in self.admin.console(server), lambda: self.admin.console(server))

        snapshot = self.admin.act(server, 'createImage', name='copy')['image_id']
        until(lambda: self.admin.image(snapshot)['status'] == 'active', lambda: second.log())
        copy = self.boot(snapshot, host=FIRST)

        until(lambda: 'marked' in self.admin.console(copy), lambda: self.admin.console(copy))

    def test_disabled_host_takes_nothing_new(self):
        self.admin.disable(NAME, 'new disk')
        self.addCleanup(self.admin.enable, NAME)

        self.assertEqual({FIRST}, {self.host(self.boot()) for _ in range(3)})


if __name__ == '__main__':
    unittest.main()
