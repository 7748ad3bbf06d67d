/** How commands name objects: by id, by `<name>.<namespace>`, or by a name and `-n`. */

/** Returns the id of a name in a namespace; without a namespace, or with a dot in it, the name already is an id. */
export const idIn = (name: string, namespace: string | undefined): string =>
  namespace === undefined || name.includes('.') ? name : `${name}.${namespace}`;
