"""Nova's virt driver for Docker containers.

It translates Nova's calls into calls of the driver host's API, and does no more.
"""

__version__ = '1.0.0'
