import { expect, test } from 'vitest';
import { rewriteConfiguration } from '../../extension/fixes/debugger/rewriteConfiguration.ts';
import { describeRewritingRefusal } from '../../extension/report/rewritingText.ts';

test.each([
  [{ type: 'bashdb' }, /type “bashdb”/],
  [{ type: 'go', request: 'attach' }, /^request attaches/],
  [{ type: 'cppdbg', pipeTransport: {} }, /^With pipeTransport/],
  [{ type: 'go', mode: 'core' }, /^mode asks for a core dump/],
  [{ type: 'cppdbg', externalConsole: true }, /^externalConsole .* Use the integrated terminal/],
  [{ type: 'debugpy', sudo: true }, /^sudo asks for root/],
  [{ type: 'go', mode: 'test' }, /^mode “test” has the debugger build .* use “exec”/],
  [{ type: 'node', runtimeExecutable: 'npm' }, /^runtimeExecutable is npm, which starts other/],
  [{ type: 'gdbtarget' }, /^target is a server that listens/],
  [{ type: 'lldb' }, /setting lldb\.server/],
  [{ type: 'cppdbg', miDebuggerPath: 1 }, /value of miDebuggerPath/],
])('%j', (configuration, words) => {
  const launcher = { words: ['capwright-launch', '--'], folder: '/private', elevates: false };
  const rewriting = rewriteConfiguration({ request: 'launch', ...configuration }, launcher);
  if (rewriting.kind === 'rewritten') throw new Error('it was rewritten');
  expect(describeRewritingRefusal(rewriting.refusal)).toMatch(words);
});

test('a debugger that sudo would start', () => {
  const launcher = { words: ['sudo', '--'], folder: '/private', elevates: true };
  const rewriting = rewriteConfiguration({ type: 'cppdbg', request: 'launch' }, launcher);
  if (rewriting.kind === 'rewritten') throw new Error('it was rewritten');
  expect(describeRewritingRefusal(rewriting.refusal)).toMatch(
    /type “cppdbg” .* is one of root\. Install the launcher\./,
  );
});
