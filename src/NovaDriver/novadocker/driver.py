"""Nova's calls, each as one call of the driver host.

What Nova does as well by itself is not here: soft delete, restore, rebuild.

Parameters are Nova's (nova/virt/driver.py). They grow with its releases, hence the ``**kwargs``.
"""

from __future__ import annotations

import contextlib
import re

import os_resource_classes as orc
from nova import exception
import nova.compute.power_state
from nova.compute import task_states
from nova.objects import fields
from nova.virt import driver
from nova.virt import event as virtevent
from nova.virt import hardware
from oslo_concurrency import processutils
from oslo_log import log as logging
from oslo_serialization import jsonutils

import novadocker
from novadocker import config
from novadocker import events
from novadocker import plugging
from novadocker import spec
from novadocker import vif as vifs
from novadocker.client import DriverHostClient
from novadocker.client import DriverHostDown
from novadocker.client import DriverHostError

CONF = config.CONF
LOG = logging.getLogger(__name__)

# Whatever cannot be told is NOSTATE, which Nova leaves alone. It would stop what is said to be
# SHUTDOWN.
POWER_STATES = {
    'running': nova.compute.power_state.RUNNING,
    'paused': nova.compute.power_state.PAUSED,
    'exited': nova.compute.power_state.SHUTDOWN,
}

TRANSITIONS = {
    events.STARTED: virtevent.EVENT_LIFECYCLE_STARTED,
    events.STOPPED: virtevent.EVENT_LIFECYCLE_STOPPED,
    events.PAUSED: virtevent.EVENT_LIFECYCLE_PAUSED,
    events.RESUMED: virtevent.EVENT_LIFECYCLE_RESUMED,
}

# Without these the driver host takes no instances.
NEEDED_FEATURES = frozenset(['seccomp', 'memory-limit', 'pids-limit', 'cpu-quota'])
LEAST_MEMORY_MB = 6

TRAIT_DOCKER = 'CUSTOM_DOCKER_HOST'
TRAIT_DISK_QUOTA = 'CUSTOM_DOCKER_DISK_QUOTA'


