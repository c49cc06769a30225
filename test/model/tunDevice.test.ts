/** Device names as TUNSETIFF of Linux 6.18.44 took or refused them. */
import { describe, expect, it } from 'vitest';
import { isTunNode, isValidDeviceName } from '../../extension/model/tunDevice.ts';

describe('a network device can be named', () => {
  it.each([
    '',
    'tun0',
    'aaaaaaaaaaaaaaa',
    'tun%d',
    '%d',
    't%dx',
    'é',
    'ééééééé',
    '\u2003x',
    '...',
    'a\u001fb',
  ])('%j', (name) => {
    expect(isValidDeviceName(name)).toBe(true);
  });
});

describe('a network device cannot be named', () => {
  it.each([
    'aaaaaaaaaaaaaaaa',
    'éééééééé',
    '.',
    '..',
    'a/b',
    'a:b',
    'a b',
    'a\tb',
    'a\nb',
    'a\vb',
    'a\rb',
    'tun%s',
    '%d%d',
    'a%',
    'à',
    'a\u00a0',
  ])('%j', (name) => {
    expect(isValidDeviceName(name)).toBe(false);
  });

  it('something longer for half a surrogate pair', () => {
    expect(isValidDeviceName('aaaaaaaaaaaa\ud800')).toBe(true);
    expect(isValidDeviceName('aaaaaaaaaaaaa\ud800')).toBe(false);
  });
});

it('the TUN driver answers character device 10:200', () => {
  expect(isTunNode({ type: 'character', major: 10, minor: 200 })).toBe(true);
  expect(isTunNode({ type: 'other', major: 10, minor: 200 })).toBe(false);
  expect(isTunNode({ type: 'character', major: 1, minor: 200 })).toBe(false);
  expect(isTunNode({ type: 'character', major: 10, minor: 3 })).toBe(false);
});
