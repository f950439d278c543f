import unittest

from novadocker import vif as vifs
import samples


class Network(dict):
    """As nova.network.model.Network: some fields are beside the others."""

    def __init__(self, meta, **fields):
        super().__init__(**fields)
        self._meta = meta

    def get_meta(self, name):
        return self._meta.get(name)


def subnet(cidr='10.77.0.0/24', *addresses, gateway=None, dns=(), routes=()):
    return {
        'cidr': cidr,
        'ips': [{'address': address} for address in addresses],
        'gateway': {'address': gateway} if gateway else None,
        'dns': [{'address': server} for server in dns],
        'routes': [{'cidr': to, 'gateway': {'address': by} if by else None} for to, by in routes],
    }


def vif(meta=None, subnets=(), **given):
    network = Network({'mtu': 1450} if meta is None else meta, bridge='text', subnets=list(subnets))
    return {'id': samples.UUID, 'address': 'fa:16:3e:01:02:03', 'type': 'bridge', 'vnic_type': 'normal', 'network': network, **given}


class VifTests(unittest.TestCase):
    def test_vif_becomes_the_samples_port(self):
        made = vifs.port(
            vif(
                subnets=[
                    subnet('10.77.0.0/24', '10.77.0.25', gateway='10.77.0.1', dns=['192.0.2.53'], routes=[('10.50.0.0/16', '10.77.0.99')]),
                    subnet('fd00:77::/64', 'fd00:77::25', dns=['192.0.2.53']),
                ]
            )
        )

        self.assertEqual(samples.read('port-plug')['request']['body'], made)

    def test_subnet_without_an_address_of_the_port_gives_nothing(self):
        made = vifs.port(vif(subnets=[subnet('10.1.0.0/16', gateway='10.1.0.1', dns=['10.1.0.2'])]))

        self.assertEqual(([], [], []), (made['addresses'], made['gateways'], made['dns']))

    def test_network_without_an_mtu_has_the_usual_one(self):
        self.assertEqual(1500, vifs.port(vif(meta={}))['mtu'])

    def test_what_is_down_is_waited_for(self):
        self.assertEqual([('network-vif-plugged', 'down')], vifs.waits([vif(id='down', active=False), vif(id='up', active=True), vif(id='unsaid')]))
        self.assertEqual([], vifs.waits(None))

    def test_what_cannot_be_plugged_is_refused_in_words(self):
        for words, given in {
            'could not bind port .* Linux bridge agent running here': {'type': 'binding_failed'},
            'could not bind port': {'type': 'unbound'},
            "kind of network 'ovs'. .* Linux bridge agent only": {'type': 'ovs'},
            "of the kind 'direct'": {'vnic_type': 'direct'},
        }.items():
            with self.subTest(words), self.assertRaisesRegex(vifs.SpecRefused, words):
                vifs.port(vif(**given))


if __name__ == '__main__':
    unittest.main()
