import { members, type CapabilitySet } from '../model/capabilitySet.ts';
import { capabilityConstant } from '../model/gate.ts';
import type { SourceLanguage } from '../model/sourceLanguage.ts';
import type { System } from '../model/system.ts';
import type { Fix } from './fix.ts';

/**
 * What a parent with the capabilities has to do for the program that it starts: code, in the language
 * of the program where that is known, since both are often of one project.
 */
export function raiseAmbientInParent(
  { program: { language } }: System,
  needed: CapabilitySet,
): readonly Fix[] {
  const capabilities = members(needed).map((number) => ({
    number,
    constant: capabilityConstant(number),
  }));
  if (capabilities.length === 0) return [];
  const languages = language === null ? languagesInOrder : [language];
  return languages.map((each) => ({
    id: 'raise-ambient-in-parent',
    title: `Raise it as ambient in its parent, in ${languageName[each]}`,
    remark:
      'a change of its parent’s source, for one that holds it · this program then needs no file capabilities',
    applicability: 'template',
    needs: 'restart',
    steps: [{ kind: 'code', language: each, text: template[each](capabilities) }],
    inverse: [],
    effects: [{ kind: 'parent-raises-ambient' }],
  }));
}

type Named = { readonly number: number; readonly constant: string };

const languagesInOrder: readonly SourceLanguage[] = ['c', 'rust', 'go', 'python'];

const languageName: Readonly<Record<SourceLanguage, string>> = {
  c: 'C',
  go: 'Go',
  python: 'Python',
  rust: 'Rust',
};

const template: Readonly<Record<SourceLanguage, (capabilities: readonly Named[]) => string>> = {
  c: (capabilities) => `// Link with -lcap (Debian: libcap-dev).
#include <sys/capability.h>

// To be called before exec or posix_spawn. Answers 0, or -1 and errno.
int raise_ambient(void) {
  const cap_value_t wanted[] = {${capabilities.map(({ constant }) => constant).join(', ')}};
  const int count = (int)(sizeof wanted / sizeof *wanted);
  cap_t caps = cap_get_proc();
  if (caps == NULL) return -1;
  // Only what is inheritable as well as permitted can be ambient.
  int status = cap_set_flag(caps, CAP_INHERITABLE, count, wanted, CAP_SET);
  if (status == 0) status = cap_set_proc(caps);
  cap_free(caps);
  for (int i = 0; i < count && status == 0; i++)
    status = cap_set_ambient(wanted[i], CAP_SET);
  return status;
}`,

  rust: (capabilities) => `// Cargo.toml: caps = "0.5"
use caps::{CapSet, Capability};

/// To be called before \`Command::spawn\`, in the same thread.
fn raise_ambient() -> Result<(), caps::errors::CapsError> {
    for capability in [${capabilities.map(({ constant }) => `Capability::${constant}`).join(', ')}] {
        // Only what is inheritable as well as permitted can be ambient.
        caps::raise(None, CapSet::Inheritable, capability)?;
        caps::raise(None, CapSet::Ambient, capability)?;
    }
    Ok(())
}`,

  go: (capabilities) => `import (
	"os/exec"
	"syscall"
)

// passOn makes a command start with the capabilities as ambient ones.
func passOn(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{
		AmbientCaps: []uintptr{${capabilities.map(({ number }) => number).join(', ')}}, // ${capabilities.map(({ constant }) => constant).join(', ')}
	}
}`,

  python: (capabilities) => `import ctypes
import os

CAPABILITIES = (${capabilities.map(({ number }) => `${number},`).join(' ')})  # ${capabilities.map(({ constant }) => constant).join(', ')}
libc = ctypes.CDLL(None, use_errno=True)


def raise_ambient():
    """For subprocess.run(..., preexec_fn=raise_ambient)."""

    def call(function, *arguments):
        if function(*arguments) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))

    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    call(libc.capget, header, sets)
    for capability in CAPABILITIES:
        # Only what is inheritable as well as permitted can be ambient.
        sets[capability // 32 * 3 + 2] |= 1 << capability % 32
    call(libc.capset, header, sets)
    for capability in CAPABILITIES:
        # PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE
        call(libc.prctl, 47, *map(ctypes.c_ulong, (2, capability, 0, 0)))`,
};
