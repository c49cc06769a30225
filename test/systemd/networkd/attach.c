// Attaches to TUN devices as ordinary users do, without any capability. A question a line on standard
// input, an answer a line on standard output:
//
//     UID GID GROUP FLAGS NAME    the supplementary group, or -; flags of TUNSETIFF, hexadecimal
//     OK FLAGS | ERRNO            the device's flags afterwards

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void refuse(const char *call) {
  printf("%s %s\n", strerrorname_np(errno), call);
  exit(0);
}

static void attach(uid_t uid, gid_t gid, const char *group, short flags, const char *name) {
  const gid_t groups[2] = {gid, (gid_t)atoi(group)};
  if (setgroups(strcmp(group, "-") == 0 ? 1 : 2, groups) < 0) refuse("setgroups");
  if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0) refuse("setresuid");
  const int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (device < 0) refuse("open");
  struct ifreq request = {.ifr_flags = flags};
  memcpy(request.ifr_name, name, strnlen(name, sizeof request.ifr_name - 1));
  if (ioctl(device, TUNSETIFF, &request) < 0) refuse("TUNSETIFF");
  if (ioctl(device, TUNGETIFF, &request) < 0) refuse("TUNGETIFF");
  printf("OK %x\n", (unsigned)(unsigned short)request.ifr_flags);
  exit(0);
}

int main(void) {
  unsigned uid, gid, flags;
  char group[16], name[64];
  while (scanf("%u %u %15s %x %63[^\n]", &uid, &gid, group, &flags, name) == 5) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) attach(uid, gid, group, (short)flags, name);
    if (child < 0 || waitpid(child, NULL, 0) < 0) return 1;
  }
  return 0;
}
