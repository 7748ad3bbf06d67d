/** When two texts name the same image: as people write it, and as engines spell it. */

/** A name without what every engine fills in; only ever compared with others of its kind. */
export const plainName = (image: string): string => {
  const bare = image
    .replace(/^(index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/^sha256:/, '');
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') || /^[0-9a-f]{64}$/.test(bare) ? bare : `${bare}:latest`;
};
