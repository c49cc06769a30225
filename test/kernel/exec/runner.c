// Does exec scenarios on the running kernel and prints what happened.
//
//   unshare --mount --propagation private runner DIRECTORY WITNESS IMAGE [kept=…]… [idmap=…]…
//
// For each line on stdin a child brings itself into the state asked for as far as the kernel lets
// it, reports the state it really has, and executes a chain of files; the answer is one JSON object
// a line, in order: {"caller":{…},"outcome":{…}}, or {"failure":"…"} when the scenario could not be
// done at all. Ids are those of the initial user namespace.
//
//   kept=PARENT/OWNER/UIDMAP/GIDMAP  a user namespace for all scenarios, with a tmpfs that it owns:
//                                    below the kept one with the number PARENT, or - below the
//                                    initial one. OWNER, user and group, is mapped in both. The
//                                    first has a binfmt_misc.
//   idmap=UIDMAP/GIDMAP              every file system is also seen through such an idmapped mount
//
// A map is INSIDE:OUTSIDE:COUNT+…, OUTSIDE in the namespace above.
//
// A line has 18 fields separated by spaces; sets are hexadecimal, lists separated by commas:
//
//   UID,UID,UID GID,GID,GID GROUPS|- PERMITTED EFFECTIVE INHERITABLE BOUNDING AMBIENT SECUREBITS
//   NO_NEW_PRIVS SHARES_FS KEPT|- UIDMAP|-|none GIDMAP|-|none TRACE PDEATHSIG PERSONALITY
//   FILE[,FILE…]
//
//   KEPT    the number of the kept user namespace that the child enters
//   UIDMAP  of a new user namespace below that one; - is no new namespace, none is a namespace
//           without a map
//   TRACE   none, or FORM:UID:SYS_PTRACE:KEPT; see tracer.h
//   FILE    STORE:IDMAP:MOUNT:FOREIGN:MODE:UID:GID:ATTRIBUTE:HANDLER, the file executed first and
//           its interpreters. STORE is - or the number of the kept namespace that owns the file
//           system, IDMAP - or the number of an id map; MOUNT is plain, nosuid, noexec or
//           nosuid+noexec; MODE is octal; ATTRIBUTE is security.capability in hexadecimal, or -, or
//           @NAME: the file NAME of the image, whose owner and attribute are kept. HANDLER is
//           script, or misc and the flags of a binfmt_misc entry, or - for the last.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "sets.h"
#include "stage.h"
#include "state.h"
#include "tracer.h"

enum { FIELDS = 18, FILES = SCRIPTS, GROUPS = 16, FOREIGN_FD = 210, HANG_SECONDS = 20 };

struct file {
  const char *store, *idmap, *mount, *attribute, *handler;
  bool foreign;
  mode_t mode;
  uid_t uid;
  gid_t gid;
  char path[128], stored[64];
};

struct setup {
  uid_t uid[3];
  gid_t gid[3], groups[GROUPS];
  size_t group_count;
  uint64_t permitted, effective, inheritable, bounding, ambient;
  int securebits;
  bool no_new_privs, shares_fs;
  int kept;                       // -1 is the initial user namespace
  const char *uid_map, *gid_map;  // NULL is no new user namespace
  struct trace trace;
  int parent_death_signal;
  unsigned long personality;
  struct file files[FILES];
  size_t file_count;
};

// Written by the tracer, read by the tracee.
static struct capable *captured;

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

static int parse_kept(const char *text) {
  return text[0] == '-' ? -1 : (int)strtol(text, NULL, 10);
}

static bool parse_trace(char *text, struct trace *trace) {
  static const char *const names[] = {
      [TRACE_NONE] = "none",           [TRACEME_FIRST] = "traceme-first",
      [TRACEME_LAST] = "traceme-last", [SEIZE_FIRST] = "seize-first",
      [SEIZE_LAST] = "seize-last",     [ATTACH_FIRST] = "attach-first",
      [ATTACH_LAST] = "attach-last",   [INHERITED] = "inherited",
      [DETACHED] = "detached"};
  const char *form = strsep(&text, ":");
  const char *uid = strsep(&text, ":"), *sys_ptrace = strsep(&text, ":");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(form, names[i]) != 0) continue;
    *trace = (struct trace){.form = (enum trace_form)i, .kept = -1};
    if (i == TRACE_NONE) return text == NULL;
    if (text == NULL) return false;
    trace->uid = (uid_t)strtoul(uid, NULL, 10);
    trace->sys_ptrace = sys_ptrace[0] == '1';
    trace->kept = parse_kept(text);
    return true;
  }
  return false;
}

