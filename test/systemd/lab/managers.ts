import type { Manager } from '../../../extension/model/unit/specifiers.ts';
import type { Manager as LabManager } from './lab.ts';

/** The managers of a lab, as the model knows them. */
export const managers: Readonly<Record<LabManager, Manager>> = {
  system: { scope: 'system' },
  user: {
    scope: 'user',
    ...{ user: 'alice', uid: 1000, group: 'alice', gid: 1000 },
    ...{ home: '/home/alice', runtimeDirectory: '/run/user/1000' },
  },
};
