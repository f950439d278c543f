"""Runs a command while a real cloud with one compute host stands: with_cloud.py COMMAND…

The command finds the cloud in its environment; the exit code is the command's.
"""

import os
import subprocess
import sys

from second_host import NAME, second_host
from settings import PASSWORD
from stack import Stack
from virtual_host import NAME as MACHINES, VirtualHost

stack = Stack()
second = second_host(stack.cloud)
try:
    stack.start()
    second.start()
    VirtualHost(stack).start()
    zone = stack.admin.nova('post', '/os-aggregates', {'aggregate': {'name': 'rack-2', 'availability_zone': 'north'}})['aggregate']['id']
    stack.admin.nova('post', '/os-aggregates/%d/action' % zone, {'add_host': {'host': NAME}})
    # The browser's tests are about one host unless they say so.
    stack.admin.disable(NAME, 'for the tests of several hosts')
    stack.admin.disable(MACHINES, 'for the tests of virtual machines')
    about = {
        'REAL_CLOUD_AUTH_URL': stack.cloud.auth_url,
        # Of admin in the project admin, and of demo in the project demo.
        'REAL_CLOUD_PASSWORD': PASSWORD,
        'REAL_CLOUD_DRIVER_HOST': str(stack.host.data / 'driver-host.sock'),
        'REAL_CLOUD_IMAGE': 'busybox',
        'REAL_CLOUD_SECOND_HOST': second.url,
        'REAL_CLOUD_SECOND_HOST_CODE': str(second.data / 'secrets/enrolment-code'),
    }
    code = subprocess.run(sys.argv[1:], env={**os.environ, **about}).returncode
finally:
    second.stop()
    stack.stop()
sys.exit(code)
