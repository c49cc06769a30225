import { css } from 'lit';

/** The program and the verdict, above all else; what was not seen, below. */
export const headStyle = css`
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

  /* At the end of a line where it breaks, never at the beginning of the next. */
  .facts li:not(:last-child)::after {
    content: '·';
    margin-inline-start: 8px;
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

  .banner strong,
  .banner h1 {
    font-size: 1.08em;
    line-height: inherit;
  }

  .banner .buttons {
    margin-top: 8px;
  }

  .banner .icon {
    width: 1.5em;
    height: 1.5em;
  }

  .banner p {
    color: var(--quiet);
  }

  .notes {
    list-style: disc;
    padding-inline-start: 1.3em;
    color: var(--quiet);
  }
`;
