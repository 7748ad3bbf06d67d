/** Colours text for a terminal. terminal.ts decides where colours are allowed. */

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** A colour or a font weight. */
export type Colour = keyof typeof codes;

/** Colours a text; null leaves it unchanged. */
export type Paint = (colour: Colour | null, text: string) => string;

/** Makes a Paint that colours, or one that returns texts unchanged. */
export const makePaint =
  (enabled: boolean): Paint =>
  (colour, text) =>
    enabled && colour !== null && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
