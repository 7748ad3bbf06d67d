/** The option `-o`: in which format a command prints its data. How each looks is decided in print.ts. */
import { type Command, Option } from 'commander';

const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const;

/** How data is printed. */
export type Format = (typeof formats)[number];

/** The option of {@link withOutput}. */
export interface OutputOptions {
  readonly output: Format;
}

/** Gives a command the option `-o`. */
export const withOutput = (command: Command): Command =>
  command.addOption(
    new Option('-o, --output <format>', 'the output format')
      .choices(formats)
      .default('table' satisfies Format),
  );
