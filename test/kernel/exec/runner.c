// Does exec scenarios on the running kernel and prints what happened.
//
//   unshare --mount --propagation private runner DIRECTORY WITNESS [IMAGE]
//
// For each line on stdin a child brings itself into the state asked for as far as the kernel lets
// it, reports the state it really has, and executes a chain of files; the answer is one JSON object
// a line, in order: {"caller":{…},"outcome":{…}}, or {"failure":"…"} when the scenario could not be
// done at all. Ids are those of the initial user namespace.
//
// A line has 15 fields separated by spaces; sets are hexadecimal, lists separated by commas:
//
//   UID,UID,UID GID,GID,GID GROUPS|- PERMITTED EFFECTIVE INHERITABLE BOUNDING AMBIENT SECUREBITS
//   NO_NEW_PRIVS SHARES_FS UIDMAP|-|none GIDMAP|-|none TRACE FILE[,FILE…]
//
//   UIDMAP  INSIDE:OUTSIDE:COUNT,… maps of a new user namespace; - is no new namespace, none is a
//           namespace without a map
//   TRACE   none, or who traces and what it held when it attached: see enum trace
//   FILE    MOUNT:FOREIGN:MODE:UID:GID:ATTRIBUTE, the file executed first and its interpreters.
//           MOUNT is plain, nosuid, noexec or nosuid+noexec; MODE is octal; ATTRIBUTE is
//           security.capability in hexadecimal, or -, or @NAME: the file NAME of the image, whose
//           owner and attribute are kept.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "state.h"

enum { FIELDS = 15, FILES = 8, GROUPS = 16, FOREIGN_FD = 210, HANG_SECONDS = 20 };

// The kernel asks the credentials captured at attach time for CAP_SYS_PTRACE: those of the tracer,
// or with PTRACE_TRACEME those of the tracee itself.
enum trace {
  TRACE_NONE,
  TRACE_ME_FIRST,         // PTRACE_TRACEME while still fully privileged
  TRACE_ME_LAST,          // PTRACE_TRACEME in the final state
  TRACE_ME_LAST_WITHOUT,  // the same, CAP_SYS_PTRACE not effective meanwhile
  TRACE_SEIZED,           // PTRACE_SEIZE by the privileged runner
  TRACE_SEIZED_WITHOUT,   // PTRACE_SEIZE by root without CAP_SYS_PTRACE effective
};

struct file {
  const char *mount, *attribute;
  bool foreign;
  mode_t mode;
  uid_t uid;
  gid_t gid;
  char path[128];
};

struct setup {
  uid_t uid[3];
  gid_t gid[3], groups[GROUPS];
  size_t group_count;
  uint64_t permitted, effective, inheritable, bounding, ambient;
  int securebits;
  bool no_new_privs, shares_fs;
  const char *uid_map, *gid_map;  // NULL is no new user namespace
  enum trace trace;
  struct file files[FILES];
  size_t file_count;
};

static void die(const char *what) {
  fprintf(stderr, "runner: %s: %s\n", what, strerror(errno));
  exit(1);
}

// ---- the stage: a tmpfs of our own, seen through mounts with every combination of flags ----

static const struct {
  const char *name;
  unsigned long flags;
} mounts[] = {{"plain", 0},
              {"nosuid", MS_NOSUID},
              {"noexec", MS_NOEXEC},
              {"nosuid+noexec", MS_NOSUID | MS_NOEXEC}};

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
  const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
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

static void mount_views(const char *store, const char *prefix) {
  for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
    char view[64];
    snprintf(view, sizeof view, "%s%s", prefix, mounts[i].name);
    make_directory(view);
    if (mount(store, view, NULL, MS_BIND, NULL) != 0) die("bind mount");
    if (mounts[i].flags != 0 &&
        mount(NULL, view, NULL, MS_REMOUNT | MS_BIND | mounts[i].flags, NULL) != 0)
      die("remount");
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
  mount_views("image", "image-");
}

static const char *descriptor_path(const char *file, char *path, size_t size) {
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(file);
  snprintf(path, size, "/proc/self/fd/%d", fd);
  return path;
}

