/** Which comments ask for silence, and what they speak of. */
import { describe, expect, it } from 'vitest';
import { ignoreComments, ignorePlace } from '../../../extension/model/unit/ignoreComment.ts';

const path = '/etc/systemd/system/vpn.service';

function read(text: string) {
  return ignoreComments({ path, text }).map(({ span, rules, reason, reach, covers }) => ({
    comment: text.slice(span.start, span.end),
    rules: rules.map(({ id, span: place }) => [id, text.slice(place.start, place.end)]),
    ...{ reason, reach },
    covers: covers === null ? null : text.slice(covers.start, covers.end),
  }));
}

describe('a comment that ignores', () => {
  it('has rules with their places, a reason, and the line below', () => {
    expect(read('[Service]\n \t; capwright: ignore a-b,c-d: why: so\nUser=x\n')).toEqual([
      {
        comment: '; capwright: ignore a-b,c-d: why: so',
        rules: [
          ['a-b', 'a-b'],
          ['c-d', 'c-d'],
        ],
        ...{ reason: 'why: so', reach: 'line', covers: 'User=x\n' },
      },
    ]);
  });

  it('speaks of the next line that is neither blank nor a comment, with its continuations', () => {
    const line = 'AmbientCapabilities=CAP_KILL \\\n# one more\n  CAP_CHOWN\n';
    const [found] = read(`[Service]\n# capwright: ignore a: b\n\n# more\n${line}User=x\n`);
    expect(found?.covers).toBe(line);
  });

  it.each([
    ['a reason', '# capwright: ignore a:  \n[Service]', { reason: '', covers: '[Service]' }],
    ['a colon', '# capwright: ignore a\n[Service]', { reason: '', covers: '[Service]' }],
    ['a rule', '#capwright:ignore: b\r\n[Service]', { rules: [], reason: 'b' }],
    ['anything', '# capwright: ignore', { rules: [], reason: '', covers: null }],
    ['a line below', '[Service]\n# capwright: ignore a: b', { reason: 'b', covers: null }],
  ])('may lack %s', (_, text, expected) => {
    expect(read(text)).toMatchObject([expected]);
  });

  it.each([
    'User=x # capwright: ignore a: b\n',
    'Environment=A \\\n# capwright: ignore a: b\n  B\n',
    '# capwright: ignored a: b\n[Service]',
    '# capwright: ignore-files a: b\n[Service]',
    '# capwright: wants tun.create\n[Service]',
  ])('is not this: %j', (text) => {
    expect(read(text)).toEqual([]);
  });

  it('for a whole file stands at its head', () => {
    const head = '# Ours.\n\n# capwright: ignore-file a: b\n[Service]\nUser=x\n';
    expect(read(head)).toMatchObject([{ reach: 'file', covers: head }]);
    expect(read('[Service]\n# capwright: ignore-file a: b\n')).toMatchObject([{ covers: null }]);
  });

  it('is put above the whole line, where that goes on', () => {
    const text = '[Service]\nEnvironment=A \\\n  B\nUser=x\n';
    const above = (word: string) => ignorePlace({ path, text }, text.indexOf(word));
    expect([above('B'), above('User'), above('[')]).toEqual([10, text.indexOf('User'), 0]);
  });
});
