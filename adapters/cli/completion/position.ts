/**
 * Determines what may be at the cursor on a command line of `ring`, from the declarations of the commands, so that
 * nothing is listed twice. names.ts reads the names of objects.
 */
import type { Argument, Command, Option } from 'commander';

/** A possible word. */
export interface Candidate {
  readonly word: string;
  /** Its meaning in one line; empty when unknown. */
  readonly about: string;
}

/** The kinds of objects whose names a server, or the file of contexts, provides. */
const nouns = ['deployment', 'job', 'config', 'secret', 'namespace', 'volume', 'user', 'context'] as const;
/** One of {@link nouns}. */
export type Noun = (typeof nouns)[number];

/** What may be at the cursor: these words, names of objects, or file paths. */
export type Expected =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'names'; readonly of: Noun }
  | { readonly kind: 'files' };

/** The cursor's position: what is expected there, what was typed so far, and the server of the line. */
export interface Position {
  readonly expected: Expected;
  /** The typed part of the word. */
  readonly typed: string;
  /** The text before each candidate, as in `--for=`. */
  readonly before: string;
  readonly globals: { readonly context?: string; readonly url?: string };
  /** The value of `-n` on the line. */
  readonly namespace: string | null;
}

const nothing: Expected = { kind: 'words', words: [] };

/** Reads a line without its first word; the last word is the one to complete, and may be empty. */
export function readPosition(ring: Command, line: readonly string[]): Position {
  // Shells that split words at "=" pass it as a word of its own.
  const words = line.filter((word, index) => word !== '=' || index === line.length - 1);
  const typed = words.at(-1) === '=' ? '' : (words.at(-1) ?? '');
  const walked = walk(ring, words.slice(0, -1));
  const known = { globals: walked.globals, namespace: walked.namespace };
  const glued = /^(--[\w-]+)=(.*)$/.exec(typed);
  const option = walked.pending ?? (glued ? optionOf(walked.command, glued[1] ?? '') : undefined);
  if (option) {
    const before = walked.pending ? '' : `${glued?.[1]}=`;
    return {
      expected: expectedOf(option),
      typed: before === '' ? typed : (glued?.[2] ?? ''),
      before,
      ...known,
    };
  }
  return { expected: wordsAt(walked, typed), typed, before: '', ...known };
}

interface Walked {
  readonly command: Command;
  readonly operands: readonly string[];
  /** An option whose value is missing. */
  readonly pending: Option | undefined;
  readonly isAfterDashes: boolean;
  readonly globals: Position['globals'];
  readonly namespace: string | null;
}

/** Processes the complete words. */
function walk(ring: Command, line: readonly string[]): Walked {
  const dashes = line.indexOf('--');
  const last = dashes < 0 ? line.length : dashes;
  const operands: string[] = [];
  const values = new Map<string, string>();
  let command = ring;
  let pending: Option | undefined;
  for (const word of line.slice(0, last)) {
    if (pending) {
      values.set(pending.name(), word);
      pending = undefined;
    } else if (word.startsWith('-')) pending = noteOption(command, word, values);
    else if (operands.length === 0 && childOf(command, word)) command = childOf(command, word) ?? command;
    else operands.push(word);
  }
  return {
    command,
    operands: [...operands, ...line.slice(last + 1)],
    pending,
    isAfterDashes: dashes >= 0,
    globals: globalsOf(values),
    namespace: values.get('namespace') ?? null,
  };
}

const globalsOf = (values: ReadonlyMap<string, string>): Position['globals'] => {
  const [context, url] = [values.get('context'), values.get('url')];
  return { ...(context === undefined ? {} : { context }), ...(url === undefined ? {} : { url }) };
};

/** Records a value that is attached to its option; returns the option when its value must follow. */
function noteOption(command: Command, word: string, values: Map<string, string>): Option | undefined {
  const at = word.indexOf('=');
  const option = optionOf(command, at < 0 ? word : word.slice(0, at));
  if (at >= 0 && option) values.set(option.name(), word.slice(at + 1));
  return at < 0 && option?.required ? option : undefined;
}

const childOf = (command: Command, word: string): Command | undefined =>
  command.commands.find((one) => one.name() === word || one.aliases().includes(word));

/** Returns a command's own options and those of its parents. */
const optionsOf = (command: Command | null): readonly Option[] =>
  command === null ? [] : [...command.options, ...optionsOf(command.parent)];

const optionOf = (command: Command, flag: string): Option | undefined =>
  optionsOf(command).find(({ short, long }) => flag === short || flag === long);

function wordsAt({ command, operands, isAfterDashes }: Walked, typed: string): Expected {
  if (typed.startsWith('-') && !isAfterDashes) {
    return words(
      optionsOf(command).flatMap(({ long, short, description, hidden }) =>
        hidden ? [] : [{ word: long ?? short ?? '', about: description }],
      ),
    );
  }
  const commands = visible(command);
  if (operands.length === 0 && commands.length > 0) return words(commands);
  const wanted = command.registeredArguments;
  const argument = wanted[operands.length] ?? (wanted.at(-1)?.variadic ? wanted.at(-1) : undefined);
  return argument === undefined ? nothing : argumentOf(argument, command, operands);
}

const visible = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help' || command.parent === null)
    .map((one) => ({ word: one.name(), about: one.description() }));

const words = (found: readonly Candidate[]): Expected => ({ kind: 'words', words: found });

const choices = (found: readonly string[]): Expected => words(found.map((word) => ({ word, about: '' })));

function expectedOf(option: Option): Expected {
  if (option.argChoices) return choices(option.argChoices);
  if (/<(path|file)>/.test(option.flags)) return { kind: 'files' };
  return namesOf(option.name());
}

const kinds = ['deployment', 'config', 'secret', 'namespace', 'volume', 'user', 'node'] as const;

function argumentOf(argument: Argument, command: Command, operands: readonly string[]): Expected {
  if (argument.argChoices) return choices(argument.argChoices);
  const name = argument.name();
  if (name === 'file') return { kind: 'files' };
  if (name === 'kind') return choices(kinds);
  // Below a noun's command a name is of that noun; after a kind, of that kind.
  const noun = /^names?$/.test(name) ? (operands[0] ?? command.parent?.name() ?? '') : name;
  return namesOf(noun.replace(/=.*$/, ''));
}

function namesOf(word: string): Expected {
  const found = nouns.find((noun) => word === noun || word === `${noun}s`);
  return found === undefined ? nothing : { kind: 'names', of: found };
}
