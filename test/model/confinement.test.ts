/** The marks that snaps, flatpaks and containers leave, as they are documented or were reported. */
import { expect, it } from 'vitest';
import { CAP_SYS_ADMIN } from '../../extension/model/capability.ts';
import { allNamed, setOf, without } from '../../extension/model/capabilitySet.ts';
import { confinementOf, type ConfinementSigns } from '../../extension/model/confinement.ts';

const none: ConfinementSigns = {
  securityLabel: null,
  cgroup: '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-code-77.scope\n',
  flatpakInfo: null,
  containerenv: null,
  dockerenv: false,
  systemdContainer: null,
  rootFsType: 'ext4',
  bounding: allNamed,
  kernelRelease: '6.8.0-45-generic\n',
};
const userScope = '/user.slice/user-1000.slice/user@1000.service/app.slice';
const cgroup = (path: string) => ({ cgroup: `0::${path}\n` });
const id = '0123456789abcdef'.repeat(4);
const bounded = { bounding: without(allNamed, setOf(CAP_SYS_ADMIN)) };

it.each<[Partial<ConfinementSigns>, string, string | null]>([
  [{ securityLabel: 'snap.code.code (complain)' }, 'snap', 'code'],
  [{ securityLabel: 'snap.firefox.geckodriver (enforce)' }, 'snap', 'firefox'],
  [cgroup(`${userScope}/snap.code.code-6f1d8a5e-77.scope`), 'snap', 'code'],
  [cgroup('/system.slice/snap.lxd.daemon.service'), 'snap', 'lxd'],
  [
    {
      flatpakInfo:
        '[Application]\nruntime=org.x/1\nname=com.visualstudio.code\n\n[Instance]\nname=no\n',
    },
    'flatpak',
    'com.visualstudio.code',
  ],
  [{ flatpakInfo: '[Instance]\nname=no\n' }, 'flatpak', null],
  [
    cgroup(`${userScope}/app-flatpak-com.vscodium.codium-4711.scope`),
    'flatpak',
    'com.vscodium.codium',
  ],
  [{ containerenv: 'engine="podman-4.9.4"\nname="x"\n' }, 'container', 'podman'],
  [{ containerenv: '' }, 'container', 'podman'],
  [{ dockerenv: true }, 'container', 'docker'],
  [{ systemdContainer: 'systemd-nspawn\n' }, 'container', 'systemd-nspawn'],
  [{ systemdContainer: 'lxc\n', dockerenv: true }, 'container', 'lxc'],
  [cgroup(`/docker/${id}`), 'container', 'docker'],
  [cgroup(`/system.slice/docker-${id}.scope`), 'container', 'docker'],
  [cgroup(`/machine.slice/libpod-${id}.scope/container`), 'container', 'podman'],
  [cgroup('/lxc.payload.web/init.scope'), 'container', 'lxc'],
  [
    cgroup(`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`),
    'container',
    'Kubernetes',
  ],
  [cgroup('/machine.slice/systemd-nspawn@deb.service/payload'), 'container', 'systemd-nspawn'],
  [{ cgroup: `12:devices:/docker/${id}\n0::/\n` }, 'container', 'docker'],
  [{ securityLabel: 'docker-default (enforce)' }, 'container', 'docker'],
  [{ securityLabel: 'containers-default-0.50.1 (enforce)' }, 'container', 'podman'],
  [{ rootFsType: 'overlay', ...bounded }, 'container', null],
  [{ kernelRelease: '5.15.153.1-microsoft-standard-WSL2\n' }, 'wsl', null],
  [{ kernelRelease: '5.15.0-microsoft', dockerenv: true }, 'container', 'docker'],
  [{ securityLabel: 'snap.code.code', dockerenv: true }, 'snap', 'code'],
])('%o', (signs, kind, name) => {
  expect(confinementOf({ ...none, ...signs })).toEqual({ kind, name });
});

it.each<Partial<ConfinementSigns>>([
  {},
  { cgroup: null },
  { securityLabel: 'unconfined' },
  { securityLabel: 'snapper (enforce)' },
  // A live system, and an ordinary one with a narrow shell.
  { rootFsType: 'overlay' },
  bounded,
  cgroup('/system.slice/docker.service'),
  cgroup('/system.slice/snapd.service'),
  cgroup('/user.slice/user-1000.slice/session-2.scope'),
])('nothing is read into %o', (signs) => {
  expect(confinementOf({ ...none, ...signs })).toBeNull();
});
