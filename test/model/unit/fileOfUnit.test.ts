import { expect, test } from 'vitest';
import { fileOfUnit } from '../../../extension/model/unit/fileOfUnit.ts';
import { managerComment } from '../../../extension/model/unit/managerComment.ts';

const place = (path: string) => {
  const found = fileOfUnit(path);
  return found === null ? null : [found.path, found.isDropIn];
};

test('a unit’s own file is one by its name, a drop-in by its directory', () => {
  expect(place('/etc/systemd/system/vpn@.service')).toEqual([
    '/etc/systemd/system/vpn@.service',
    false,
  ]);
  expect(place('/x/vpn.service.d/10-caps.conf')).toEqual(['/x/vpn.service', true]);
  expect(place('/x/vpn-.socket.d/a.conf')).toEqual(['/x/vpn-.socket', true]);
});

test('no other file is, whatever its directory is called', () => {
  expect(place('/etc/sysctl.d/10-net.conf')).toBeNull();
  expect(place('/etc/systemd/system.conf')).toBeNull();
  expect(place('/x/vpn.service.d/README')).toBeNull();
  expect(place('/x/25-tun.netdev')).toBeNull();
});

test('a comment names the manager, the first that does', () => {
  expect(managerComment('[Service]\r\n ; capwright: user\r\n# capwright: system\n')).toBe('user');
  expect(managerComment('Environment="# capwright: user"\n')).toBeNull();
  expect(managerComment('# capwright: users\n')).toBeNull();
});
