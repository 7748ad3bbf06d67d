/** YAML as commands print it. Loaded only where it is asked for. */
import { stringify } from 'yaml';

/** A value as YAML; long texts stay in their lines. */
export const yamlText = (value: unknown): string => stringify(value, { lineWidth: 0 });
