import { css } from 'lit';

/** Colours, type and what every part of the page uses. */
export const pageStyle = css`
  :root {
    --ok: var(--vscode-charts-green, var(--vscode-terminal-ansiGreen));
    --bad: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
    --doubt: var(--vscode-editorWarning-foreground);
    /* As words: a chart's colour is made for areas, and may be too pale for type. */
    --ok-word: color-mix(in srgb, var(--ok) 80%, var(--vscode-foreground));
    --bad-word: color-mix(in srgb, var(--bad) 80%, var(--vscode-foreground));
    --line: var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-panel-border)));
    --box: var(--vscode-sideBar-background, transparent);
    --quiet: var(--vscode-descriptionForeground);
    --mono: var(--vscode-editor-font-family);
    --gap: 14px;
    --pad: 12px;
  }

  * {
    box-sizing: border-box;
    min-width: 0;
  }

  /* The editor is behind the page: said here, so that whoever measures contrasts sees what is seen. */
  html {
    background: var(--vscode-editor-background);
  }

  body {
    margin: 0;
    padding: 20px 24px 32px;
    color: var(--vscode-foreground);
    font: var(--vscode-font-size) / 1.5 var(--vscode-font-family);
    overflow-wrap: anywhere;
  }

  @media (max-width: 420px) {
    body {
      padding: 12px 12px 24px;
    }
  }

  main {
    max-width: 1120px;
    container-type: inline-size;
  }

  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  pre {
    margin: 0;
    padding: 0;
  }

  ul,
  ol {
    list-style: none;
  }

  h1 {
    font-size: 1.35em;
    font-weight: 600;
    line-height: 1.3;
  }

  h2 {
    font-size: 1em;
    font-weight: 600;
    margin: 26px 0 8px;
  }

  h3 {
    font-size: 1em;
    font-weight: 600;
  }

  code,
  pre {
    font-family: var(--mono);
    font-size: 0.94em;
    background: none;
    color: inherit;
    padding: 0;
  }

  .quiet,
  cite {
    color: var(--quiet);
    font-style: normal;
  }

  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .icon {
    flex: none;
    width: 1.15em;
    height: 1.15em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .icon.allowed {
    color: var(--ok);
  }

  .icon.denied {
    color: var(--bad);
  }

  .icon.unknown {
    color: var(--doubt);
  }

  button {
    color: inherit;
    font: inherit;
    cursor: pointer;
  }

  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }

  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    text-align: start;
  }

  .link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }

  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  /* The system's own few colours: shapes tell what colours did. */
  @media (forced-colors: active) {
    :root {
      --ok: CanvasText;
      --ok-word: CanvasText;
      --bad: CanvasText;
      --bad-word: CanvasText;
      --doubt: CanvasText;
      --quiet: CanvasText;
      --line: CanvasText;
    }
  }
`;
