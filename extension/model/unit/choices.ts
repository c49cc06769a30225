import { ignored, refused, replaced, type AssignmentRule } from './assignmentRules.ts';

/** `parse_boolean()`; null for what is no boolean, such as an empty text. */
export function parseBoolean(text: string): boolean | null {
  switch (text.toLowerCase()) {
    case '1':
    case 'yes':
    case 'y':
    case 'true':
    case 't':
    case 'on':
      return true;
    case '0':
    case 'no':
    case 'n':
    case 'false':
    case 'f':
    case 'off':
      return false;
    default:
      return null;
  }
}

/** `config_parse_bool()`. Nothing resets it: an empty value is no boolean, and the old one stays. */
export const boolean = booleanRule('line');

/** One whose value, when it is no boolean, is fatal: DynamicUser=. */
export const strictBoolean = booleanRule('unit');

function booleanRule(loss: 'line' | 'unit'): AssignmentRule<boolean> {
  return {
    initial: false,
    assign: (before, value, { report }) => {
      const parsed = parseBoolean(value.text);
      if (parsed !== null) return replaced(parsed);
      report(value.text === '' ? 'empty-value' : 'invalid-value', value, loss);
      return loss === 'unit' ? refused(before) : ignored;
    },
  };
}

/** `config_parse_tristate()`: empty, it is as if it had never been set. */
export const tristate: AssignmentRule<boolean | null> = {
  initial: null,
  assign: (_, value, { report }) => {
    const parsed = parseBoolean(value.text);
    if (parsed !== null || value.text === '') return replaced(parsed);
    report('invalid-value', value);
    return ignored;
  },
};

/**
 * One of some words (`DEFINE_CONFIG_PARSE_ENUM`), case-sensitive. Where `yes` and `no` are among
 * them, every boolean stands for one of them.
 * @param words each with the release that brought it; 0 where it has always been there
 * @param emptyResetsSince the first release in which an empty value is none; otherwise it is ignored
 */
export function choice<const Word extends string, const Unset extends string | null = Word>(
  initial: Unset,
  words: Readonly<Record<Word, number>>,
  emptyResetsSince = Infinity,
): AssignmentRule<Word | Unset> {
  const isWord = (text: string): text is Word => Object.hasOwn(words, text);
  return {
    initial,
    assign: (_, value, { report, rules }) => {
      if (value.text === '' && rules.version >= emptyResetsSince) {
        return replaced<Word | Unset>(initial);
      }
      const parsed = parseBoolean(value.text);
      const meant = parsed === null ? value.text : parsed ? 'yes' : 'no';
      for (const text of [meant, value.text]) {
        if (isWord(text) && rules.version >= words[text]) return replaced<Word | Unset>(text);
      }
      report(value.text === '' ? 'empty-value' : 'invalid-value', value);
      return ignored;
    },
  };
}
