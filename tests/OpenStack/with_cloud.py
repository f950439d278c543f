"""Runs a command while a real cloud with one compute host stands: with_cloud.py COMMAND…

The command finds the cloud in its environment; the exit code is the command's.
"""

import os
import subprocess
import sys

from cloud import PASSWORD
from stack import Stack

stack = Stack()
try:
    stack.start()
    about = {
        'REAL_CLOUD_AUTH_URL': stack.cloud.auth_url,
        # Of admin in the project admin, and of demo in the project demo.
        'REAL_CLOUD_PASSWORD': PASSWORD,
        'REAL_CLOUD_DRIVER_HOST': str(stack.data / 'driver-host.sock'),
        'REAL_CLOUD_IMAGE': 'busybox',
    }
    code = subprocess.run(sys.argv[1:], env={**os.environ, **about}).returncode
finally:
    stack.stop()
sys.exit(code)
