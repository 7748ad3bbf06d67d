/** Colours of a terminal. Where there may be any is decided in terminal.ts. */

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** A colour, or a weight. */
export type Colour = keyof typeof codes;

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour | null, text: string) => string;

/** Paints, or only hands back. */
export const makePaint =
  (enabled: boolean): Paint =>
  (colour, text) =>
    enabled && colour !== null && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
