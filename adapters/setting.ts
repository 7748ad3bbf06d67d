/** The types of settings, each with the sentence that is shown for an invalid value. */
import { isAbsolute, resolve } from 'node:path';
import * as v from 'valibot';
import { parseDuration } from '../core/deployment/spec/quantity.ts';

/** A text with a minimum length. */
export const text = (least: number) =>
  v.pipe(
    v.string('must be a text'),
    v.minLength(least, `must have at least ${least} character${least === 1 ? '' : 's'}`),
  );

/** A path, resolved to an absolute one from the working directory. */
export const path = v.pipe(
  text(1),
  v.transform((value) => resolve(value)),
);

/** A whole number, or its digits as text. */
export const wholeNumber = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))], rule),
    v.integer(rule),
    v.minValue(least, rule),
    v.maxValue(most, rule),
  );
};

/** A duration with a minimum in ms, converted to ms. A number is already in ms. */
export const duration = (leastMs: number) => {
  const rule = `must be a duration of at least ${leastMs}ms, such as 10s (units: ms s m h d)`;
  return v.pipe(
    v.union([v.number(), v.string()], rule),
    v.transform((value) => (typeof value === 'number' ? value : (parseDuration(value) ?? -1))),
    v.minValue(leastMs, rule),
  );
};

/** Absolute paths: an array, or a text separated by commas. */
export const list = v.pipe(
  v.union([v.array(v.string()), v.string()], 'must be absolute paths parted by commas'),
  v.transform((value) => (typeof value === 'string' ? value.split(',') : value).map((part) => part.trim())),
  v.check((paths) => paths.every((part) => isAbsolute(part)), 'must be absolute paths parted by commas'),
);

/** A boolean, or one of its usual texts. */
export const yesOrNo = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false', '1', '0'])], 'must be true or false'),
  v.transform((value) => value === true || value === 'true' || value === '1'),
);

/** One of several texts. */
export const oneOf = <const W extends readonly string[]>(words: W) =>
  v.picklist(words, `must be one of ${words.join(', ')}`);

/** An IPv4 range that contains at least two networks of /23. */
export const cidr = v.pipe(
  v.string(),
  v.check(isRoomyCidr, 'must be an IPv4 range of /22 or wider, such as 10.201.0.0/16'),
);

function isRoomyCidr(value: string): boolean {
  const [address = '', prefix = ''] = value.split('/');
  const octets = address.split('.');
  const isByte = (octet: string) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255;
  return octets.length === 4 && octets.every(isByte) && /^([89]|1\d|2[0-2])$/.test(prefix);
}

/** The URL of a database; the path of its file is made absolute. */
export const sqlite = v.pipe(
  v.string(),
  v.check(
    (url) => !/^postgres(ql)?:/.test(url),
    'names Postgres, which is not supported yet: use sqlite:<path>, or leave it unset',
  ),
  v.check((url) => /^(postgres(ql)?|sqlite):./.test(url), 'must be sqlite:<path>'),
  v.transform((url) => `sqlite:${resolve(url.replace(/^sqlite:(\/\/)?/, ''))}`),
);

const schemes = /^(unix:\/\/\/.+|npipe:\/\/.+|(tcp|https?):\/\/[^/]+\/?)$/;

/** The address of a container engine. */
export const engine = v.pipe(
  v.string(),
  v.check(
    (address) => schemes.test(address),
    'must be unix:///path or tcp://host:port (an engine over ssh:// is reached through a forwarded socket)',
  ),
);
