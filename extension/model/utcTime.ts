const secondsPerDay = 86_400n;

/**
 * `2026-11-25 10:31:07 UTC`, in the proleptic Gregorian calendar.
 * @param nanoseconds since 1970, in decimal: they pass 2^53
 */
export function utcTime(nanoseconds: string): string {
  const seconds = floorDivide(BigInt(nanoseconds), 1_000_000_000n);
  const days = floorDivide(seconds, secondsPerDay);
  const ofDay = Number(seconds - days * secondsPerDay);
  const clock = [ofDay / 3600, (ofDay / 60) % 60, ofDay % 60].map((part) => digits(part, 2));
  return `${civilDate(Number(days))} ${clock.join(':')} UTC`;
}

/** The year begins in March here, so that the leap day is its last. */
function civilDate(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const year = yearOfEra + era * 400 + (month < 10 ? 0 : 1);
  return [digits(year, 4), digits(month < 10 ? month + 3 : month - 9, 2), digits(day, 2)].join('-');
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function digits(value: number, width: number): string {
  return String(Math.floor(value)).padStart(width, '0');
}