class DockerDriver(driver.ComputeDriver):
    """Hands Nova's instances to the driver host of this machine."""

    # Docker images are of the disk format raw.
    capabilities = dict(
        driver.ComputeDriver.capabilities,
        supports_image_type_raw=True,
        supports_attach_interface=True,
    )

    def __init__(self, virtapi, client=None):
        super().__init__(virtapi)
        self._host = client or DriverHostClient(
            CONF.docker.url[len('unix://') :], config.ServiceToken()
        )
        self._events = events.InstanceEvents(self._host.events, self._tell)

    # ---- the host ----

    def init_host(self, host):
        with _ready():
            record = self._host.host()
        LOG.info(
            'novadocker %(version)s: driver host %(theirs)s on Docker %(engine)s at %(url)s',
            {
                'version': novadocker.__version__,
                'theirs': record['version'],
                'engine': record['engine_version'],
                'url': CONF.docker.url,
            },
        )

    def cleanup_host(self, host):
        self._events.stop()

    def register_event_listener(self, callback):
        super().register_event_listener(callback)
        self._events.start()

    def get_available_nodes(self, refresh=False):
        # Asked, although the name is known: Nova passes over its periodic work while the driver
        # is not ready.
        with _ready():
            self._host.host()
        return [CONF.host]

    def get_available_resource(self, nodename):
        with _ready():
            host = self._host.host()
        return {
            'vcpus': host['cpus'],
            'memory_mb': host['memory_mb'],
            'local_gb': host['disk_gb'],
            'vcpus_used': host['vcpus_used'],
            'memory_mb_used': host['memory_mb_used'],
            'local_gb_used': host['disk_gb_used'],
            'disk_available_least': host['disk_free_gb'],
            'hypervisor_type': fields.HVType.DOCKER,
            'hypervisor_version': version_number(host['engine_version']),
            'hypervisor_hostname': nodename,
            'cpu_info': jsonutils.dumps({'arch': host['architecture']}),
            'numa_topology': None,
            'supported_instances': [
                (host['architecture'], fields.HVType.DOCKER, fields.VMMode.EXE)
            ],
        }

    def update_provider_tree(self, provider_tree, nodename, allocations=None, **kwargs):
        with _ready():
            host = self._host.host()
        ratios = self._get_allocation_ratios(provider_tree.data(nodename).inventory)
        totals = {
            orc.VCPU: (host['cpus'], CONF.reserved_host_cpus, 1),
            orc.MEMORY_MB: (host['memory_mb'], CONF.reserved_host_memory_mb, LEAST_MEMORY_MB),
            orc.DISK_GB: (host['disk_gb'], self._get_reserved_host_disk_gb_from_config(), 1),
        }
        # All of it is taken where no instance could start: the scheduler chooses another host.
        usable = host['engine_answers'] and not missing_features(host)
        provider_tree.update_inventory(
            nodename,
            {
                resource: {
                    'total': total,
                    'reserved': min(reserved, total) if usable else total,
                    'min_unit': least,
                    'max_unit': total,
                    'step_size': 1,
                    'allocation_ratio': ratios[resource],
                }
                for resource, (total, reserved, least) in totals.items()
            },
        )
        traits = {TRAIT_DOCKER} | ({TRAIT_DISK_QUOTA} if holds(host, 'disk-quota') else set())
        provider_tree.remove_traits(nodename, *({TRAIT_DOCKER, TRAIT_DISK_QUOTA} - traits))
        provider_tree.add_traits(nodename, *traits)

    def get_host_ip_addr(self):
        return CONF.my_ip

    def get_host_uptime(self):
        return processutils.execute('env', 'LANG=C', 'uptime')[0]

    # ---- what there is ----

    def list_instances(self):
        with _ready():
            return [instance['name'] for instance in self._host.instances()]

    def list_instance_uuids(self):
        with _ready():
            return [instance['id'] for instance in self._host.instances()]

    def get_info(self, instance, use_cache=True):
        with _about(instance):
            found = self._host.instance(instance.uuid)
        return hardware.InstanceInfo(
            state=POWER_STATES.get(found['state'], nova.compute.power_state.NOSTATE),
            internal_id=found.get('container_id'),
        )

    def get_console_output(self, context, instance):
        with _about(instance):
            return self._host.console(instance.uuid)

    def cache_image(self, context, image_id):
        """For Nova's aggregates: an image is there before the first server that needs it."""
        with _ready():
            return self._host.cache_image(image_id)['fetched']

    # ---- life and death ----

    def spawn(
        self,
        context,
        instance,
        image_meta,
        injected_files,
        admin_password,
        allocations,
        network_info=None,
        block_device_info=None,
        power_on=True,
        accel_info=None,
        **kwargs,
    ):
        try:
            wanted = spec.of(instance, image_meta, network_info, block_device_info, injected_files)
            plugging.plug_and_wait(
                self._host, self.virtapi, instance, network_info, wanted.get('ports', [])
            )
            self._host.spawn(instance.uuid, wanted)
            if not power_on:
                self._host.act(instance.uuid, 'stop')
        except spec.SpecRefused as refused:
            raise exception.BuildAbortException(
                instance_uuid=instance.uuid, reason=str(refused)
            ) from refused
        except DriverHostError as refused:
            raise _spawn_failure(instance, refused) from refused

    def destroy(
        self,
        context,
        instance,
        network_info,
        block_device_info=None,
        destroy_disks=True,
        destroy_secrets=True,
        **kwargs,
    ):
        # The same ports come back at once. Neutron's agent might not see that they were away, and
        # would tell nothing.
        rebuilds = instance.task_state == task_states.REBUILDING
        with _about(instance):
            self._host.delete(instance.uuid, keep_links=rebuilds)

    def cleanup(
        self,
        context,
        instance,
        network_info,
        block_device_info=None,
        destroy_disks=True,
        migrate_data=None,
        destroy_vifs=True,
        destroy_secrets=True,
        **kwargs,
    ):
        with _about(instance):
            self._host.delete(instance.uuid)

    def power_on(
        self, context, instance, network_info, block_device_info=None, accel_info=None, **kwargs
    ):
        with _about(instance):
            self._host.act(instance.uuid, 'start')

    def power_off(self, instance, timeout=0, retry_interval=0):
        with _about(instance):
            self._host.act(instance.uuid, 'stop', grace=timeout)

    def reboot(
        self,
        context,
        instance,
        network_info,
        reboot_type,
        block_device_info=None,
        bad_volumes_callback=None,
        accel_info=None,
        **kwargs,
    ):
        query = {'hard': 'true'} if reboot_type == 'HARD' else {}
        with _about(instance):
            self._host.act(instance.uuid, 'reboot', **query)

    def pause(self, instance):
        with _about(instance):
            self._host.act(instance.uuid, 'pause')

    def unpause(self, instance):
        with _about(instance):
            self._host.act(instance.uuid, 'unpause')

    # Nova put share_info before block_device_info in 2025: by position they cannot be told
    # apart, and neither is needed.
    def resume_state_on_host_boot(self, context, instance, network_info, *args, **kwargs):
        self.power_on(context, instance, network_info)

    def snapshot(self, context, instance, image_id, update_task_state):
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        update_task_state(
            task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_PENDING_UPLOAD
        )
        with _about(instance):
            try:
                self._host.snapshot(
                    instance.uuid, image_id, instance.display_name or instance.uuid
                )
            except DriverHostError as refused:
                # Somebody deleted the image: nothing is wrong with the server.
                if refused.code == 'image_not_found':
                    raise exception.ImageNotFound(image_id=image_id) from refused
                raise

    # ---- network ----

    def plug_vifs(self, instance, network_info):
        """Makes the links anew after a start of the host; what is there stays as it is."""
        try:
            ports = [vifs.port(vif) for vif in network_info or []]
        except spec.SpecRefused as refused:
            raise exception.VirtualInterfacePlugException(str(refused)) from refused
        with _about(instance):
            for port in ports:
                self._host.plug(instance.uuid, port)

    def unplug_vifs(self, instance, network_info):
        with _about(instance):
            for vif in network_info or []:
                self._host.unplug(instance.uuid, vif['id'])

    def attach_interface(self, context, instance, image_meta, vif):
        self.plug_vifs(instance, [vif])

    def detach_interface(self, context, instance, vif):
        self.unplug_vifs(instance, [vif])

    def _tell(self, uuid, happened):
        self.emit_event(virtevent.LifecycleEvent(uuid, TRANSITIONS[happened]))


