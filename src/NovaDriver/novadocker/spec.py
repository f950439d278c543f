"""What Nova knows of a server becomes what the driver host is asked to make."""

from __future__ import annotations

import json
import shlex

from novadocker import vif
from novadocker.vif import SpecRefused

COMMAND = 'docker:command'
ENTRYPOINT = 'docker:entrypoint'
WORKING_DIRECTORY = 'docker:working_dir'
ENVIRONMENT = 'env:'


def of(
    instance, image_meta, network_info=None, block_device_info=None, injected_files=None
) -> dict:
    """The body of ``PUT /v1/instances/{id}``.

    The same server gives the same body, so that a spawn can be repeated.

    :param instance: nova.objects.Instance
    :param image_meta: nova.objects.ImageMeta
    :raises SpecRefused: before anything was fetched.
    """
    _refuse(instance, image_meta, block_device_info, injected_files)
    metadata = dict(instance.metadata or {})
    spec = {
        'project_id': instance.project_id,
        'user_id': instance.user_id,
        'name': instance.display_name or instance.uuid,
        'image_id': image_meta.id,
        'flavor': {
            'name': instance.flavor.name,
            'vcpus': instance.flavor.vcpus,
            'memory_mb': instance.flavor.memory_mb,
            'disk_gb': instance.flavor.root_gb,
            'extra_specs': dict(instance.flavor.extra_specs or {}),
        },
        'command': _words(metadata, COMMAND) or _image_command(image_meta),
        'entrypoint': _words(metadata, ENTRYPOINT),
        'environment': {
            key[len(ENVIRONMENT) :]: value
            for key, value in metadata.items()
            if key.startswith(ENVIRONMENT)
        },
        'working_directory': metadata.get(WORKING_DIRECTORY),
        'network': 'none',
        'ports': [vif.port(found) for found in network_info or []] or None,
        'public_key': (instance.key_data or '').strip() or None,
        'user_data': instance.user_data,
        'metadata': metadata,
    }
    return {name: value for name, value in spec.items() if value is not None}


def _refuse(instance, image_meta, block_device_info, injected_files):
    container_format = (
        image_meta.container_format if image_meta.obj_attr_is_set('container_format') else None
    )
    if not image_meta.obj_attr_is_set('id') or not image_meta.id:
        raise SpecRefused(
            'This host runs containers only, and a container is made from an image: '
            'volumes cannot boot here.'
        )
    if container_format != 'docker':
        raise SpecRefused(
            'This host runs containers only. The container format of image %s is %s, not docker. '
            'On a cloud with virtual machines, too, set the property img_hv_type of its images, '
            'so that each finds its hosts.' % (image_meta.id, container_format or 'not set')
        )
    if (block_device_info or {}).get('block_device_mapping'):
        raise SpecRefused(
            'Volumes cannot be attached to containers on this host. '
            'Create the server without block devices.'
        )
    if injected_files:
        raise SpecRefused(
            'Files cannot be injected into a container (personality): put them into the image.'
        )
    if instance.config_drive:
        raise SpecRefused(
            'A container has no config drive. Create the server without --use-config-drive.'
        )


def _words(metadata: dict, key: str) -> list[str] | None:
    if key not in metadata:
        return None
    try:
        words = json.loads(metadata[key])
    except ValueError:
        words = None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise SpecRefused(
            'The metadata %s must be a JSON list of texts, for example ["sh", "-c", "echo hello"].'
            % key
        )
    return words


def _image_command(image_meta) -> list[str] | None:
    line = image_meta.properties.get('os_command_line')
    if not line:
        return None
    try:
        return shlex.split(line)
    except ValueError as unclear:
        raise SpecRefused(
            'The property os_command_line of image %s cannot be split into words: %s.'
            % (image_meta.id, unclear)
        ) from unclear
