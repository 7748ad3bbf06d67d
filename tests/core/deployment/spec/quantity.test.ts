/** Amounts as people write them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  parseCpu,
  parseDuration,
  parseMemory,
} from '../../../../core/deployment/spec/quantity.ts';

const mebibyte = 1024 ** 2;

describe('cores', () => {
  it.each([
    [0.5, 5e8],
    ['0.5', 5e8],
    ['500m', 5e8],
    ['1500m', 15e8],
    [2, 2e9],
    ['0.01', 1e7],
    ['10m', 1e7],
    [0.1 + 0.2, 3e8],
    [4096, 4096e9],
  ])('reads %j', (written, nanoCpus) => {
    expect(parseCpu(written)).toBe(nanoCpus);
  });

  it.each([
    0,
    -1,
    0.009,
    4097,
    '',
    'm',
    '1 core',
    ' 1',
    '1e3',
    '0x1',
    '.5',
    '1.',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e-7,
    1e21,
  ])('finds none in %j', (written) => {
    expect(parseCpu(written)).toBeNull();
  });

  it('reads what it gave as cores again as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e7, max: 4096e9 }), (nanoCpus) => {
        expect(parseCpu(nanoCpus / 1e9)).toBe(nanoCpus);
        expect(parseCpu(String(nanoCpus / 1e9))).toBe(nanoCpus);
      }),
    );
  });
});

describe('bytes', () => {
  it.each([
    [134217728, 128 * mebibyte],
    ['134217728', 128 * mebibyte],
    ['134217728b', 128 * mebibyte],
    ['64m', 64 * mebibyte],
    ['64M', 64 * mebibyte],
    ['64MB', 64 * mebibyte],
    ['64Mi', 64 * mebibyte],
    ['64MiB', 64 * mebibyte],
    ['1.5g', 1536 * mebibyte],
    ['8192k', 8 * mebibyte],
    ['1t', 1024 ** 4],
    ['6m', 6 * mebibyte],
  ])('reads %j', (written, bytes) => {
    expect(parseMemory(written)).toBe(bytes);
  });

  it.each([
    0,
    -1,
    6 * mebibyte - 1,
    '5m',
    '',
    'm',
    '64 m',
    '64x',
    '134217728i',
    '134217728bb',
    '134217728ib',
    '1e9',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e21,
    '9999999999t',
  ])('finds none in %j', (written) => {
    expect(parseMemory(written)).toBeNull();
  });
});

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    [10, 10_000],
    [0.5, 500],
    [0.1 + 0.2, 300],
    [0, 0],
    ['0s', 0],
  ])('reads %j', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  it.each([
    '',
    '10',
    's',
    '10 s',
    ' 10s',
    '-1s',
    -1,
    '1w',
    '1e3s',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
  ])('finds none in %j', (written) => {
    expect(parseDuration(written)).toBeNull();
  });

  it.each([
    [0, '0s'],
    [1, '1ms'],
    [1500, '1500ms'],
    [10_000, '10s'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
  ])('writes %d ms in the largest unit that loses nothing', (ms, written) => {
    expect(formatDuration(ms)).toBe(written);
  });

  it('reads what it wrote as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

it('never throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double()), (written) => {
      for (const parse of [parseCpu, parseMemory, parseDuration]) {
        const amount = parse(written);
        expect(amount === null || Number.isSafeInteger(amount)).toBe(true);
      }
    }),
  );
});
