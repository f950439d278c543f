"""The ports of a server that is spawned: plugged, and waited for until Neutron has wired them."""

from __future__ import annotations

from nova import exception
from oslo_log import log as logging

from novadocker import config
from novadocker import vif as vifs

CONF = config.CONF
LOG = logging.getLogger(__name__)


def plug_and_wait(host, virtapi, instance, network_info, ports):
    """The process starts when Neutron's agent has wired its ports, security groups included.

    :param host: novadocker.client.DriverHostClient
    :param ports: those of network_info, as the driver host takes them.
    :raises VirtualInterfaceCreateException: Neutron does not tell, and that is fatal here.
    """
    if not ports:
        return
    events = vifs.waits(network_info) if CONF.vif_plugging_timeout else []
    try:
        with virtapi.wait_for_instance_event(
            instance, events, deadline=CONF.vif_plugging_timeout, error_callback=_failed
        ):
            plugged = [host.plug(instance.uuid, port)['made'] for port in ports]
            there = {port['id'] for port, made in zip(ports, plugged) if not made}
            # Last in this block: it leaves it.
            virtapi.exit_wait_early([event for event in events if event[1] in there])
    except TIMEOUTS as late:
        LOG.warning(
            'Neutron did not tell within %(seconds)d s that it had wired the ports: %(events)s',
            {'seconds': CONF.vif_plugging_timeout, 'events': events},
            instance=instance,
        )
        if CONF.vif_plugging_is_fatal:
            raise exception.VirtualInterfaceCreateException() from late


def _failed(event_name, instance):
    LOG.error('Neutron reported a failure: %s', event_name, instance=instance)
    if CONF.vif_plugging_is_fatal:
        raise exception.VirtualInterfaceCreateException()


def _timeouts():
    """What Nova's wait for an event ends with: eventlet's, and since 2025.2 one of its own."""
    own = getattr(exception, 'InstanceEventTimeout', None)
    try:
        from eventlet.timeout import Timeout
    except ImportError:
        Timeout = None
    return tuple(kind for kind in (own, Timeout) if kind)


TIMEOUTS = _timeouts()
