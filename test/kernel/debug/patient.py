# A TUN program with something to debug: it asks for a device again and again, and says how that went.
#
#     patient.py rounds [word…]
#
# Prints its arguments and what its standard streams are, then a line a round; ends with status 3.

import errno
import fcntl
import os
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001


def attempt():
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    try:
        request = struct.pack("16sH22x", b"", IFF_TUN_NO_PI)
        device = fcntl.ioctl(tun, TUNSETIFF, request)[:16].rstrip(b"\0").decode()
        return device  # after the call
    finally:
        os.close(tun)


def main(argv):
    rounds = int(argv[1]) if len(argv) > 1 else 1
    for word in argv[2:]:
        print("argument", word, flush=True)
    terminals = [int(os.isatty(fd)) for fd in range(3)]
    foreground = int(terminals[0] and os.tcgetpgrp(0) == os.getpgrp())
    colour = os.environ.get("COLOUR", "none")
    print("terminal", *terminals, "foreground", foreground, "colour", colour, flush=True)
    for number in range(rounds):
        try:
            result = attempt() and "ok"  # each round
        except OSError as error:
            result = errno.errorcode[error.errno]
        print(f"round {number}: {result}", flush=True)
        time.sleep(0.02)
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv))
