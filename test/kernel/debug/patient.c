// A TUN program with something to debug: it asks for a device again and again, and says how that went.
//
//     patient rounds [word…]
//
// Prints its arguments and what its standard streams are, then a line a round; ends with status 3.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int attempt(void) {
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tun < 0) return errno;
  int result = ioctl(tun, TUNSETIFF, &request) < 0 ? errno : 0;
  close(tun); // after the call
  return result;
}

int main(int argc, char *argv[]) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 2; i < argc; i++) printf("argument %s\n", argv[i]);
  const char *colour = getenv("COLOUR");
  printf("terminal %d %d %d foreground %d colour %s\n", isatty(0), isatty(1), isatty(2),
         tcgetpgrp(0) == getpgrp(), colour ? colour : "none");
  for (int round = 0; round < rounds; round++) {
    int result = attempt(); // each round
    printf("round %d: %s\n", round, result == 0 ? "ok" : strerrorname_np(result));
    usleep(20000);
  }
  return 3; // at the end
}
