#define _GNU_SOURCE
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
  const char *name;
  uint64_t attributes;
} flags[] = {{"plain", 0},
             {"nosuid", MOUNT_ATTR_NOSUID},
             {"noexec", MOUNT_ATTR_NOEXEC},
             {"nosuid+noexec", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC}};

static struct {
  int namespace;
  unsigned level;
} kept[KEPT];
static unsigned kept_count;

static int idmaps[IDMAPS];
static unsigned idmap_count;

_Noreturn void die(const char *what) {
  fprintf(stderr, "runner: %s: %s\n", what, strerror(errno));
  exit(1);
}

int kept_namespace(unsigned index) { return kept[index].namespace; }

unsigned kept_level(unsigned index) { return kept[index].level; }

// The starter stays outside, so a namespace other than its own is ours alone.
static void require_private_mounts(void) {
  struct stat ours, starters;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/mnt", getppid());
  if (stat("/proc/self/ns/mnt", &ours) != 0) die("/proc/self/ns/mnt");
  if (stat(path, &starters) != 0) die(path);
  FILE *mountinfo = fopen("/proc/self/mountinfo", "re");
  if (mountinfo == NULL) die("/proc/self/mountinfo");
  bool shared = false;
  char line[4096];
  while (fgets(line, sizeof line, mountinfo) != NULL) shared |= strstr(line, " shared:") != NULL;
  fclose(mountinfo);
  if (ours.st_ino == starters.st_ino || shared) {
    fputs("runner: start me with `unshare --mount --propagation private`: I mount things\n",
          stderr);
    exit(1);
  }
}

// Where the kernel says 1 for programs that gained something, dumpable tells nothing.
static void require_suid_dumpable_off(void) {
  int value = -1;
  FILE *sysctl = fopen("/proc/sys/fs/suid_dumpable", "re");
  if (sysctl == NULL || fscanf(sysctl, "%d", &value) != 1) die("/proc/sys/fs/suid_dumpable");
  fclose(sysctl);
  if (value == 1) {
    fputs("runner: fs.suid_dumpable is 1; it has to be 0 or 2\n", stderr);
    exit(1);
  }
}

static void copy(const char *from, const char *to) {
  const int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) die(from);
  const int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  if (out < 0) die(to);
  char block[65536];
  ssize_t length;
  while ((length = read(in, block, sizeof block)) > 0)
    if (write(out, block, (size_t)length) != length) die(to);
  if (length < 0) die(from);
  close(in);
  close(out);
}

static void make_directory(const char *path) {
  if (mkdir(path, 0755) != 0) die(path);
  // The umask of whoever started us must not shut the children out.
  if (chmod(path, 0755) != 0) die(path);
}

static void mount_view(const char *store, const char *view, uint64_t attributes, int idmap) {
  make_directory(view);
  const int tree = open_tree(AT_FDCWD, store, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) die("open_tree");
  struct mount_attr change = {.attr_set = attributes};
  if (idmap >= 0) {
    change.attr_set |= MOUNT_ATTR_IDMAP;
    change.userns_fd = (unsigned)idmap;
  }
  if (mount_setattr(tree, "", AT_EMPTY_PATH, &change, sizeof change) != 0) die("mount_setattr");
  if (move_mount(tree, "", AT_FDCWD, view, MOVE_MOUNT_F_EMPTY_PATH) != 0) die("move_mount");
  close(tree);
}

// The views of a store are called STORE.IDMAP.FLAGS.
static void mount_views(const char *store) {
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    char view[64];
    snprintf(view, sizeof view, "%s.-.%s", store, flags[i].name);
    mount_view(store, view, flags[i].attributes, -1);
    for (unsigned idmap = 0; idmap < idmap_count; idmap++) {
      snprintf(view, sizeof view, "%s.%u.%s", store, idmap, flags[i].name);
      mount_view(store, view, flags[i].attributes, idmaps[idmap]);
    }
  }
}

