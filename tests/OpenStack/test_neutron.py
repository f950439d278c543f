"""Ports of a real Neutron: its server and its Linux bridge agent, beside a real Nova with our driver.

Networks and servers are demo's, who is a member of a project and no more.
"""

import json
import subprocess
import unittest
import uuid

from clients import Clients, cell, row
from neutron_host import Networks, NeutronHost
from stack import Stack, docker_archive, until

FIRST_LOOK = """
for i in /sys/class/net/eth*; do echo ${i##*/} mac $(cat $i/address); echo ${i##*/} mtu $(cat $i/mtu); done
busybox ip -o addr | while read number name kind address rest; do echo $name has $address; done
busybox ip route
echo looked
exec sleep 100000
"""


def setUpModule():
    global stack, host, demo, image, network
    stack = Stack(NeutronHost)
    unittest.addModuleCleanup(stack.stop)
    stack.start()
    host, demo = stack.host, Networks(stack, 'demo')
    image = stack.admin.upload('looks', docker_archive(FIRST_LOOK), visibility='public')
    stack.admin.approve(image)
    network = demo.make('networks', name='private', mtu=1400)
    demo.make(
        'subnets',
        network_id=network['id'],
        ip_version=4,
        cidr='10.77.0.0/24',
        dns_nameservers=['192.0.2.53'],
        host_routes=[{'destination': '10.50.0.0/16', 'nexthop': '10.77.0.99'}],
    )
    demo.make('subnets', network_id=network['id'], ip_version=6, cidr='fd00:77::/64')


