import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage.ts';

/**
 * The options of a command, by parseArgs of Node.
 * @throws {UsageError} for an unknown option, one without its value, or a word that the command does not take
 */
export function optionValues<T extends Omit<ParseArgsConfig, 'args'>>(
  args: readonly string[],
  config: T,
) {
  try {
    return parseArgs<T>({ ...config, args: [...args] });
  } catch (error) {
    // parseArgs throws a TypeError whose message names the option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
