import { ignored, type AssignmentRule, type Change } from './assignmentRules.ts';
import { choice } from './choices.ts';
import { slicePiece } from './piece.ts';
import { resolveSpecifiers } from './specifiers.ts';

type Protection = 'no' | 'yes' | 'private';

const word = choice('no', { no: 0, yes: 0, private: 258 }, 258);

/** ProtectHostname=, `config_parse_protect_hostname()`: since 258 with a name for the unit to have, `private:name`. */
export const protectedHostname: AssignmentRule<Protection> = {
  initial: 'no',
  assign: (before, value, context) => {
    const { report, rules, specifiers } = context;
    const colon = value.text.indexOf(':');
    if (colon === -1 || !rules.unitsHaveHostnames) return word.assign(before, value, context);
    const name = resolveSpecifiers(value.text.slice(colon + 1), specifiers);
    if (name === null || (name.kind === 'text' && !isHostname(name.text))) {
      report(name === null ? 'unknown-specifier' : 'invalid-value', value);
      return ignored;
    }
    const asked = slicePiece(value, 0, colon);
    const change: Change<Protection> =
      asked.text === '' ? ignored : word.assign(before, asked, context);
    // A name for what is not apart is passed over.
    const isNone = change.kind === 'set' && change.value === 'no';
    if (asked.text === '' || isNone) report('invalid-value', value);
    return change;
  },
};

/** `hostname_is_valid()`: labels of letters, digits, `-` and `_`, none of which begins or ends with a hyphen. */
function isHostname(text: string): boolean {
  return text.length <= 64 && /^\w+(?:-+\w+)*(?:\.\w+(?:-+\w+)*)*$/.test(text);
}
