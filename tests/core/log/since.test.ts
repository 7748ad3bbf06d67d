import { describe, expect, it } from 'vitest';
import { sinceMs } from '../../../core/log/since.ts';

const now = Date.parse('2024-01-15T10:30:00.000Z');

describe('since', () => {
  it.each([
    ['2024-01-15T10:00:00Z', Date.parse('2024-01-15T10:00:00Z')],
    ['2024-01-15T11:00:00.123456789+01:00', Date.parse('2024-01-15T10:00:00.123Z')],
    ['500ms', now - 500],
    ['90s', now - 90_000],
    ['10m', now - 600_000],
    ['2h', now - 7_200_000],
    ['1d', now - 86_400_000],
    ['0', 0],
    ['1705314600', 1_705_314_600_000],
    ['1705314600.25', 1_705_314_600_250],
  ])('%s is %i', (text, ms) => {
    expect(sinceMs(text, now)).toBe(ms);
  });

  it.each([
    '',
    'now',
    '-5m',
    '10 m',
    '5w',
    '2024-01-15',
    '2024-13-45T00:00:00Z',
    '1e9',
    '0x10',
    '1705314600000000',
  ])('refuses %j', (text) => {
    expect(() => sinceMs(text, now)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: '?since: must be an RFC 3339 time, a duration such as 10m, or unix seconds',
      }),
    );
  });
});
