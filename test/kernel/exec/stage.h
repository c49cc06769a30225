// Where scenarios are played: file systems with a copy of the witness in each, seen through mounts
// with every combination of flags and id maps, and user namespaces that are kept for all scenarios.
#ifndef CAPWRIGHT_TEST_STAGE_H
#define CAPWRIGHT_TEST_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { KEPT = 16, IDMAPS = 8, SCRIPTS = 8 };

// Ends the runner with errno's message.
_Noreturn void die(const char *what);

// Mounts the stage on the directory and makes it the working directory. `image` is an ext4 file
// system, `specifications` is described at the top of runner.c.
void set_stage(const char *directory, const char *witness, const char *image,
               char *const *specifications);

// A descriptor of the user namespace.
int kept_namespace(unsigned index);

// How deep it lies below the initial one.
unsigned kept_level(unsigned index);

// Writes maps, `INSIDE:OUTSIDE:COUNT+…`, to /proc/PID/uid_map and gid_map. Only who is in the
// namespace above, of which `parent` is a descriptor or -1 the initial one, may write them all.
bool write_maps(pid_t pid, const char *uid_map, const char *gid_map, int parent);

#endif
