/** How commands name things: by id, by `<name>.<namespace>`, or by a name and `-n`. */

/** The id of a name in a namespace, or the name itself, which then is an id. */
export const idIn = (name: string, namespace: string | undefined): string =>
  namespace === undefined || name.includes('.') ? name : `${name}.${namespace}`;
