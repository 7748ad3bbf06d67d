/** JSON merge patch as defined by RFC 7396. Iterative, because a body may be nested deeper than the stack allows. */

interface Step {
  readonly into: object;
  readonly patch: object;
}

/** Returns the target with the patch applied: null removes a member, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = membersOf(target);
  const pending: Step[] = [{ into: merged, patch }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    pending.push(...applied(step));
  }
  return merged;
}

/** Applies one level of a patch; returns the levels below it. */
function applied({ into, patch }: Step): Step[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    if (value === null) {
      Reflect.deleteProperty(into, key);
      return [];
    }
    const below = isObject(value)
      ? membersOf(Object.hasOwn(into, key) ? Reflect.get(into, key) : null)
      : null;
    // Defined, not assigned, so that `__proto__` is an ordinary member.
    Object.defineProperty(into, key, {
      value: below ?? value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
    return below === null ? [] : [{ into: below, patch: value }];
  });
}

const membersOf = (value: unknown): object =>
  Object.fromEntries(isObject(value) ? Object.entries(value) : []);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
