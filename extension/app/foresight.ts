import type { Host } from '../probe/host.ts';
import { beginGathering, type Gathering, type LauncherChoices } from './surroundings.ts';

/** How old the evidence of a check may be. Milliseconds. */
const fresh = 1_000;

/** Gathers what a check needs beside the program while a linker still writes that. */
export class Foresight {
  readonly #host: Host;
  #begun:
    | { readonly launchers: string; readonly at: number; readonly gathering: Promise<Gathering> }
    | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** A check will come soon. */
  begin(choices: LauncherChoices): void {
    if (this.#find(choices) !== undefined) return;
    const gathering = beginGathering(this.#host, choices);
    this.#begun = { launchers: nameOf(choices), at: performance.now(), gathering };
  }

  /** For a check: what was begun a moment ago, also where a check between two writes has had it, or else is begun now. */
  take(choices: LauncherChoices): Promise<Gathering> {
    return this.#find(choices) ?? beginGathering(this.#host, choices);
  }

  #find(choices: LauncherChoices): Promise<Gathering> | undefined {
    const begun = this.#begun;
    if (begun?.launchers !== nameOf(choices)) return undefined;
    return performance.now() - begun.at < fresh ? begun.gathering : undefined;
  }
}

function nameOf({ launcher, debugLauncher }: LauncherChoices): string {
  return JSON.stringify([launcher, debugLauncher]);
}
