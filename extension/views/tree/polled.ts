import * as vscode from 'vscode';

/** What the kernel tells nobody about when it changes: asked for again while somebody looks. */
export interface Polled<T> {
  readonly onDidChange: vscode.Event<unknown>;
  readonly now: () => Promise<T>;
  readonly setVisible: (visible: boolean) => void;
  readonly dispose: () => void;
}

/** Milliseconds. */
const pause = 2_000;

/** @param ask gives plain data; rejections are told by whoever asks `now` */
export function polled<T>(ask: () => Promise<T>): Polled<T> {
  const changed = new vscode.EventEmitter<undefined>();
  let shown: string | undefined;
  let pending: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(pending);
  const begin = (): void => {
    stop();
    pending = setTimeout(() => {
      void ask().then(
        (value) => {
          if (JSON.stringify(value) !== shown) changed.fire(undefined);
          begin();
        },
        () => changed.fire(undefined),
      );
    }, pause);
  };
  return {
    onDidChange: changed.event,
    now: async () => {
      const value = await ask();
      shown = JSON.stringify(value);
      return value;
    },
    setVisible: (visible) => {
      if (visible) begin();
      else stop();
    },
    dispose: () => {
      stop();
      changed.dispose();
    },
  };
}
