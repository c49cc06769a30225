import { css } from 'lit';

/** The kernel’s reasons, which open at a stage. */
export const stageReasonsStyle = css`
  .asks {
    padding: 0;
    border: 0;
    background: none;
    font-weight: inherit;
    text-align: start;
    text-decoration: underline dotted var(--quiet);
    text-underline-offset: 3px;
    cursor: help;
  }

  /* Touching the box, so that the pointer can go there without it closing. */
  .reasons {
    display: none;
    position: absolute;
    z-index: 1;
    inset: 100% auto auto 0;
    width: min(380px, 88cqi);
    padding: 8px 12px;
    border: 1px solid
      var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder, var(--line)));
    border-radius: 4px;
    background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
    color: var(--vscode-editorHoverWidget-foreground, inherit);
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
  }

  .kernel-check .reasons,
  .after-exec .reasons,
  .result .reasons {
    inset-inline: auto 0;
  }

  .stage:hover:not([data-dismissed]) .reasons,
  .stage:has(.asks:focus-visible):not([data-dismissed]) .reasons {
    display: block;
  }

  .reasons p + p {
    margin-top: 6px;
  }

  .reasons p.withholds,
  .reasons p.refuses {
    padding-inline-start: 8px;
    border-inline-start: 3px solid var(--bad);
  }

  @container (max-width: 760px) {
    .stage .reasons {
      inset-inline: 0;
      width: auto;
    }
  }
`;
