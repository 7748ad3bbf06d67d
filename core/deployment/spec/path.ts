/** Absolute paths in a spec. The HostPaths port resolves them on the host. */

/** Whether a path is absolute and literal: without `..`, NUL or `:`. */
export const isCleanPath = (path: string): boolean =>
  path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0') && !path.includes(':');

/** Normalizes an absolute path: `/data` and `/data//.` are equal. */
export const cleaned = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
