export type Step = () => void | Promise<void>;

/** Done one after the other, as they were added, whatever each has to wait for. */
export class OrderedSteps {
  readonly #held: Step[] = [];
  readonly #failed: (error: unknown) => void;
  #busy = false;

  /** @param failed hears of a step that has failed; the next is done all the same */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Done at once, before this returns, where nothing is waited for. */
  add(step: Step): void {
    this.#held.push(step);
    if (!this.#busy) this.#proceed();
  }

  #proceed(): void {
    for (let step = this.#held.shift(); step !== undefined; step = this.#held.shift()) {
      const waiting = step();
      if (waiting === undefined) continue;
      this.#busy = true;
      void waiting.catch(this.#failed).then(() => {
        this.#busy = false;
        this.#proceed();
      });
      return;
    }
  }
}
