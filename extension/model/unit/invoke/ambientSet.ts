import { isSubset } from '../../capabilitySet.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `capability_ambient_set_apply()`: what is not in the bounding set is left out without a word. */
export function raiseAmbient(child: Child): Ending | null {
  const { ambient, credentials } = child;
  const raised = ambient & credentials.bounding;
  if (!isSubset(raised, credentials.permitted & credentials.inheritable)) {
    return refuse(child, '218/CAPABILITIES', 'ambient-not-permitted', 'AmbientCapabilities');
  }
  child.credentials = { ...credentials, ambient: raised };
  return null;
}
