import * as v from 'valibot';

/** The ways in which a program is started, as `model/launchPath.ts` names them. */
export const launchPath = v.picklist([
  'terminal',
  'debugger',
  'ambient',
  'ambient-debugger',
  'sandbox',
  'child',
]);
