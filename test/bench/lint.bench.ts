import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import { operations } from '../../extension/model/operations.ts';
import { judgeUnit } from '../../extension/model/unit/judgeUnit.ts';
import { readUnit } from '../../extension/model/unit/unit.ts';
import { evaluateUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import { unitWithDropIns } from '../model/unit/world.ts';

const dropIns = [
  'AmbientCapabilities=CAP_NET_ADMIN\nCapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW',
  'ProtectSystem=strict\nProtectHome=yes\nPrivateTmp=yes\nNoNewPrivileges=yes',
  'DeviceAllow=/dev/net/tun rw\nDevicePolicy=closed',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK\nSystemCallFilter=@system-service',
  'ReadWritePaths=/var/lib/prog\nRestrictNamespaces=yes\nLockPersonality=yes',
];
const own = 'ExecStartPre=/usr/bin/prog check\nExecStart=/usr/bin/prog run\nUser=alice';
const { unit, system } = unitWithDropIns(own, dropIns);

describe('a unit with five drop-ins', () => {
  bench('read, judge every operation, and ask the rules', () => {
    const reading = readUnit(unit, system.manager, system.rules);
    const judgement = judgeUnit(reading, system, operations);
    evaluateUnit({ unit, reading, system, operations, judgement });
  });

  const folder = mkdtempSync(join(tmpdir(), 'capwright-lint-'));
  const path = join(folder, 'test.service');
  const text = [own.replaceAll('/usr/bin/prog', '/bin/true'), ...dropIns].join('\n');
  writeFileSync(path, `[Service]\nType=oneshot\n${text}\n`);

  bench(
    'systemd-analyze verify, of one file with the same lines',
    () => {
      execFileSync('systemd-analyze', ['verify', '--man=no', path], { stdio: 'ignore' });
    },
    {
      teardown: (_, mode) => {
        if (mode === 'run') rmSync(folder, { recursive: true });
      },
    },
  );
});
