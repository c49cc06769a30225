import { formatUnitName, parseUnitName } from './unitName.ts';

/** What a text that is in no file is to be called, `# capwright: unit vpn.service`; null if it does not say. */
export function unitNameComment(text: string): string | null {
  const found = /^[ \t]*[#;][ \t]*capwright:[ \t]*unit[ \t]+(\S+)[ \t]*\r?$/m.exec(text)?.[1];
  const name = found === undefined ? null : parseUnitName(found);
  return name === null ? null : formatUnitName(name);
}
