import { bench, describe } from 'vitest';
import { predictLine } from '../../extension/app/predict.ts';
import { exampleScenario } from '../protocol/exampleScenario.ts';

const line = JSON.stringify(exampleScenario);

// The peer is the price of the format: reading the scenario and writing it back.
describe('a line of capwright predict', () => {
  bench('predict, and print the answer', () => {
    JSON.stringify(predictLine(line));
  });

  bench('JSON.parse and JSON.stringify alone', () => {
    JSON.stringify(JSON.parse(line));
  });
});
