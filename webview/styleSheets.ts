import { headStyle } from './styles/head.ts';
import { operationsTableStyle } from './styles/operationsTable.ts';
import { pageStyle } from './styles/page.ts';
import { pathTabsStyle } from './styles/pathTabs.ts';
import { pictureStyle } from './styles/picture.ts';
import { repairCardsStyle } from './styles/repairCards.ts';
import { stageReasonsStyle } from './styles/stageReasons.ts';
import { whyStyle } from './styles/why.ts';

/** Adopted rather than written into the page: no style element, so none that the policy must allow. */
export const styleSheets: readonly CSSStyleSheet[] = [
  pageStyle,
  headStyle,
  pathTabsStyle,
  pictureStyle,
  stageReasonsStyle,
  whyStyle,
  repairCardsStyle,
  operationsTableStyle,
].flatMap(({ styleSheet }) => (styleSheet === undefined ? [] : [styleSheet]));