static void set_stage(const char *directory, const char *witness, const char *image) {
  // Held by descriptors: the stage may cover the directory they are in.
  char witness_path[32], image_path[32];
  descriptor_path(witness, witness_path, sizeof witness_path);
  if (image != NULL) descriptor_path(image, image_path, sizeof image_path);

  if (mount("stage", directory, "tmpfs", 0, "mode=0755") != 0) die(directory);
  if (chdir(directory) != 0) die(directory);
  make_directory("store");
  mount_views("store", "");
  copy(witness_path, "store/witness");
  if (image != NULL) mount_image(image_path);
}

// ---- reading a line ----

static bool parse_ids(char *text, unsigned *ids, size_t capacity, size_t *count) {
  *count = 0;
  for (char *save = NULL, *id = strtok_r(text, ",", &save); id != NULL;
       id = strtok_r(NULL, ",", &save)) {
    if (*count == capacity) return false;
    ids[(*count)++] = (unsigned)strtoul(id, NULL, 10);
  }
  return true;
}

static bool parse_trace(const char *text, enum trace *trace) {
  static const char *const names[] = {
      [TRACE_NONE] = "none",       [TRACE_ME_FIRST] = "me-first",
      [TRACE_ME_LAST] = "me-last", [TRACE_ME_LAST_WITHOUT] = "me-last-without",
      [TRACE_SEIZED] = "seized",   [TRACE_SEIZED_WITHOUT] = "seized-without"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(text, names[i]) != 0) continue;
    *trace = (enum trace)i;
    return true;
  }
  return false;
}

static bool parse_file(char *text, struct file *file) {
  char *fields[6];
  for (size_t i = 0; i < 6; i++) {
    fields[i] = strsep(&text, ":");
    if (fields[i] == NULL) return false;
  }
  *file = (struct file){.mount = fields[0],
                        .foreign = fields[1][0] == '1',
                        .mode = (mode_t)strtoul(fields[2], NULL, 8),
                        .uid = (uid_t)strtoul(fields[3], NULL, 10),
                        .gid = (gid_t)strtoul(fields[4], NULL, 10),
                        .attribute = fields[5]};
  return text == NULL;
}

static const char *parse_map(const char *text) {
  if (strcmp(text, "-") == 0) return NULL;
  return strcmp(text, "none") == 0 ? "" : text;
}

static bool parse_setup(char *line, struct setup *setup) {
  char *fields[FIELDS];
  for (size_t i = 0; i < FIELDS; i++) {
    fields[i] = strsep(&line, " ");
    if (fields[i] == NULL) return false;
  }
  if (line != NULL) return false;

  *setup = (struct setup){.permitted = strtoull(fields[3], NULL, 16),
                          .effective = strtoull(fields[4], NULL, 16),
                          .inheritable = strtoull(fields[5], NULL, 16),
                          .bounding = strtoull(fields[6], NULL, 16),
                          .ambient = strtoull(fields[7], NULL, 16),
                          .securebits = (int)strtol(fields[8], NULL, 10),
                          .no_new_privs = fields[9][0] == '1',
                          .shares_fs = fields[10][0] == '1',
                          .uid_map = parse_map(fields[11]),
                          .gid_map = parse_map(fields[12])};
  size_t count;
  if (!parse_ids(fields[0], setup->uid, 3, &count) || count != 3) return false;
  if (!parse_ids(fields[1], setup->gid, 3, &count) || count != 3) return false;
  if (strcmp(fields[2], "-") != 0 &&
      !parse_ids(fields[2], setup->groups, GROUPS, &setup->group_count))
    return false;
  if ((setup->uid_map == NULL) != (setup->gid_map == NULL)) return false;
  if (!parse_trace(fields[13], &setup->trace)) return false;
  char *files = fields[14];
  for (char *file = strsep(&files, ","); file != NULL; file = strsep(&files, ",")) {
    if (setup->file_count == FILES) return false;
    if (!parse_file(file, &setup->files[setup->file_count++])) return false;
  }
  return setup->file_count > 0;
}

// ---- the files ----

static size_t parse_hex(const char *text, unsigned char *bytes, size_t capacity) {
  size_t length = 0;
  for (unsigned byte; length < capacity && sscanf(text + 2 * length, "%2x", &byte) == 1; length++)
    bytes[length] = (unsigned char)byte;
  return length;
}

