/** Absolute paths as a spec holds them. Where one leads on the host is asked of the HostPaths port. */

/** Whether it is absolute and leads nowhere else than it says: no `..`, and nothing that ends it early. */
export const isCleanPath = (path: string): boolean =>
  path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0') && !path.includes(':');

/** The one way to write an absolute path: `/data` and `/data//.` are the same place. */
export const cleaned = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
