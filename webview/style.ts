import { css } from 'lit';

const sheet = css`
  :root {
    --ok: var(--vscode-charts-green, var(--vscode-terminal-ansiGreen));
    --bad: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
    --doubt: var(--vscode-editorWarning-foreground);
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

  main[aria-busy='true'] > :not(header) {
    opacity: 0.7;
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

  /* Head */

  header {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: start;
    gap: 10px 24px;
  }

  .subject {
    flex: 1 1 320px;
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    column-gap: 8px;
    margin-top: 2px;
  }

  .facts li + li::before {
    content: '·';
    margin-inline-end: 8px;
    color: var(--quiet);
  }

  .banner {
    display: flex;
    gap: 12px;
    align-items: start;
    margin: 16px 0;
    padding: 12px 16px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-inline-start: 3px solid var(--doubt);
    border-radius: 0 4px 4px 0;
    background: var(--box);
  }

  .banner.allowed {
    border-inline-start-color: var(--ok);
  }

  .banner.denied {
    border-inline-start-color: var(--bad);
  }

  .banner strong {
    font-size: 1.08em;
  }

  .banner .icon {
    width: 1.5em;
    height: 1.5em;
  }

  .banner p {
    color: var(--quiet);
  }

  /* Launch paths */

  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 0 0 16px;
  }

  [role='tab'] {
    display: flex;
    gap: 6px;
    align-items: center;
    padding: 3px 12px 3px 9px;
    border: 1px solid var(--line);
    border-radius: 14px;
    background: transparent;
  }

  [role='tab']:hover {
    background: var(--vscode-list-hoverBackground);
  }

  [role='tab'][aria-selected='true'] {
    border-color: var(--vscode-focusBorder);
    box-shadow: inset 0 0 0 1px var(--vscode-focusBorder);
    font-weight: 600;
  }

  /* The picture */

  .picture {
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr)) minmax(124px, 0.8fr);
    gap: var(--gap);
  }

  .stage {
    display: flex;
    flex-direction: column;
    gap: 6px;
  }

  .box {
    flex: 1;
    padding: 8px var(--pad) 12px;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--box);
  }

  .stage.cut .box {
    border-color: var(--bad);
  }

  .stage {
    position: relative;
  }

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

  .stage.result .box {
    border-color: transparent;
    background: none;
  }

  .box p > * {
    display: block;
  }

  .box p span {
    color: var(--quiet);
    font-size: 0.92em;
    line-height: 1.4;
  }

  .box p strong {
    font-weight: 600;
  }

  .stage.result strong {
    font-size: 1.25em;
    line-height: 1.3;
  }

  .picture.denied .result strong {
    color: var(--bad);
  }

  .picture.allowed .result strong {
    color: var(--ok);
  }

  .caption {
    margin-top: 8px;
    color: var(--quiet);
  }

  .lane {
    position: relative;
    height: 46px;
  }

  .lane code {
    font-weight: 600;
    white-space: nowrap;
    line-height: 18px;
  }

  .lane > svg {
    position: absolute;
    overflow: visible;
  }

  .across {
    left: calc(-1 * (var(--pad) + 1px + var(--gap) / 2));
    width: calc(100% + 2 * (var(--pad) + 1px) + var(--gap));
    top: 18px;
    height: 18px;
  }

  .file .across {
    left: 6px;
    width: calc(100% + var(--pad) + 1px + var(--gap) / 2 - 6px);
  }

  .down {
    display: none;
  }

  .lane line {
    stroke-width: 5;
    stroke-linecap: butt;
  }

  .lane .on {
    stroke: var(--ok);
  }

  .lane .off {
    stroke: var(--quiet);
    stroke-width: 3;
    stroke-linecap: round;
    stroke-dasharray: 0.1 8;
    opacity: 0.55;
  }

  .lane .source {
    fill: var(--ok);
  }

  .lane .nothing {
    fill: none;
    stroke: var(--quiet);
    stroke-width: 2;
  }

  .lane .cross {
    fill: none;
    stroke: var(--bad);
    stroke-width: 3.2;
    stroke-linecap: round;
  }

  @container (max-width: 760px) {
    .picture {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }

    .stage,
    .stage .box {
      gap: 0 14px;
      align-items: stretch;
    }

    .stage {
      display: grid;
      grid-template-columns: 96px minmax(0, 1fr);
    }

    .stage h3 {
      padding-top: 8px;
    }

    .box {
      display: flex;
      margin-bottom: 8px;
      padding: 8px var(--pad);
    }

    .lanes {
      display: flex;
      gap: 10px;
    }

    .lane {
      width: 18px;
      height: auto;
    }

    .lane code,
    .across {
      display: none;
    }

    .down {
      display: block;
      left: 0;
      width: 100%;
      top: -13px;
      height: calc(100% + 26px);
    }

    .file .down {
      top: 6px;
      height: calc(100% + 7px);
    }

    .stage .reasons {
      inset-inline: 0;
      width: auto;
    }
  }

  @container (max-width: 420px) {
    .stage {
      grid-template-columns: minmax(0, 1fr);
    }

    .why li {
      grid-template-columns: 1.6em minmax(0, 1fr);
    }

    .why li > span {
      grid-column: 2;
    }
  }

  /* The system's own few colours: shapes tell what colours did. SVG's lines keep ours unless told. */
  @media (forced-colors: active) {
    :root {
      --ok: CanvasText;
      --bad: CanvasText;
      --doubt: CanvasText;
      --quiet: CanvasText;
      --line: CanvasText;
    }

    .lane .cross {
      stroke-width: 4.5;
    }

    .stage.cut .box {
      outline: 2px solid CanvasText;
    }

    [role='tab'][aria-selected='true'] {
      border: 2px solid Highlight;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .lane .cross,
    .lane .source {
      animation: appear 180ms ease-out;
    }
  }

  .vscode-reduce-motion .lane * {
    animation: none;
  }

  @keyframes appear {
    from {
      opacity: 0;
      transform: scale(0.4);
    }
  }

  /* Why */

  .why {
    counter-reset: reason;
  }

  .why li {
    display: grid;
    grid-template-columns: 1.6em minmax(0, 7.5em) minmax(0, 1fr);
    gap: 0 8px;
    padding: 3px 0;
    counter-increment: reason;
  }

  .why li::before {
    content: counter(reason);
    color: var(--quiet);
  }

  .why li.withholds::before,
  .why li.refuses::before {
    color: var(--bad);
    font-weight: 600;
  }

  .why .at {
    color: var(--quiet);
  }

  .why strong {
    font-weight: 600;
  }

  .why cite {
    font-size: 0.92em;
    margin-inline-start: 4px;
  }

  .rules {
    margin-top: 6px;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }

  /* Repairs */

  .repairs {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr));
    gap: 12px;
  }

  .repair {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 12px 14px;
    border: 1px solid var(--line);
    border-radius: 4px;
  }

  .repair:first-child {
    border-color: var(--vscode-focusBorder);
  }

  .repair pre {
    padding: 6px 9px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 3px;
    background: var(--vscode-textCodeBlock-background, var(--box));
    white-space: pre-wrap;
  }

  .repair .buttons {
    margin-top: auto;
    padding-top: 2px;
  }

  /* Operations */

  table {
    border-collapse: collapse;
    width: 100%;
  }

  th,
  td {
    padding: 5px 14px 5px 0;
    border-bottom: 1px solid var(--line);
    text-align: start;
    vertical-align: top;
    font-weight: 400;
  }

  thead th {
    color: var(--quiet);
    font-weight: 600;
  }

  tbody th {
    width: 34%;
  }

  tr.chosen th {
    font-weight: 600;
  }

  .verdict {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    white-space: nowrap;
  }

  .notes {
    list-style: disc;
    padding-inline-start: 1.3em;
    color: var(--quiet);
  }
`;

/** Adopted rather than written into the page: no style element, so none that the policy must allow. */
export const styleSheets: readonly CSSStyleSheet[] =
  sheet.styleSheet === undefined ? [] : [sheet.styleSheet];