static const char *dress_file(const struct file *file, const char *stored) {
  if (file->attribute[0] != '@') {
    // In this order: chown takes away set-id bits and the attribute.
    if (chown(stored, file->uid, file->gid) != 0) return "chown";
    if (file->attribute[0] == '-') {
      if (removexattr(stored, "security.capability") != 0 && errno != ENODATA) return "removexattr";
    } else {
      unsigned char value[256];
      const size_t size = parse_hex(file->attribute, value, sizeof value);
      if (setxattr(stored, "security.capability", value, size, 0) != 0) return "setxattr";
    }
  }
  return chmod(stored, file->mode) != 0 ? "chmod" : NULL;
}

static const char *write_script(const char *path, const struct file *interpreter, int descriptor) {
  char text[256];
  const int length = interpreter->foreign
                         ? snprintf(text, sizeof text, "#!/proc/self/fd/%d\n", descriptor)
                         : snprintf(text, sizeof text, "#!%s\n", interpreter->path);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
  if (fd < 0) return "open script";
  const bool complete = write(fd, text, (size_t)length) == length;
  close(fd);
  return complete ? NULL : "write script";
}

// Names the call that failed, or NULL.
static const char *make_files(const char *directory, struct setup *setup) {
  const size_t last = setup->file_count - 1;
  for (size_t i = setup->file_count; i-- > 0;) {
    struct file *file = &setup->files[i];
    const bool imaged = file->attribute[0] == '@';
    char name[32] = "witness", stored[64];
    if (i < last) snprintf(name, sizeof name, "script%zu", i);
    if (imaged) snprintf(name, sizeof name, "%s", file->attribute + 1);
    snprintf(file->path, sizeof file->path, "%s/%s%s/%s", directory, imaged ? "image-" : "",
             file->mount, name);
    snprintf(stored, sizeof stored, "%s/%s", imaged ? "image" : "store", name);
    if (i < last) {
      const char *error = write_script(stored, &setup->files[i + 1], FOREIGN_FD + (int)i + 1);
      if (error != NULL) return error;
    }
    const char *error = dress_file(file, stored);
    if (error != NULL) return error;
  }
  return NULL;
}

// ---- the child ----

// Called in the child; the report's reader sees a failure in place of the outcome.
static _Noreturn void give_up(const char *call) {
  dprintf(REPORT_FD, "\"failure\":\"%s: %s\"", call, strerrorname_np(errno));
  _exit(1);
}

static void must(int result, const char *call) {
  if (result < 0) give_up(call);
}

// Asks the runner to do something to us, and waits until it is done.
static void ask(int sync, char request) {
  char answer = 0;
  if (write(sync, &request, 1) != 1 || read(sync, &answer, 1) != 1) give_up("ask");
  if (answer != 'k') {
    errno = ECANCELED;
    give_up(request == 'm' ? "write uid_map, gid_map" : "PTRACE_SEIZE");
  }
}

struct sets {
  uint64_t effective, permitted, inheritable;
};

static int get_sets(struct sets *sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  sets->effective = data[0].effective | (uint64_t)data[1].effective << 32;
  sets->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  sets->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return 0;
}

static int put_sets(struct sets sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct data[2] = {
      {(uint32_t)sets.effective, (uint32_t)sets.permitted, (uint32_t)sets.inheritable},
      {(uint32_t)(sets.effective >> 32), (uint32_t)(sets.permitted >> 32),
       (uint32_t)(sets.inheritable >> 32)}};
  return (int)syscall(SYS_capset, &header, data);
}

static uint64_t bounding_set(void) {
  uint64_t set = 0;
  for (int bit = 0; bit < 64; bit++)
    if (prctl(PR_CAPBSET_READ, bit) == 1) set |= UINT64_C(1) << bit;
  return set;
}

// Captures the credentials without CAP_SYS_PTRACE effective, and puts it back.
static int attach_without(long (*attach)(pid_t), pid_t pid) {
  struct sets sets, without;
  if (get_sets(&sets) != 0) return -1;
  without = sets;
  without.effective &= ~(UINT64_C(1) << CAP_SYS_PTRACE);
  if (put_sets(without) != 0) return -1;
  const long result = attach(pid);
  const int error = errno;
  if (put_sets(sets) != 0) return -1;
  errno = error;
  return (int)result;
}

