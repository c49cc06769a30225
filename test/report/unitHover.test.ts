import { expect, test } from 'vitest';
import { namedCapabilityCount } from '../../extension/model/capability.ts';
import { capabilityMeanings } from '../../extension/report/capabilityMeaning.ts';
import { capabilityPlace, unitHover } from '../../extension/report/unit/unitHover.ts';

/** `|` is where the cursor is. */
function at<T>(marked: string, ask: (text: string, offset: number) => T): T {
  return ask(marked.replace('|', ''), marked.indexOf('|'));
}
const completed = (marked: string) =>
  at(marked, (text, offset) => {
    const span = capabilityPlace(text, offset);
    return span === null ? null : text.slice(span.start, span.end);
  });
const hovered = (marked: string) => at(marked, (text, offset) => unitHover(null, text, offset));

test('every capability has a meaning, under its own number', () => {
  expect(capabilityMeanings().map(({ number }) => number)).toEqual(
    Array.from({ length: namedCapabilityCount }, (_, number) => number),
  );
});

test('capabilities are named in the values of two directives', () => {
  expect(completed('[Service]\nAmbientCapabilities=|')).toBe('');
  expect(completed('AmbientCapabilities=|\nUser=x\n')).toBe('');
  expect(completed('CapabilityBoundingSet=~CAP_|NET')).toBe('CAP_NET');
  expect(completed('AmbientCapabilities=CAP_KILL \\\n# why\n  CAP_N|\n')).toBe('CAP_N');
});

test('and nowhere else', () => {
  expect(completed('Ambient|Capabilities=CAP_KILL')).toBeNull();
  expect(completed('AmbientCapabilities=CAP_KILL\n|User=x\n')).toBeNull();
  expect(completed('User=|')).toBeNull();
  expect(completed('#AmbientCapabilities=|')).toBeNull();
  expect(completed('|')).toBeNull();
});

test('a capability has a meaning wherever it stands, in comments too', () => {
  expect(hovered('# for cap_net_|admin\n')).toMatchObject({ title: 'CAP_NET_ADMIN, 12' });
  expect(hovered('# for cap_net_|adm\n')).toBeNull();
});

test.each([
  ['Exec|Start=/bin/true', 'systemd.service.html#ExecStart='],
  ['Bus|Name=org.example.One', 'systemd.service.html#BusName='],
  ['NoExec|Paths=/', 'systemd.exec.html#NoExecPaths='],
  ['Exec|Paths=/', 'systemd.exec.html#ExecPaths='],
  ['Device|Allow=/dev/net/tun', 'systemd.resource-control.html#DeviceAllow='],
  ['BindReadOnly|Paths=/', 'systemd.exec.html#BindReadOnlyPaths='],
  ['ReadWrite|Directories=/', 'systemd.exec.html#ReadWritePaths='],
  ['Permissions|StartOnly=yes', 'systemd.service.html'],
])('%s leads to %s', (text, page) => {
  expect(hovered(`[Service]\n${text}\n`)?.manual.url).toMatch(new RegExp(`/${page}$`));
});
