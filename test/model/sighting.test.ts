import { expect, test } from 'vitest';
import { capabilityLoss, type FileStamp } from '../../extension/model/sighting.ts';
import { exampleStamp } from '../../extension/rules/exampleSystem.ts';

const replaced = (timesKept: boolean | null) => ({ way: 'replaced', timesKept }) as const;
const written = { way: 'written' } as const;
const ownerChanged = { way: 'owner-changed' } as const;
const removed = { way: 'attribute-removed' } as const;
const noBirth = { born: null } as const;

test.each<[string, Partial<FileStamp>, Partial<FileStamp>, ReturnType<typeof capabilityLoss>]>([
  ['another inode', { inode: '12' }, {}, replaced(false)],
  ['another inode with older contents', { inode: '12' }, { modified: '1' }, replaced(true)],
  ['another inode, made by nobody knows when', { inode: '12' }, noBirth, replaced(null)],
  ['the number of an inode that was freed', { born: '1' }, {}, replaced(false)],
  ['contents as old as the file', { born: '1' }, { modified: '5', born: '5' }, replaced(false)],
  ['another device, and no birth', { device: '0:45', ...noBirth }, noBirth, replaced(null)],
  ['another device, and one birth unknown', { device: '0:45', ...noBirth }, {}, replaced(false)],
  ['the same birth on a device with another number', { device: '0:45' }, {}, null],
  ['other contents', { modified: '1' }, {}, written],
  ['another length', { size: 1 }, {}, written],
  ['other contents, and no birth', { modified: '1', ...noBirth }, noBirth, written],
  ['other contents and another owner', { modified: '1', uid: 0 }, {}, written],
  ['another owner', { uid: 0 }, {}, ownerChanged],
  ['another group', { gid: 0, changed: '1' }, {}, ownerChanged],
  ['a changed inode', { changed: '1' }, {}, removed],
  ['nothing', {}, {}, null],
])('%s', (_, before, after, loss) => {
  expect(capabilityLoss({ ...exampleStamp, ...before }, { ...exampleStamp, ...after })).toEqual(
    loss,
  );
});
