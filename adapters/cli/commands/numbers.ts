/** Parses numbers and durations on a command line: commander refuses invalid ones with the messages given here. */
import { InvalidArgumentError } from 'commander';

/** Reads a whole number from `least` to `most`. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };

/** Refuses an invalid duration; returns a valid one such as `90s` unchanged. */
export const duration = (text: string): string => {
  if (/^\d{1,9}(\.\d{1,6})?(ms|s|m|h|d)$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a duration such as 500ms, 90s, 5m or 1h.');
};
