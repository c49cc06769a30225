import type { Core, CoreOptions } from './core.ts';

/** Loads the core when it is first asked for, once. */
export interface LazyCore {
  get(): Promise<Core>;
  dispose(): void;
}

export function createLazyCore(options: CoreOptions): LazyCore {
  let core: Promise<Core> | undefined;
  return {
    get: () => (core ??= import('./core.ts').then(({ openCore }) => openCore(options))),
    dispose: () => {
      void core?.then((loaded) => {
        loaded.dispose();
      });
    },
  };
}
