import { css } from 'lit';

/** The launch paths. */
export const pathTabsStyle = css`
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

  @media (forced-colors: active) {
    [role='tab'][aria-selected='true'] {
      border: 2px solid Highlight;
    }
  }
`;
