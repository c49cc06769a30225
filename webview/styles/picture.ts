import { css } from 'lit';

/** The stages, and through them the lanes. */
export const pictureStyle = css`
  .picture {
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr)) minmax(124px, 0.8fr);
    gap: var(--gap);
  }

  .stage {
    position: relative;
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

  /* There every box has a line that stands out; this one does by its width. */
  .vscode-high-contrast .stage.cut .box {
    box-shadow: inset 0 0 0 1px var(--bad);
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
    color: var(--bad-word);
  }

  .picture.allowed .result strong {
    color: var(--ok-word);
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
    /* Half a period in, so that no dot is drawn twice where the pieces of two boxes meet. */
    stroke-dashoffset: -4;
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
  }

  @container (max-width: 420px) {
    .stage {
      grid-template-columns: minmax(0, 1fr);
    }

    /* The lane goes on beside the titles, which are between the boxes here. */
    .stage h3 {
      padding-inline-start: calc(var(--pad) + 33px);
    }

    .down {
      top: -27px;
      height: calc(100% + 54px);
    }

    .file .down {
      height: calc(100% + 21px);
    }
  }

  /* SVG's lines keep their colours unless told, and a line without colour is given one. */
  @media (forced-colors: active) {
    .stage.result .box {
      border-color: Canvas;
    }

    .lane .cross {
      stroke-width: 4.5;
    }

    .stage.cut .box {
      outline: 2px solid CanvasText;
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
`;
