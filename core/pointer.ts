/** JSON pointers (RFC 6901): where in an input something is. */

/** The pointer to a key or index below another pointer. */
export const below = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
