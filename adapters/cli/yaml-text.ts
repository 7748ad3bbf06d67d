/** Formats YAML output. Loaded only when it is requested. */
import { stringify } from 'yaml';

/** Formats a value as YAML without wrapping long texts. */
export const yamlText = (value: unknown): string => stringify(value, { lineWidth: 0 });
