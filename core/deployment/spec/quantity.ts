/** Parses quantities: cores, bytes and durations. Returns null for invalid ones; the caller reports where they are. */

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

const msUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Parses cores to nanocores: `0.5`, `"0.5"` and `"500m"` are 500,000,000. Null below 0.01 or above 4096 cores. */
export function parseCpu(value: number | string): number | null {
  const match = typeof value === 'string' ? /^(\d{1,9}(?:\.\d{1,9})?)(m?)$/.exec(value) : [value, value, ''];
  if (!match) return null;
  const nanoCpus = Math.round(Number(match[1]) * (match[2] === 'm' ? 1e6 : 1e9));
  return nanoCpus >= 1e7 && nanoCpus <= 4096e9 ? nanoCpus : null;
}

/**
 * Parses bytes: a number, or `64m`, `512Mi`, `1.5g`, `2GB` in powers of 1024 as docker counts. Null below the engine's
 * 6 MiB.
 */
export const parseMemory = (value: number | string): number | null => parseBytes(value, 6 * 1024 ** 2);

/** Parses bytes like {@link parseMemory}; null below `least` bytes. */
export function parseBytes(value: number | string, least: number): number | null {
  const match = /^(\d{1,16}(?:\.\d{1,9})?)(?:b|([kmgt])(?:ib?|b)?)?$/i.exec(String(value).trim());
  if (!match) return null;
  const unit = byteUnits[(match[2] ?? '').toLowerCase()] ?? 1;
  const bytes = Math.round(Number(match[1]) * unit);
  return bytes >= least && Number.isSafeInteger(bytes) ? bytes : null;
}

/**
 * Parses a duration to milliseconds: a number is seconds, a text has a unit (`500ms`, `10s`, `5m`, `1h`, `1d`). Null
 * for anything else.
 */
export function parseDuration(value: number | string): number | null {
  const match =
    typeof value === 'string' ? /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(value) : [value, value, 's'];
  if (!match) return null;
  const ms = Math.round(Number(match[1]) * (msUnits[match[2] ?? ''] ?? Number.NaN));
  return Number.isSafeInteger(ms) && ms >= 0 ? Math.abs(ms) : null;
}

/** Formats milliseconds in the largest unit without loss: 10000 is `10s`. */
export function formatDuration(ms: number): string {
  const unit =
    (['d', 'h', 'm', 's'] as const).find((name) => ms > 0 && ms % (msUnits[name] ?? 1) === 0) ?? 'ms';
  return ms === 0 ? '0s' : `${ms / (msUnits[unit] ?? 1)}${unit}`;
}
