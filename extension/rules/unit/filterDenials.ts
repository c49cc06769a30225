import type { GateId } from '../../model/reason.ts';
import { verdictsOn } from '../../model/unit/judgeUnit.ts';
import { commentedWants } from '../../model/unit/unitWants.ts';
import { settingDenials, type SettingDenial } from './settingDenials.ts';
import type { JudgedUnit } from './unitRule.ts';

/**
 * What a filter of the unit refuses of what it wants. CAP_NET_RAW stands for two kinds of sockets of
 * which most programs want one: while one of them is open to it, nothing is missing, unless a comment
 * says which it is.
 */
export function filterDenials(judged: JudgedUnit, gate: GateId): readonly SettingDenial[] {
  const { judgement, wanted } = judged;
  const denials = settingDenials(judged, gate);
  const sockets = new Set(
    (['socket.raw', 'socket.packet'] as const).filter((id) => wanted.has(id)),
  );
  const open = judgement.commands.some((command) =>
    verdictsOn(command, sockets).some(({ kind }) => kind === 'allowed'),
  );
  if (!open || sockets.size < 2) return denials;
  const said = commentedWants(judged.unit);
  const guessed = [...sockets].filter((id) => !said.includes(id)).map((id) => families[id]);
  return denials.filter(({ subject }) => !guessed.includes(subject));
}

const families: Readonly<Record<'socket.raw' | 'socket.packet', string>> = {
  'socket.raw': 'AF_INET',
  'socket.packet': 'AF_PACKET',
};