@contextlib.contextmanager
def _ready():
    """For questions about the host: Nova tries again later."""
    try:
        yield
    except DriverHostDown as down:
        raise exception.VirtDriverNotReady(str(down)) from down
    except DriverHostError as refused:
        raise exception.NovaException(str(refused)) from refused


@contextlib.contextmanager
def _about(instance):
    """For calls about one instance, whose words become its fault."""
    try:
        yield
    except DriverHostDown as down:
        raise exception.VirtDriverNotReady(str(down)) from down
    except DriverHostError as refused:
        if refused.status == 404 and refused.code == 'not_found':
            raise exception.InstanceNotFound(instance_id=instance.uuid) from refused
        raise exception.NovaException(str(refused)) from refused


def _spawn_failure(instance, refused):
    """Another host may do better when this one is down, full or broken.

    What is wrong with the image or the request is wrong everywhere.
    """
    if isinstance(refused, DriverHostDown) or refused.status is None or refused.status >= 500:
        return exception.ComputeResourcesUnavailable(reason=str(refused))
    return exception.BuildAbortException(instance_uuid=instance.uuid, reason=str(refused))


def version_number(text):
    """20.10.24+dfsg1 as Nova's API shows versions: 20010024."""
    parts = [int(part) for part in re.findall(r'\d+', text)[:3]]
    major, minor, micro = parts + [0] * (3 - len(parts))
    return (major * 1000 + minor) * 1000 + micro


def holds(host, feature):
    return any(found['name'] == feature and found['holds'] for found in host['features'])


def missing_features(host):
    return sorted(feature for feature in NEEDED_FEATURES if not holds(host, feature))
