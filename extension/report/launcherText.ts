import { emptySet, without } from '../model/capabilitySet.ts';
import type { Confinement } from '../model/confinement.ts';
import { neededCapabilities } from '../model/operations.ts';
import type { Launcher } from '../model/system.ts';
import { initialUserNamespaceId } from '../model/userNamespace.ts';
import type { CheckReport } from './checkReport.ts';
import { listCapabilities } from './words.ts';

/**
 * The processes that start the program, with what is out of the ordinary about them: `from bash
 * (pid 4121): no_new_privs · in the snap code`. None where everything is allowed, or nothing is.
 */
export function launcherSentences(report: CheckReport): readonly string[] {
  const { launcher, debugLauncher } = report.system;
  return [
    sentence('from', launcher, report),
    ...(debugLauncher === null ? [] : [sentence('debuggers from', debugLauncher, report)]),
  ].filter((each) => each !== null);
}

/** What confines a process, or sets it apart, as far as it can bear on what was asked. */
export function particulars(launcher: Launcher, report: CheckReport): readonly string[] {
  const allAllowed = report.judgement.paths.every(({ verdicts }) =>
    verdicts.every(({ verdict }) => verdict.kind === 'allowed'),
  );
  const { credentials, confinement, securityLabel, seccomp, otherThreads } = launcher;
  if (allAllowed || credentials.kind === 'unknown') return [];
  const { noNewPrivs, bounding, userNamespace } = credentials.value;
  const missing = without(neededCapabilities(report.operations), bounding);
  return [
    noNewPrivs ? 'no_new_privs' : null,
    missing === emptySet ? null : `${listCapabilities(missing)} not in its bounding set`,
    confinement.kind === 'known' && confinement.value !== null
      ? confinementPhrase(confinement.value)
      : null,
    userNamespace.id === initialUserNamespaceId ? null : `in user namespace ${userNamespace.id}`,
    seccomp === 0 ? null : 'under seccomp',
    securityLabel === null || securityLabel === 'unconfined' ? null : `labelled ${securityLabel}`,
    otherThreads.length === 0
      ? null
      : `other credentials in its threads ${[...new Set(otherThreads)].join(', ')}`,
  ].filter((each) => each !== null);
}

function sentence(how: string, launcher: Launcher, report: CheckReport): string | null {
  const { name, pid } = launcher.vantage;
  const found = particulars(launcher, report);
  if (found.length === 0) return null;
  const who = pid === null ? name : `${name} (pid ${String(pid)})`;
  return `${how} ${who}: ${found.join(' · ')}`;
}

export function confinementPhrase({ kind, name }: Confinement): string {
  switch (kind) {
    case 'snap':
      return name === null ? 'in a snap' : `in the snap ${name}`;
    case 'flatpak':
      return name === null ? 'in a flatpak' : `in the flatpak ${name}`;
    case 'container':
      return name === null ? 'in a container' : `in a container (${name})`;
    case 'wsl':
      return 'in WSL';
  }
}
