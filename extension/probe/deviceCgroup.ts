import type { ProcessFacts } from '../protocol/probe.ts';

/**
 * Whether the same device rules hold for both processes, as far as /proc/PID/cgroup tells
 * (cgroups(7)): the same cgroup of the v1 devices hierarchy, and the same of v2. What lies below
 * `user@UID.service` counts as one: a user's own manager has not the privilege to attach a device
 * program. False where either cannot be read.
 */
export function shareDeviceCgroup(one: ProcessFacts | null, other: ProcessFacts | null): boolean {
  if (one === null || other === null) return false;
  const [mine, theirs] = [deviceCgroups(one), deviceCgroups(other)];
  return mine !== null && mine === theirs;
}

function deviceCgroups({ cgroup }: ProcessFacts): string | null {
  if (!('value' in cgroup)) return null;
  const lines = cgroup.value.split('\n').map((line) => line.split(':'));
  const path = (wanted: (controllers: string) => boolean): string =>
    lines
      .find(([, controllers]) => controllers !== undefined && wanted(controllers))
      ?.slice(2)
      .join(':') ?? '';
  const v1 = path((controllers) => controllers.split(',').includes('devices'));
  const v2 = path((controllers) => controllers === '');
  return JSON.stringify([v1, v2.replace(/(\/user@\d+\.service)\/.*/, '$1')]);
}
