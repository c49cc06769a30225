/** `user 2000 and group 2000`, as far as they are set; null for a device without either. */
export function ownership({
  owner,
  group,
}: {
  readonly owner: number | null;
  readonly group: number | null;
}): string | null {
  const parts = [
    ...(owner === null ? [] : [`user ${owner}`]),
    ...(group === null ? [] : [`group ${group}`]),
  ];
  return parts.length === 0 ? null : parts.join(' and ');
}
