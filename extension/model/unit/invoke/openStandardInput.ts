import { devicePolicyRefusal } from '../devicePolicy.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `setup_input()`: /dev/null is opened after the device policy holds. */
export function openStandardInput(child: Child): Ending | null {
  const { sandbox, system } = child;
  const { manager, rules } = system;
  if (manager.scope === 'user' || devicePolicyRefusal(sandbox, rules, 'null') === null) return null;
  return refuse(child, '208/STDIN', 'standard-input-closed', 'DevicePolicy');
}
