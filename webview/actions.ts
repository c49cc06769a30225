import type { FromPanel } from '../extension/protocol/webview.ts';
import type { Choice } from './choice.ts';

export interface Actions {
  readonly choose: (change: Choice) => void;
  readonly send: (message: FromPanel) => void;
  readonly savePicture: () => void;
}
