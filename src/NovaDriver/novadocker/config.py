"""The section [docker] of nova.conf, and the token that it leads to."""

from __future__ import annotations

from keystoneauth1 import exceptions as ks_exceptions
from keystoneauth1 import loading as ks_loading
import nova.conf
from oslo_config import cfg

from novadocker.client import DriverHostDown

CONF = nova.conf.CONF
GROUP = 'docker'

# Nova's own users, in this order, when [docker] names none.
USERS = (GROUP, 'service_user', 'placement')

OPTS = [
    cfg.StrOpt(
        'url',
        default='unix:///var/lib/dashboard/driver-host.sock',
        regex='^unix:///.+',
        help="""
Where the driver host of this machine listens: its unix socket. The user that
nova-compute runs as must be in the group that owns it.
""",
    ),
]


def register_opts(conf):
    conf.register_opts(OPTS, GROUP)
    ks_loading.register_session_conf_options(conf, GROUP)
    ks_loading.register_auth_conf_options(conf, GROUP)


def list_opts():
    return {GROUP: OPTS}


class ServiceToken:
    """Gives the token of a user of Nova's own, which needs the role service or admin.

    The driver host asks Keystone about it.

    :param fresh: the last one was refused.
    """

    def __init__(self):
        self._session = None
        self._auth = None

    def __call__(self, fresh: bool) -> str:
        try:
            if self._session is None:
                self._sign_in()
            elif fresh:
                self._session.invalidate(self._auth)
            return self._session.get_token(self._auth)
        except ks_exceptions.ClientException as refused:
            raise DriverHostDown(
                'There is no token for the driver host: %s' % refused
            ) from refused

    def _sign_in(self):
        for group in USERS:
            self._auth = ks_loading.load_auth_from_conf_options(CONF, group)
            if self._auth is not None:
                self._session = ks_loading.load_session_from_conf_options(
                    CONF, group, auth=self._auth
                )
                return
        raise DriverHostDown(
            'nova.conf names no user for the driver host: '
            'set auth_type in [docker], [service_user] or [placement].'
        )


register_opts(CONF)
