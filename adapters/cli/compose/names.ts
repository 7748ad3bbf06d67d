/** Names: Ring's are DNS labels, Compose's may be more; volumes keep the names that Compose gave them on the engine. */
import { recordOf, textOf } from './fields.ts';
import { labelOf } from './texts.ts';

/** What things of a Compose file are called in Ring. */
export interface Names {
  /** A service, a config or a secret. */
  label(name: string): string;
  /** A named volume, as it is called on the engine. */
  volume(name: string): string;
}

/** The names of a project. */
export const makeNames = (project: string, volumes: unknown): Names => ({
  label: labelOf,
  volume(name) {
    const declared = recordOf(recordOf(volumes)[name]);
    const given = textOf(declared.name) ?? textOf(recordOf(declared.external).name);
    if (given !== undefined) return given;
    return declared.external ? name : `${project}_${name}`;
  },
});
