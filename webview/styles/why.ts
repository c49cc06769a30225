import { css } from 'lit';

/** The chain of reasons. */
export const whyStyle = css`
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
  }

  .rules {
    margin-top: 6px;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }

  @container (max-width: 420px) {
    .why li {
      grid-template-columns: 1.6em minmax(0, 1fr);
    }

    .why li > span {
      grid-column: 2;
    }
  }
`;