static long trace_me(pid_t unused) {
  (void)unused;
  return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long seize(pid_t pid) { return ptrace(PTRACE_SEIZE, pid, NULL, NULL); }

static void enter_namespaces(const struct setup *setup, int sync) {
  bool foreign = false;
  for (size_t i = 0; i < setup->file_count; i++) {
    if (!setup->files[i].foreign) continue;
    foreign = true;
    const int fd = open(setup->files[i].path, O_PATH);
    must(fd, "open foreign file");
    must(dup2(fd, FOREIGN_FD + (int)i), "dup2");
    close(fd);
  }
  if (foreign) must(unshare(CLONE_NEWNS), "unshare mount namespace");

  // Without this, leaving uid 0 would take the capabilities that the rest needs.
  must(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), "PR_SET_SECUREBITS");
  must(setgroups(setup->group_count, setup->groups), "setgroups");
  must(setresgid(setup->gid[0], setup->gid[1], setup->gid[2]), "setresgid");
  must(setresuid(setup->uid[0], setup->uid[1], setup->uid[2]), "setresuid");

  // After the ids: in the namespace, ids that it does not map could not be set any more.
  if (setup->uid_map != NULL) {
    must(unshare(CLONE_NEWUSER), "unshare user namespace");
    ask(sync, 'm');
  }
}

// From most to least privilege: the bounding set limits what can be made inheritable, ambient
// needs permitted and inheritable, and everything needs CAP_SETPCAP, which the last capset drops.
static void limit(const struct setup *setup) {
  struct sets sets;
  must(get_sets(&sets), "capget");
  const uint64_t bounding = bounding_set();
  sets.inheritable = setup->inheritable & bounding;
  must(put_sets(sets), "capset inheritable");
  for (int bit = 0; bit < 64; bit++)
    if (setup->ambient & sets.inheritable & sets.permitted & UINT64_C(1) << bit)
      must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0), "PR_CAP_AMBIENT_RAISE");
  for (int bit = 0; bit < 64; bit++)
    if (bounding & ~setup->bounding & UINT64_C(1) << bit)
      must(prctl(PR_CAPBSET_DROP, bit), "PR_CAPBSET_DROP");
  must(prctl(PR_SET_SECUREBITS, setup->securebits), "PR_SET_SECUREBITS");
  sets.permitted &= setup->permitted;
  sets.effective = sets.permitted & setup->effective;
  must(put_sets(sets), "capset");
  if (setup->no_new_privs) must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
}

