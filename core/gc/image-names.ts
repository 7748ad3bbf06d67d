/**
 * Decides when two texts name the same image, whether written by users or spelled by engines. Which images are garbage
 * is decided in plan.ts.
 */

/** An image name without the parts that every engine fills in by default; only to be compared with other such names. */
export const plainName = (image: string): string => {
  const bare = image
    .replace(/^(index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/^sha256:/, '');
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') || /^[0-9a-f]{64}$/.test(bare) ? bare : `${bare}:latest`;
};
