"""A second compute host on this machine, with an engine of its own and a door for dashboards."""

from compute_host import ComputeHost, Network
from processes import free_ports

NAME = 'compute-2'


def second_host(cloud):
    (port,) = free_ports(1)
    return ComputeHost(cloud, NAME, Network(cloud, NAME), 'https://127.0.0.1:%d' % port)
