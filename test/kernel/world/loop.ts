import { access } from 'node:fs/promises';

/** Why no image of a filesystem can be mounted here; null where one can. */
export async function loopDevicesMissing(): Promise<string | null> {
  return access('/dev/loop-control').then(
    () => null,
    () => 'there are no loop devices here to mount an image with',
  );
}
