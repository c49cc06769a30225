import { readUnit, type UnitReading } from '../../../extension/model/unit/unit.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { parseUnitName } from '../../../extension/model/unit/unitName.ts';

/** A unit of the system manager, with the lines of its [Service] section and of its drop-ins. */
export function readService(
  lines: readonly string[],
  { version = 257, name = 'a.service', dropIns = [] }: ServiceOptions = {},
): UnitReading {
  const asked = parseUnitName(name);
  if (asked === null) throw new Error(`${name} is no unit’s name`);
  const text = (content: readonly string[]) => ['[Service]', ...content, ''].join('\n');
  return readUnit(
    {
      kind: 'found',
      asked,
      names: [asked],
      fragment: { path: '/etc/systemd/system/a.service', text: text(lines) },
      dropIns: dropIns.map((content, index) => ({
        path: `/etc/systemd/system/a.service.d/${index}.conf`,
        text: text(content),
      })),
    },
    { scope: 'system' },
    systemdRules(version),
  );
}

interface ServiceOptions {
  readonly version?: number;
  readonly name?: string;
  readonly dropIns?: readonly (readonly string[])[];
}
