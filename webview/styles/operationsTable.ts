import { css } from 'lit';

/** The other operations. */
export const operationsTableStyle = css`
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
`;
