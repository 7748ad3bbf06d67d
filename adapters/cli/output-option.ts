/** The option `-o`, which selects the format of printed data. print.ts defines the formats. */
import { type Command, Option } from 'commander';

const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const;

/** A format of printed data. */
export type Format = (typeof formats)[number];

/** The value of the option added by {@link withOutput}. */
export interface OutputOptions {
  readonly output: Format;
}

/** Adds the option `-o` to a command. */
export const withOutput = (command: Command): Command =>
  command.addOption(
    new Option('-o, --output <format>', 'the output format')
      .choices(formats)
      .default('table' satisfies Format),
  );