// Mounts a copy: two runners that write to one image would destroy it.
static void mount_image(const char *image) {
  copy(image, "image.ext4");
  make_directory("image");
  const pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) {
    execlp("mount", "mount", "-t", "ext4", "-o", "loop", "--", "image.ext4", "image", (char *)NULL);
    die("mount(8)");
  }
  int status;
  if (waitpid(pid, &status, 0) != pid) die("waitpid");
  if (status != 0) {
    fputs("runner: mount(8) could not mount the image\n", stderr);
    exit(1);
  }
  mount_views("image");
}

// ---- user namespaces ----

static bool write_map(pid_t pid, const char *name, const char *map) {
  if (map[0] == '\0') return true;
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  snprintf(text, sizeof text, "%s", map);
  for (char *at = text; *at != '\0'; at++) *at = *at == ':' ? ' ' : *at == '+' ? '\n' : *at;
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t length = (ssize_t)strlen(text);
  const bool complete = write(fd, text, (size_t)length) == length;
  close(fd);
  return complete;
}

// Descriptors of what a founder made in its namespace.
struct founded {
  int tmpfs, binfmt_misc;
};

bool write_maps(pid_t pid, const char *uid_map, const char *gid_map, int parent) {
  if (parent < 0) return write_map(pid, "uid_map", uid_map) && write_map(pid, "gid_map", gid_map);
  const pid_t writer = fork();
  if (writer < 0) die("fork");
  if (writer == 0)
    _exit(setns(parent, CLONE_NEWUSER) == 0 && write_maps(pid, uid_map, gid_map, -1) ? 0 : 1);
  int status;
  while (waitpid(writer, &status, 0) != writer)
    if (errno != EINTR) die("waitpid");
  return status == 0;
}

static int detached_mount(const char *type, const char *mode) {
  const int context = fsopen(type, FSOPEN_CLOEXEC);
  if (context < 0) die(type);
  if (mode != NULL && fsconfig(context, FSCONFIG_SET_STRING, "mode", mode, 0) != 0) die(mode);
  if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) die("fsconfig");
  const int mounted = fsmount(context, FSMOUNT_CLOEXEC, 0);
  if (mounted < 0) die("fsmount");
  close(context);
  return mounted;
}

// As the owner, in the namespace: only ids that it maps can own files of its file systems.
static int owned_tmpfs(void) {
  const int mounted = detached_mount("tmpfs", "0755");
  for (int i = -1; i < SCRIPTS; i++) {
    char name[32] = "witness";
    if (i >= 0) snprintf(name, sizeof name, "script%d", i);
    const int file = openat(mounted, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (file < 0) die(name);
    close(file);
  }
  return mounted;
}

static _Noreturn void found(int parent, uid_t owner, bool with_mounts, int channel) {
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) != 0 || setgroups(0, NULL) != 0 ||
      setresgid(owner, owner, owner) != 0 || setresuid(owner, owner, owner) != 0)
    die("ids of a namespace's owner");
  if (parent >= 0 && setns(parent, CLONE_NEWUSER) != 0) die("setns to the parent");
  if (unshare(CLONE_NEWUSER) != 0) die("unshare user namespace");
  char byte = 0;
  if (write(channel, &byte, 1) != 1 || read(channel, &byte, 1) != 1) die("founder");
  if (unshare(CLONE_NEWNS) != 0) die("unshare mount namespace");
  struct founded founded = {-1, -1};
  if (with_mounts) founded.tmpfs = owned_tmpfs();
  if (byte == 'b') founded.binfmt_misc = detached_mount("binfmt_misc", NULL);
  if (write(channel, &founded, sizeof founded) != sizeof founded) die("founder");
  // Until ours are taken over.
  if (read(channel, &byte, 1) < 0) die("founder");
  _exit(0);
}

static int take_over(pid_t pid, int fd) {
  if (fd < 0) return -1;
  const int process = (int)syscall(SYS_pidfd_open, pid, 0);
  const int taken = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
  if (taken < 0) die("pidfd_getfd");
  close(process);
  return taken;
}