class NeutronTests(unittest.TestCase):
    def setUp(self):
        self.demo = demo

    def boot(self, kept=False, **fields):
        server = self.demo.create(image, **{'networks': [{'uuid': network['id']}], **fields})
        if not kept:
            self.addCleanup(self.demo.delete, server)
        self.reaches(server, 'ACTIVE')
        return server

    def reaches(self, server, status):
        def there():
            now = self.demo.server(server)
            return now['status'] == status and now['OS-EXT-STS:task_state'] is None

        until(there, lambda: '%s\n%s' % (self.demo.server(server), host.log()))

    def act(self, server, action, status, **arguments):
        self.demo.act(server, action, **arguments)
        self.reaches(server, status)

    def port(self, server):
        (port,) = self.demo.ports(server)
        return port

    def address(self, server, of=4):
        return next(found['ip_address'] for found in self.port(server)['fixed_ips'] if (':' in found['ip_address']) == (of == 6))

    def pings(self, server, other):
        """At last: the agent looks at its ports once a second."""
        until(lambda: host.pings(server, self.address(other)), lambda: stack.cloud.log('agent'))

    def does_not_ping(self, server, other):
        until(lambda: not host.pings(server, self.address(other)), lambda: stack.cloud.log('agent'))

    def test_first_command_sees_all_that_the_port_has(self):
        server = self.boot()
        until(lambda: 'looked' in self.demo.console(server), lambda: self.demo.console(server))

        port, said = self.port(server), self.demo.console(server)
        self.assertEqual('ACTIVE', port['status'])
        for line in (
            'eth0 mac ' + port['mac_address'],
            'eth0 mtu 1400',
            'eth0 has %s/24' % self.address(server),
            'eth0 has %s/64' % self.address(server, of=6),
            'default via 10.77.0.1 dev eth0',
            '10.50.0.0/16 via 10.77.0.99 dev eth0',
        ):
            self.assertIn(line, said)
        self.assertEqual(['192.0.2.53'], json.loads(host.docker('inspect', '-f', '{{json .HostConfig.Dns}}', host.containers(server))))

    def test_security_groups_decide_who_is_reached(self):
        closed = self.demo.make('security-groups', name='closed')
        port = self.demo.make('ports', network_id=network['id'], security_groups=[closed['id']])
        self.addCleanup(self.demo.neutron, 'delete', '/ports/' + port['id'])
        one, other, shut = self.boot(), self.boot(), self.boot(networks=[{'port': port['id']}])

        # The default group lets its members in.
        self.pings(one, other)
        self.assertFalse(host.pings(one, self.address(shut)))
        rule = self.demo.make('security-group-rules', security_group_id=closed['id'], direction='ingress', protocol='icmp', ethertype='IPv4')
        self.pings(one, shut)
        self.demo.neutron('delete', '/security-group-rules/' + rule['id'])
        self.does_not_ping(one, shut)

    def test_port_is_kept_through_all_that_is_done_to_a_server(self):
        server, other = self.boot(), self.boot()
        port = self.port(server)

        for action, arguments, status in [
            ('reboot', {'type': 'SOFT'}, 'ACTIVE'),
            ('reboot', {'type': 'HARD'}, 'ACTIVE'),
            ('pause', {}, 'PAUSED'),
            ('unpause', {}, 'ACTIVE'),
            ('rebuild', {'imageRef': image}, 'ACTIVE'),
            ('os-stop', {}, 'SHUTOFF'),
            ('os-start', {}, 'ACTIVE'),
        ]:
            with self.subTest(action, **arguments):
                self.act(server, action, status, **arguments)
                if status == 'ACTIVE':
                    self.has(server, port)
                    self.pings(other, server)

    def test_port_is_kept_over_a_restart_of_the_engine(self):
        server, other = self.boot(), self.boot()
        port = self.port(server)

        for end in (host.stop_engine, host.kill_engine):
            with self.subTest(end.__name__):
                end()
                host.start_engine()
                for each in (server, other):
                    self.reaches(each, 'SHUTOFF')
                    # The links of a killed engine's containers go with it; the agent has to see that before they come again.
                    until(lambda: self.port(each)['status'] == 'DOWN' or 'tap' + self.port(each)['id'][:11] in host.links(), lambda: stack.cloud.log('agent'))
                    self.act(each, 'os-start', 'ACTIVE')
                self.has(server, port)
                self.pings(other, server)

    def test_port_is_kept_over_a_start_of_the_host(self):
        server, other = self.boot(), self.boot()
        port = self.port(server)
        for each in (server, other):
            self.act(each, 'os-stop', 'SHUTOFF')

        host.lose_power()
        host.start_again()
        until(lambda: 'tap' + port['id'][:11] in host.links(), lambda: host.log())
        for each in (server, other):
            self.act(each, 'os-start', 'ACTIVE')

        self.has(server, port)
        self.pings(other, server)

    def test_port_comes_and_goes_while_the_server_runs(self):
        server = self.boot()
        second = self.demo.make('networks', name='second')
        self.demo.make('subnets', network_id=second['id'], ip_version=4, cidr='10.78.0.0/24')

        made = self.demo.nova('post', '/servers/%s/os-interface' % server, {'interfaceAttachment': {'net_id': second['id']}})['interfaceAttachment']
        said = host.inside(server, 'busybox', 'ip', '-o', 'addr')[1]
        self.assertIn(made['fixed_ips'][0]['ip_address'] + '/24', said)
        self.assertIn(made['mac_addr'], host.inside(server, 'busybox', 'ip', 'link')[1])
        until(lambda: self.demo.neutron('get', '/ports/' + made['port_id'])['port']['status'] == 'ACTIVE', lambda: stack.cloud.log('agent'))
        self.act(server, 'reboot', 'ACTIVE', type='HARD')
        self.assertIn(made['fixed_ips'][0]['ip_address'] + '/24', host.inside(server, 'busybox', 'ip', '-o', 'addr')[1])

        # Either way: from the server, or the port itself.
        self.demo.neutron('delete', '/ports/' + made['port_id'])
        until(lambda: made['mac_addr'] not in host.inside(server, 'busybox', 'ip', 'link')[1], lambda: host.log())
        until(lambda: 'tap' + made['port_id'][:11] not in host.links(), host.links)

    def test_server_without_a_port_gets_one_later(self):
        server = self.demo.create(stack.image, networks='none')
        self.addCleanup(self.demo.delete, server)
        self.reaches(server, 'ACTIVE')

        made = self.demo.nova('post', '/servers/%s/os-interface' % server, {'interfaceAttachment': {'net_id': network['id']}})['interfaceAttachment']

        self.assertIn('eth0', host.inside(server, 'busybox', 'ip', '-o', 'link')[1])
        self.assertIn(made['mac_addr'], host.inside(server, 'busybox', 'ip', 'link')[1])

    def test_delete_leaves_nothing(self):
        server = self.boot(kept=True)
        port = self.port(server)
        self.assertIn('tap' + port['id'][:11], host.links())

        self.demo.delete(server)

        self.assertEqual('', host.containers(server))
        self.assertNotIn('tap' + port['id'][:11], host.links())
        self.assertEqual('', host.docker('network', 'ls', '-q', '--filter', 'label=openstack.port=' + port['id']))
        self.assertEqual([], self.demo.ports(server))

    def has(self, server, port):
        said = host.inside(server, 'busybox', 'ip', '-o', 'addr')[1] + host.inside(server, 'busybox', 'ip', 'link')[1]
        for expected in [port['mac_address'], 'mtu 1400'] + [found['ip_address'] + '/' for found in port['fixed_ips']]:
            self.assertIn(expected, said)


