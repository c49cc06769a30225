import assert from 'node:assert/strict';
import { notLinux } from '../../../extension/views/platform.ts';

describe('the platform', () => {
  for (const platform of ['darwin', 'win32', 'freebsd'] as const) {
    it(`${platform} is told that a Linux machine is needed, and how to open a folder on one`, () => {
      const said = notLinux(platform);
      assert.match(said ?? '', /Linux kernel.*Open a folder on a Linux machine: by SSH, in WSL/);
    });
  }

  it('that we run on is Linux, of which nothing is said', () => {
    assert.equal(notLinux(process.platform), null);
  });
});
