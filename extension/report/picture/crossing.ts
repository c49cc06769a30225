/**
 * What happens to a capability at a stage: `lost` cuts one that was there; `missing` is where one that
 * never was there could have come in for the last time.
 */
export type Crossing = 'absent' | 'enters' | 'flows' | 'lost' | 'missing';

/** Whether the capability is there before and after the middle of the stage. */
export const crossingSides: Readonly<Record<Crossing, readonly [before: boolean, after: boolean]>> =
  {
    absent: [false, false],
    enters: [false, true],
    flows: [true, true],
    lost: [true, false],
    missing: [false, false],
  };
