"""What Nova knows of a Neutron port becomes what the driver host is asked to plug."""

from __future__ import annotations

DEFAULT_MTU = 1500


class SpecRefused(Exception):
    """This server can never run here; the text says why."""


def port(vif) -> dict:
    """The body of ``PUT /v1/instances/{id}/ports/{port}``.

    :param vif: nova.network.model.VIF
    :raises SpecRefused: this port cannot be plugged here.
    """
    _refuse(vif)
    subnets = [subnet for subnet in vif['network']['subnets'] if subnet['ips']]
    return {
        'id': vif['id'],
        'bridge': vif['network']['bridge'],
        'mac': vif['address'],
        'mtu': vif['network'].get_meta('mtu') or DEFAULT_MTU,
        'addresses': [
            '%s/%s' % (ip['address'], subnet['cidr'].split('/')[1])
            for subnet in subnets
            for ip in subnet['ips']
        ],
        'gateways': _distinct(_address(subnet['gateway']) for subnet in subnets),
        'routes': [
            {'destination': route['cidr'], 'next_hop': _address(route['gateway'])}
            for subnet in subnets
            for route in subnet['routes']
        ],
        'dns': _distinct(_address(server) for subnet in subnets for server in subnet['dns']),
    }


def waits(network_info) -> list[tuple[str, str]]:
    """The events by which Neutron tells that its agent has wired what is plugged now."""
    return [
        ('network-vif-plugged', vif['id'])
        for vif in network_info or []
        if vif.get('active', True) is False
    ]


def _refuse(vif):
    kind = vif['type']
    if kind in ('binding_failed', 'unbound'):
        raise SpecRefused(
            'Neutron could not bind port %s to this host: is its Linux bridge agent running here? '
            '"openstack network agent list" shows it.' % vif['id']
        )
    if kind != 'bridge':
        raise SpecRefused(
            "Port %s is bound for the kind of network '%s'. Containers on this host are plugged "
            "for Neutron's Linux bridge agent only." % (vif['id'], kind)
        )
    if vif['vnic_type'] != 'normal':
        raise SpecRefused(
            "Port %s is of the kind '%s'. Containers on this host take ports of the kind "
            'normal only.' % (vif['id'], vif['vnic_type'])
        )


def _address(ip) -> str | None:
    return ip['address'] if ip else None


def _distinct(addresses) -> list[str]:
    return list(dict.fromkeys(address for address in addresses if address))
