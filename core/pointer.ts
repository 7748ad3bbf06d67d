/** JSON pointers (RFC 6901): locations within an input. */

/** Appends a key or index to a pointer. */
export const below = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
