import { expect, test } from 'vitest';
import { capabilityWordFix } from '../../extension/fixes/capabilityWordFix.ts';

const fix = (subject: string) => {
  const found = capabilityWordFix({
    ...{ path: '/x.service', span: { start: 0, end: subject.length }, subject },
    ...{ problem: 'unknown-capability', loss: 'word' },
  });
  return found === null ? null : [found.edits[0]?.replacement, found.applicability];
};

test('what can be meant in one way only is safe to write', () => {
  expect(fix('net_admin')).toEqual(['CAP_NET_ADMIN', 'safe']);
  expect(fix('CAP_NET_RAW,net_admin,')).toEqual(['CAP_NET_RAW CAP_NET_ADMIN', 'safe']);
  expect(fix('CAP_NET_RAW|CAP_KILL')).toEqual(['CAP_NET_RAW CAP_KILL', 'safe']);
});

test.each(['CAP_NET_ADMN', 'CAP_NET_ADMINN', 'CAP_NET_ADMIM', 'cap_net_amdin'])(
  'a guess at %s wants a look',
  (word) => expect(fix(word)).toEqual(['CAP_NET_ADMIN', 'review']),
);

test('nothing is written where nothing can be made out, or more than one', () => {
  expect(fix('CAP_SYS_NICKEL')).toBeNull();
  expect(fix('CAP_NET_ADNIM')).toBeNull();
  expect(fix('CAP_SETID')).toBeNull();
  expect(fix('CAP_NET_RAW,CAP_NOTHING')).toBeNull();
  expect(fix(',')).toBeNull();
  expect(fix('64')).toBeNull();
});
