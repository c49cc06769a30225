import { css } from 'lit';

/** The repairs. */
export const repairCardsStyle = css`
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

  /* An option or a path that fits into a line is not broken at its hyphens. */
  .word {
    display: inline-block;
    max-width: 100%;
  }

  .prospects {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 12px;
    color: var(--quiet);
  }

  .after {
    display: contents;
  }

  .after li {
    display: inline-flex;
    gap: 4px;
    align-items: center;
  }

  .repair .buttons {
    margin-top: auto;
    padding-top: 2px;
  }
`;