static bool parse_file(char *text, struct file *file) {
  char *fields[9];
  for (size_t i = 0; i < 9; i++) {
    fields[i] = strsep(&text, ":");
    if (fields[i] == NULL) return false;
  }
  *file = (struct file){.store = fields[0],
                        .idmap = fields[1],
                        .mount = fields[2],
                        .foreign = fields[3][0] == '1',
                        .mode = (mode_t)strtoul(fields[4], NULL, 8),
                        .uid = (uid_t)strtoul(fields[5], NULL, 10),
                        .gid = (gid_t)strtoul(fields[6], NULL, 10),
                        .attribute = fields[7],
                        .handler = fields[8]};
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
                          .kept = parse_kept(fields[11]),
                          .uid_map = parse_map(fields[12]),
                          .gid_map = parse_map(fields[13]),
                          .parent_death_signal = (int)strtol(fields[15], NULL, 10),
                          .personality = strtoul(fields[16], NULL, 10)};
  size_t count;
  if (!parse_ids(fields[0], setup->uid, 3, &count) || count != 3) return false;
  if (!parse_ids(fields[1], setup->gid, 3, &count) || count != 3) return false;
  if (strcmp(fields[2], "-") != 0 &&
      !parse_ids(fields[2], setup->groups, GROUPS, &setup->group_count))
    return false;
  if ((setup->uid_map == NULL) != (setup->gid_map == NULL)) return false;
  if (!parse_trace(fields[14], &setup->trace)) return false;
  char *files = fields[17];
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

static const char *dress_file(const struct file *file) {
  if (file->attribute[0] != '@') {
    // In this order: chown takes away set-id bits and the attribute.
    if (chown(file->stored, file->uid, file->gid) != 0) return "chown";
    if (file->attribute[0] == '-') {
      if (removexattr(file->stored, "security.capability") != 0 && errno != ENODATA)
        return "removexattr";
    } else {
      unsigned char value[256];
      const size_t size = parse_hex(file->attribute, value, sizeof value);
      if (setxattr(file->stored, "security.capability", value, size, 0) != 0) return "setxattr";
    }
  }
  return chmod(file->stored, file->mode) != 0 ? "chmod" : NULL;
}

static const char *write_file(const char *path, const char *text, int create) {
  const int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | create, 0700);
  if (fd < 0) return "open file";
  const ssize_t length = (ssize_t)strlen(text);
  const bool complete = write(fd, text, (size_t)length) == length;
  close(fd);
  return complete ? NULL : "write file";
}

static const char *interpreter_path(const struct setup *setup, size_t index, char *path,
                                    size_t size) {
  if (!setup->files[index].foreign) return setup->files[index].path;
  snprintf(path, size, "/proc/self/fd/%d", FOREIGN_FD + (int)index);
  return path;
}

static const char *write_script(const struct setup *setup, size_t index) {
  char text[256], path[64];
  if (strcmp(setup->files[index].handler, "script") == 0)
    snprintf(text, sizeof text, "#!%s\n", interpreter_path(setup, index + 1, path, sizeof path));
  else
    snprintf(text, sizeof text, "CAPW%zu\n", index);
  // A namespace's files are there: not everybody can own one.
  return write_file(setup->files[index].stored, text, O_CREAT);
}

// Takes the file by its first bytes (Documentation/admin-guide/binfmt-misc.rst).
static const char *register_handler(const struct setup *setup, size_t index) {
  char text[256], path[64];
  const struct file *interpreter = &setup->files[index + 1];
  const char *flags = setup->files[index].handler + strlen("misc");
  // With F the kernel opens the interpreter now, and for itself.
  const char *name = strchr(flags, 'F') != NULL
                         ? interpreter->path
                         : interpreter_path(setup, index + 1, path, sizeof path);
  snprintf(text, sizeof text, ":file%zu:M::CAPW%zu::%s:%s", index, index, name, flags);
  return write_file("binfmt_misc/register", text, 0);
}