class ReportCommandTests(unittest.TestCase):
    """The commands of the 2014 report with the stock clients: an administrator brings the image, a member boots it on a network."""

    def setUp(self):
        self.admin, self.demo = Clients(stack.cloud, 'admin'), Clients(stack.cloud, 'demo')
        self.name = 'report-' + uuid.uuid4().hex[:8]

    def upload(self):
        """An image of the engine's own, approved; its id."""
        layers = subprocess.run(['tar', '-C', '/', '-c', 'bin/busybox'], check=True, capture_output=True).stdout
        command = 'CMD ["/bin/busybox","sh","-c","i=0; while true; do i=$((i+1)); echo line $i; /bin/busybox sleep 1; done"]'
        subprocess.run(['docker', '-H', host.engine, 'import', '-c', command, '-', self.name + ':latest'], input=layers, check=True, capture_output=True)
        save = 'docker -H %s save %s' % (host.engine, self.name)
        image = self.admin.run('%s | glance image-create --container-format=docker --disk-format=raw --visibility public --name %s' % (save, self.name))
        self.assertEqual(('active', 'docker', 'raw'), tuple(cell(image, name) for name in ('status', 'container_format', 'disk_format')))
        # The table breaks a long value.
        approval = '--property docker_approval=approved --property docker_approval_sha512=' + stack.admin.image(cell(image, 'id'))['os_hash_value']
        self.admin.run('openstack image set %s %s' % (approval, cell(image, 'id')))
        return cell(image, 'id')

    def boot(self, image, name):
        """On the network; its addresses as the list shows them."""
        said = self.demo.run('nova boot --flavor tiny --image %s --nic net-name=private --poll %s' % (image, name))
        self.assertIn('Finished', said)
        listed = row(self.demo.run('nova list'), name)
        self.assertIn('ACTIVE', listed)
        return listed[-1]

    def test_host_and_flavor_are_listed(self):
        self.assertTrue({host.name, 'enabled', 'up'} <= set(row(self.admin.run('nova service-list'), 'nova-compute')))
        self.assertIn('64', row(self.demo.run('nova flavor-list'), 'tiny'))

    def test_image_is_saved_booted_on_a_network_snapshotted_and_deleted(self):
        image = self.upload()
        server, copy, snapshot = (self.name + end for end in ('', '-copy', '-snap'))

        addresses = self.boot(self.name, server)
        shown = self.demo.run('nova show ' + server)
        (port,) = demo.ports(cell(shown, 'id'))
        for address in port['fixed_ips']:
            self.assertIn(address['ip_address'], addresses)
        self.assertTrue(addresses.startswith('private='))
        self.assertIn(port['mac_address'], host.inside(cell(shown, 'id'), '/bin/busybox', 'ip', 'link')[1])

        self.assertIn('Finished', self.demo.run('nova image-create --poll %s %s' % (server, snapshot)))
        self.assertTrue(row(self.demo.run('glance image-list'), snapshot))
        self.assertTrue(self.boot(snapshot, copy).startswith('private='))

        for name in (server, copy):
            self.assertIn('Request to delete server %s has been accepted.' % name, self.demo.run('nova delete ' + name))
        until(lambda: self.name not in self.demo.run('nova list'), lambda: self.demo.run('nova list'))
        self.demo.run('openstack image delete ' + snapshot)
        self.admin.run('glance image-delete ' + image)
        self.assertNotIn(self.name, self.admin.run('glance image-list'))


if __name__ == '__main__':
    unittest.main()