// Answers a descriptor, as long as which the user namespace lives.
static int found_namespace(int parent, uid_t owner, const char *uid_map, const char *gid_map,
                           bool with_binfmt_misc, struct founded *founded) {
  int channel[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) die("socketpair");
  const pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) {
    close(channel[0]);
    found(parent, owner, founded != NULL, channel[1]);
  }
  close(channel[1]);
  char byte, path[64];
  if (read(channel[0], &byte, 1) != 1) exit(1);
  if (!write_maps(pid, uid_map, gid_map, parent)) die("uid_map, gid_map");
  snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
  const int namespace = open(path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0) die(path);
  struct founded theirs;
  if (write(channel[0], with_binfmt_misc ? "b" : "-", 1) != 1 ||
      read(channel[0], &theirs, sizeof theirs) != sizeof theirs)
    exit(1);
  if (founded != NULL)
    *founded = (struct founded){take_over(pid, theirs.tmpfs), take_over(pid, theirs.binfmt_misc)};
  close(channel[0]);
  if (waitpid(pid, NULL, 0) != pid) die("waitpid");
  return namespace;
}

// The first one gets a binfmt_misc of its own; all below it find that (load_binfmt_misc()).
static void keep_namespace(const char *witness, char *specification) {
  struct founded founded;
  const char *parent = strsep(&specification, "/"), *owner = strsep(&specification, "/");
  const char *uid_map = strsep(&specification, "/");
  if (kept_count == KEPT || specification == NULL) {
    errno = EINVAL;
    die("kept=");
  }
  const unsigned above = parent[0] == '-' ? KEPT : (unsigned)strtoul(parent, NULL, 10);
  const bool first = kept_count == 0;
  kept[kept_count].namespace =
      found_namespace(above == KEPT ? -1 : kept[above].namespace, (uid_t)strtoul(owner, NULL, 10),
                      uid_map, specification, first, &founded);
  kept[kept_count].level = above == KEPT ? 1 : kept[above].level + 1;

  char store[32], path[64];
  snprintf(store, sizeof store, "kept%u", kept_count++);
  make_directory(store);
  if (move_mount(founded.tmpfs, "", AT_FDCWD, store, MOVE_MOUNT_F_EMPTY_PATH) != 0)
    die("move_mount tmpfs");
  close(founded.tmpfs);
  snprintf(path, sizeof path, "%s/witness", store);
  copy(witness, path);
  mount_views(store);
  if (!first) return;
  make_directory("binfmt_misc");
  if (move_mount(founded.binfmt_misc, "", AT_FDCWD, "binfmt_misc", MOVE_MOUNT_F_EMPTY_PATH) != 0)
    die("move_mount binfmt_misc");
  close(founded.binfmt_misc);
}

static void keep_idmap(char *specification) {
  const char *uid_map = strsep(&specification, "/");
  if (idmap_count == IDMAPS || specification == NULL) {
    errno = EINVAL;
    die("idmap=");
  }
  idmaps[idmap_count++] = found_namespace(-1, 0, uid_map, specification, false, NULL);
}

static const char *descriptor_path(const char *file, char *path, size_t size) {
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(file);
  snprintf(path, size, "/proc/self/fd/%d", fd);
  return path;
}

static char *specified(char *specification, const char *kind) {
  const size_t length = strlen(kind);
  return strncmp(specification, kind, length) == 0 ? specification + length : NULL;
}

void set_stage(const char *directory, const char *witness, const char *image,
               char *const *specifications) {
  require_private_mounts();
  require_suid_dumpable_off();
  // Held by descriptors: the stage may cover the directory they are in.
  char witness_path[32], image_path[32];
  descriptor_path(witness, witness_path, sizeof witness_path);
  descriptor_path(image, image_path, sizeof image_path);

  if (mount("stage", directory, "tmpfs", 0, "mode=0755") != 0) die(directory);
  if (chdir(directory) != 0) die(directory);
  for (char *const *each = specifications; *each != NULL; each++) {
    char *idmap = specified(*each, "idmap=");
    if (idmap != NULL) keep_idmap(idmap);
  }
  make_directory("store");
  copy(witness_path, "store/witness");
  mount_views("store");
  mount_image(image_path);
  for (char *const *each = specifications; *each != NULL; each++) {
    char *namespace = specified(*each, "kept=");
    if (namespace != NULL) keep_namespace(witness_path, namespace);
  }
}
