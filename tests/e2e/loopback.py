"""Bring loopback up in a new network namespace, where it starts down, and become the command that follows.

unshare -n python loopback.py COMMAND…
"""

import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

_UP_RUNNING = 0x41
_SET_FLAGS = 0x8914  # SIOCSIFFLAGS

if __name__ == "__main__":
    if len(Path("/proc/self/net/route").read_text().splitlines()) > 1:
        sys.exit("there are routes here: this is not a network namespace of its own")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP_RUNNING))
    os.execvp(sys.argv[1], sys.argv[1:])
