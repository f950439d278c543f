"""What the services of the cloud are told."""

import pathlib
import shutil

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
DRIVER = REPOSITORY / 'src/NovaDriver'
PASSWORD = 'secret'


def database(cloud, name):
    return 'mysql+pymysql://test:%s@127.0.0.1:%d/%s' % (PASSWORD, cloud.ports['mysql'], name)


def user(cloud, name):
    return {
        'auth_type': 'password',
        'auth_url': cloud.auth_url,
        'username': name,
        'password': PASSWORD,
        'project_name': 'service',
        'user_domain_name': 'Default',
        'project_domain_name': 'Default',
        'region_name': 'RegionOne',
    }


def write(cloud):
    policy = {'policy_dirs': cloud.etc('policy.d')}
    pathlib.Path(cloud.etc('policy.d')).mkdir()
    shutil.copy(DRIVER / 'glance/docker-approval.yaml', cloud.etc('policy.d'))
    cloud.write(
        'keystone.conf',
        {
            'database': {'connection': database(cloud, 'keystone')},
            'fernet_tokens': {'key_repository': cloud.folder / 'keystone-keys'},
            'credential': {'key_repository': cloud.folder / 'keystone-keys'},
            # Tempest makes some hundred users, and each of them signs in: a good hash would be most of its time.
            'identity': {'password_hash_rounds': 4},
        },
    )
    cloud.write(
        'placement.conf',
        {
            'placement_database': {'connection': database(cloud, 'placement')},
            'api': {'auth_strategy': 'keystone'},
            'keystone_authtoken': user(cloud, 'placement'),
        },
    )
    cloud.write(
        'glance-api.conf',
        {
            'DEFAULT': {
                'bind_host': '127.0.0.1',
                'bind_port': cloud.ports['glance'],
                'workers': 1,
                'enabled_backends': 'file:file',
                'property_protection_file': DRIVER / 'glance/property-protections.conf',
            },
            'database': {'connection': database(cloud, 'glance')},
            'glance_store': {'default_backend': 'file'},
            'file': {'filesystem_store_datadir': cloud.folder / 'images/store'},
            'os_glance_staging_store': {'filesystem_store_datadir': cloud.folder / 'images/staging'},
            'os_glance_tasks_store': {'filesystem_store_datadir': cloud.folder / 'images/tasks'},
            'paste_deploy': {'flavor': 'keystone', 'config_file': cloud.etc('glance-paste.ini')},
            'oslo_policy': policy,
            'oslo_concurrency': {'lock_path': cloud.folder / 'tmp'},
            'keystone_authtoken': user(cloud, 'glance'),
        },
        'glance/docker-api.conf',
    )
    cloud.write(
        'nova.conf',
        {
            'DEFAULT': {
                'my_ip': '127.0.0.1',
                'host': 'localhost',
                'transport_url': 'rabbit://guest:guest@127.0.0.1:%d/' % cloud.ports['amqp'],
                'state_path': cloud.folder / 'nova',
                'enabled_apis': 'osapi_compute',
                'osapi_compute_listen': '127.0.0.1',
                'osapi_compute_listen_port': cloud.ports['nova'],
                'osapi_compute_workers': 1,
                'heal_instance_info_cache_interval': -1,
                'shutdown_timeout': 10,
            },
            'api_database': {'connection': database(cloud, 'nova_api')},
            'database': {'connection': database(cloud, 'nova')},
            'wsgi': {'api_paste_config': cloud.etc('nova-paste.ini')},
            'quota': {'instances': 50, 'cores': 50},
            'conductor': {'workers': 1},
            'scheduler': {'workers': 1},
            'vnc': {'enabled': 'false'},
            'glance': {'api_servers': cloud.urls['glance']},
            'placement': user(cloud, 'placement'),
            'neutron': user(cloud, 'nova'),
            'service_user': {'send_service_user_token': 'true', **user(cloud, 'nova')},
            'oslo_concurrency': {'lock_path': cloud.folder / 'nova/lock'},
            'keystone_authtoken': user(cloud, 'nova'),
        },
        'nova/docker-compute.conf',
        'nova/docker-api.conf',
    )
    for name in ('nova-paste.ini', 'glance-paste.ini'):
        shutil.copy(HERE / name, cloud.etc(name))
