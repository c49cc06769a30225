import { expect, test } from 'vitest';
import { resolveSpecifiers } from '../../../extension/model/unit/specifiers.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { parseUnitName } from '../../../extension/model/unit/unitName.ts';

function resolved(text: string, unit: string) {
  const name = parseUnitName(unit);
  if (name === null) throw new RangeError(unit);
  const fragment = '/etc/systemd/system/vpn@.service';
  const rules = systemdRules(257);
  return resolveSpecifiers(text, { name, fragment, manager: { scope: 'system' }, rules });
}

test.each(['%i', '%I', '%f', '%n', '%N'])(
  '%s depends on the instance: a template has it not yet',
  (specifier) => {
    expect(resolved(`/run/${specifier}`, 'vpn@.service')).toEqual({ kind: 'unknown', specifier });
    expect(resolved(`/run/${specifier}`, 'vpn@one.service')).toMatchObject({ kind: 'text' });
  },
);

test.each(['%p', '%P', '%j', '%J', '%y', '%h'])(
  '%s is the same for every instance',
  (specifier) => {
    const template = resolved(specifier, 'vpn@.service');
    expect(template).toMatchObject({ kind: 'text' });
    expect(template).toEqual(resolved(specifier, 'vpn@one.service'));
  },
);