// Starts a process that shares our fs_struct and lives until we are gone.
static void share_fs(void) {
  int gate[2];
  must(pipe(gate), "pipe");
  const long pid = syscall(SYS_clone, CLONE_FS | CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  must((int)pid, "clone");
  if (pid == 0) {
    char nothing;
    if (dup2(gate[0], 0) != 0 || close_range(1, ~0U, 0) != 0) _exit(1);
    _exit(read(0, &nothing, 1) == 0 ? 0 : 1);
  }
  // The other end stays open, over execve too: its closing is what the process waits for.
  close(gate[0]);
}

static bool tracer_holds_sys_ptrace(const struct setup *setup, uint64_t effective) {
  switch (setup->trace) {
    case TRACE_ME_LAST:
      return effective >> CAP_SYS_PTRACE & 1;
    case TRACE_SEIZED_WITHOUT:
      // The tracer is root of the parent namespace: as its owner it needs no capability.
      return setup->uid_map != NULL && setup->uid[1] == 0;
    default:
      return setup->trace == TRACE_ME_FIRST || setup->trace == TRACE_SEIZED;
  }
}

static void report_caller(const struct setup *setup) {
  struct state state = {0};
  if (!read_state(&state)) give_up("/proc/self/status");
  char tracer[32] = "null", members[2048];
  if ((state.tracer_pid != 0) != (setup->trace != TRACE_NONE)) {
    errno = EPROTO;
    give_up("TracerPid");
  }
  if (state.tracer_pid != 0)
    snprintf(tracer, sizeof tracer, "{\"sysPtrace\":%s}",
             tracer_holds_sys_ptrace(setup, state.effective) ? "true" : "false");
  print_state(members, sizeof members, &state);
  dprintf(REPORT_FD, "\"caller\":{%s,\"sharesFs\":%s,\"tracer\":%s},", members,
          setup->shares_fs ? "true" : "false", tracer);
}

static _Noreturn void perform(const struct setup *setup, int sync) {
  const int status = open("/proc/self/status", O_RDONLY);
  must(status, "/proc/self/status");
  must(dup2(status, STATUS_FD), "dup2");
  close(status);

  if (setup->trace == TRACE_ME_FIRST) must((int)trace_me(0), "PTRACE_TRACEME");
  if (setup->trace == TRACE_SEIZED) ask(sync, 's');
  if (setup->trace == TRACE_SEIZED_WITHOUT) ask(sync, 'w');
  enter_namespaces(setup, sync);
  limit(setup);
  if (setup->trace == TRACE_ME_LAST) must((int)trace_me(0), "PTRACE_TRACEME");
  if (setup->trace == TRACE_ME_LAST_WITHOUT) must(attach_without(trace_me, 0), "PTRACE_TRACEME");
  if (setup->shares_fs) share_fs();
  report_caller(setup);

  char *const argv[] = {(char[]){"witness"}, NULL}, *const envp[] = {NULL};
  if (setup->files[0].foreign)
    syscall(SYS_execveat, FOREIGN_FD, "", argv, envp, AT_EMPTY_PATH);
  else
    execve(setup->files[0].path, argv, envp);
  dprintf(REPORT_FD, "\"outcome\":{\"exec\":\"%s\"}", strerrorname_np(errno));
  _exit(0);
}

// ---- the runner's side of one scenario ----

static bool write_map(pid_t pid, const char *name, const char *map) {
  if (map[0] == '\0') return true;
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  snprintf(text, sizeof text, "%s", map);
  for (char *at = text; *at != '\0'; at++) *at = *at == ':' ? ' ' : *at == ',' ? '\n' : *at;
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t length = (ssize_t)strlen(text);
  const bool complete = write(fd, text, (size_t)length) == length;
  close(fd);
  return complete;
}

static void serve(const struct setup *setup, pid_t pid, int sync) {
  for (char request; read(sync, &request, 1) == 1;) {
    bool done = false;
    if (request == 's') done = seize(pid) == 0;
    if (request == 'w') done = attach_without(seize, pid) == 0;
    if (request == 'm')
      done = write_map(pid, "uid_map", setup->uid_map) && write_map(pid, "gid_map", setup->gid_map);
    if (write(sync, done ? "k" : "n", 1) != 1) return;
  }
}

// Waits until the child and whoever shares its fs_struct are gone. Answers the child's status.
static int reap(pid_t child) {
  int answer = -1;
  for (;;) {
    int status;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return answer;
    if (WIFSTOPPED(status)) {
      // SIGTRAP is the kernel's own word that execve is over; anything else is for the tracee.
      const int signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
      ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)signal);
    } else if (pid == child) {
      answer = status;
    }
  }
}

static void run(const struct setup *setup) {
  int report[2], sync[2];
  if (pipe2(report, O_CLOEXEC) != 0) die("pipe");
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync) != 0) die("socketpair");
  const pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) {
    alarm(HANG_SECONDS);
    close(sync[0]);
    if (dup2(report[1], REPORT_FD) < 0) _exit(1);
    perform(setup, sync[1]);
  }
  close(report[1]);
  close(sync[1]);
  serve(setup, pid, sync[0]);
  close(sync[0]);
  const int status = reap(pid);

  char text[8192];
  size_t used = 0;
  for (ssize_t length; (length = read(report[0], text + used, sizeof text - 1 - used)) > 0;)
    used += (size_t)length;
  close(report[0]);
  text[used] = '\0';
  if (used == 0 || text[used - 1] == ',')
    printf("{%s\"failure\":\"no outcome, wait status 0x%x\"}\n", text, (unsigned)status);
  else
    printf("{%s}\n", text);
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 4) {
    fputs("usage: runner DIRECTORY WITNESS [IMAGE]\n", stderr);
    return 2;
  }
  require_private_mounts();
  require_suid_dumpable_off();
  umask(022);
  set_stage(argv[1], argv[2], argc == 4 ? argv[3] : NULL);

  char *line = NULL;
  size_t capacity = 0;
  for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = '\0';
    struct setup setup;
    if (!parse_setup(line, &setup)) {
      puts("{\"failure\":\"malformed line\"}");
    } else {
      const char *error = make_files(argv[1], &setup);
      if (error != NULL)
        printf("{\"failure\":\"%s: %s\"}\n", error, strerrorname_np(errno));
      else
        run(&setup);
    }
    fflush(stdout);
  }
  free(line);
  return 0;
}