static void unregister_handlers(const struct setup *setup) {
  for (size_t i = 0; i < setup->file_count; i++) {
    char path[64];
    snprintf(path, sizeof path, "binfmt_misc/file%zu", i);
    if (strncmp(setup->files[i].handler, "misc", 4) == 0) write_file(path, "-1", 0);
  }
}

// Names the call that failed, or NULL.
static const char *make_files(const char *directory, struct setup *setup) {
  const size_t last = setup->file_count - 1;
  for (size_t i = 0; i <= last; i++) {
    struct file *file = &setup->files[i];
    const bool imaged = file->attribute[0] == '@';
    char name[32] = "witness", store[32] = "store";
    if (i < last) snprintf(name, sizeof name, "script%zu", i);
    if (imaged) snprintf(name, sizeof name, "%s", file->attribute + 1);
    if (imaged) snprintf(store, sizeof store, "image");
    if (file->store[0] != '-') snprintf(store, sizeof store, "kept%s", file->store);
    snprintf(file->path, sizeof file->path, "%s/%s.%s.%s/%s", directory, store, file->idmap,
             file->mount, name);
    snprintf(file->stored, sizeof file->stored, "%s/%s", store, name);
  }
  const char *error = NULL;
  for (size_t i = 0; i < last && error == NULL; i++) error = write_script(setup, i);
  for (size_t i = 0; i <= last && error == NULL; i++)
    if (chmod(setup->files[i].stored, 0755) != 0) error = "chmod";
  for (size_t i = 0; i < last && error == NULL; i++)
    if (strncmp(setup->files[i].handler, "misc", 4) == 0) error = register_handler(setup, i);
  for (size_t i = 0; i <= last && error == NULL; i++) error = dress_file(&setup->files[i]);
  return error;
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

// What a process asks the runner to do to it: `t` trace it, `d` let go of it, `m` write its maps.
struct request {
  pid_t pid;
  char what;
};

// Waits until it is done.
static void ask(int sync, char what) {
  const struct request request = {getpid(), what};
  char answer = 0;
  if (write(sync, &request, sizeof request) != sizeof request || read(sync, &answer, 1) != 1)
    give_up("ask");
  // An attempt to trace may fail; the report tells who traces.
  if (answer != 'k' && what != 't') {
    errno = ECANCELED;
    give_up(what == 'm' ? "write uid_map, gid_map" : "PTRACE_DETACH");
  }
}

static uint64_t bounding_set(void) {
  uint64_t set = 0;
  for (int bit = 0; bit < 64; bit++)
    if (prctl(PR_CAPBSET_READ, bit) == 1) set |= UINT64_C(1) << bit;
  return set;
}

// Asks for a tracer, and keeps what the kernel keeps: our credentials at this moment.
static void trace_me(const struct trace *trace, unsigned level) {
  struct sets before, now;
  struct state state;
  must(get_sets(&before), "capget");
  if (!trace->sys_ptrace) must(without_sys_ptrace(NULL), "capset");
  must(get_sets(&now), "capget");
  if (!read_state(&state)) give_up("/proc/self/status");
  *captured = (struct capable){.uid = state.uid[1], .level = level, .effective = now.effective};
  must((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL), "PTRACE_TRACEME");
  must(put_sets(before), "capset");
}

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
  if (setup->kept >= 0) must(setns(kept_namespace((unsigned)setup->kept), CLONE_NEWUSER), "setns");
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
  must(prctl(PR_SET_PDEATHSIG, setup->parent_death_signal), "PR_SET_PDEATHSIG");
  must(personality(setup->personality), "personality");
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

static unsigned level_of(const struct setup *setup) {
  const unsigned above = setup->kept < 0 ? 0 : kept_level((unsigned)setup->kept);
  return setup->uid_map == NULL ? above : above + 1;
}

static int print_capable(char *buffer, size_t size, const struct capable *task) {
  return snprintf(buffer, size, "{\"uid\":%u,\"effective\":\"0x%llx\",\"level\":%u}", task->uid,
                  (unsigned long long)task->effective, task->level);
}

// Called by the tracee when it is traced.
static void print_tracer(char *buffer, size_t size, const struct setup *setup) {
  char kept[128], runners[128];
  print_capable(kept, sizeof kept, captured);
  if (setup->trace.form != TRACEME_FIRST && setup->trace.form != TRACEME_LAST) {
    snprintf(buffer, size, "{\"request\":\"attach\",\"tracer\":%s}", kept);
    return;
  }
  print_capable(runners, sizeof runners, captured + 1);
  snprintf(buffer, size, "{\"request\":\"traceme\",\"tracer\":%s,\"tracee\":%s}", runners, kept);
}

static void report_caller(const struct setup *setup) {
  struct state state = {0};
  if (!read_state(&state)) give_up("/proc/self/status");
  char tracer[512] = "null", members[2048];
  if (state.tracer_pid != 0) print_tracer(tracer, sizeof tracer, setup);
  print_state(members, sizeof members, &state);
  dprintf(REPORT_FD, "\"caller\":{%s,\"sharesFs\":%s,\"tracer\":%s},", members,
          setup->shares_fs ? "true" : "false", tracer);
}

// Goes on as the child of a process that is traced.
static void become_child(void) {
  const pid_t pid = fork();
  must(pid, "fork");
  if (pid == 0) {
    alarm(HANG_SECONDS);
    return;
  }
  int status;
  while (waitpid(pid, &status, 0) != pid && errno == EINTR) continue;
  _exit(0);
}

static void open_status(void) {
  const int status = open("/proc/self/status", O_RDONLY);
  must(status, "/proc/self/status");
  must(dup2(status, STATUS_FD), "dup2");
  close(status);
}

static _Noreturn void perform(const struct setup *setup, int sync) {
  const enum trace_form form = setup->trace.form;
  if (form == SEIZE_FIRST || form == ATTACH_FIRST || form == INHERITED || form == DETACHED)
    ask(sync, 't');
  if (form == INHERITED) become_child();
  open_status();
  if (form == TRACEME_FIRST) trace_me(&setup->trace, 0);
  enter_namespaces(setup, sync);
  limit(setup);
  if (form == TRACEME_LAST) trace_me(&setup->trace, level_of(setup));
  if (form == SEIZE_LAST || form == ATTACH_LAST) {
    // Changes of credentials have taken it; execve starts anew.
    must(prctl(PR_SET_DUMPABLE, 1), "PR_SET_DUMPABLE");
    ask(sync, 't');
  }
  if (form == DETACHED) ask(sync, 'd');
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

static void serve(const struct setup *setup, int sync) {
  int tracer = -1;
  const int above = setup->kept < 0 ? -1 : kept_namespace((unsigned)setup->kept);
  const bool last = setup->trace.form == SEIZE_LAST || setup->trace.form == ATTACH_LAST;
  const struct tracer_ids ids = {.uid = last ? setup->uid[0] : 0, .gid = last ? setup->gid[0] : 0};
  for (struct request request; read(sync, &request, sizeof request) == sizeof request;) {
    char answer = 'n';
    if (request.what == 't') {
      tracer = start_tracer(&setup->trace, ids, request.pid, captured);
      if (read(tracer, &answer, 1) != 1) answer = 'n';
    } else if (request.what == 'd') {
      if (write(tracer, "d", 1) != 1 || read(tracer, &answer, 1) != 1) answer = 'n';
    } else if (write_maps(request.pid, setup->uid_map, setup->gid_map, above)) {
      answer = 'k';
    }
    if (write(sync, &answer, 1) != 1) break;
  }
  if (tracer >= 0) close(tracer);
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
  serve(setup, sync[0]);
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

// A process that asks to be traced is traced by us.
static void keep_runners_credentials(void) {
  struct sets sets;
  if (get_sets(&sets) != 0) die("capget");
  captured =
      mmap(NULL, 2 * sizeof *captured, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (captured == MAP_FAILED) die("mmap");
  captured[1] = (struct capable){.uid = geteuid(), .effective = sets.effective};
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fputs("usage: runner DIRECTORY WITNESS IMAGE [kept=…]… [idmap=…]…\n", stderr);
    return 2;
  }
  umask(022);
  set_stage(argv[1], argv[2], argv[3], argv + 4);
  keep_runners_credentials();

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
      unregister_handlers(&setup);
    }
    fflush(stdout);
  }
  free(line);
  return 0;
}
