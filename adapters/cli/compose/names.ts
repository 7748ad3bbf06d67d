/**
 * Converts names: Ring's are DNS labels, while Compose allows more; volumes keep the names that Compose gave them on
 * the engine.
 */
import { recordOf, textOf } from './fields.ts';
import { labelOf } from './texts.ts';

/** The names in Ring of the objects in a Compose file. */
export interface Names {
  /** Returns the name of a service, a config or a secret. */
  label(name: string): string;
  /** Returns the name of a named volume on the engine. */
  volume(name: string): string;
}

/** Makes the names of a project. */
export const makeNames = (project: string, volumes: unknown): Names => ({
  label: labelOf,
  volume(name) {
    const declared = recordOf(recordOf(volumes)[name]);
    const given = textOf(declared.name) ?? textOf(recordOf(declared.external).name);
    if (given !== undefined) return given;
    return declared.external ? name : `${project}_${name}`;
  },
});
