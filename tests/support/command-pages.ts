/**
 * Generates the page that documents the `ring` command from the output of `--help`. adapters/cli defines that output.
 */
import type { Command } from 'commander';
import type { Cli } from '../../adapters/cli/cli.ts';
import { allCommands } from '../../adapters/cli/commands/all.ts';
import { makeProgram } from '../../adapters/cli/program.ts';

const width = 100;

// Nothing is run: only what commands take is looked at.
const inert: Cli = {
  remote: async () => undefined,
  local: async () => undefined,
  withOwnSignals: async () => undefined,
};

const introduction = `# The command

<!-- Generated from \`ring --help\` by \`npm run docs:cli\`, and checked by a test. Change the help texts instead. -->

\`ring\` does from a terminal what the [API](API.md) does over HTTP, and nothing else: every command but \`serve\`,
\`reconcile\`, \`init\` and \`doctor\` is a client of a server. Manifests are described in [MANIFEST.md](MANIFEST.md).

- **Which server.** \`--url\` or \`--context\`, else \`RING_URL\`, else \`RING_CONTEXT\`, else the context that is used,
  else \`http://127.0.0.1:3030\`. A token is sent only to the server that it was given for, or is \`RING_TOKEN\`.
- **Logging in.** \`ring login <url>\` asks for a password (\`--password-stdin\` without a terminal) and keeps the
  token in \`ring/contexts.json\` below \`$XDG_CONFIG_HOME\` or \`~/.config\`, a file that only you can read. In a
  pipeline, set \`RING_URL\` and \`RING_TOKEN\` and log in nowhere.
- **Names.** Things go by their ids, which \`ring get\` lists: the name, or \`name.namespace\`. With \`-n\` the name alone
  will do. \`kind/name\`, as \`-o name\` prints it, is taken wherever a kind and names are.
- **Output.** Data goes to stdout, all else to stderr. \`-o json\` and \`-o yaml\` print what the API answers, \`-o name\`
  what other commands take, \`-o wide\` more columns. Colours and questions only in a terminal, no colours with
  \`NO_COLOR\`. A reader that has had enough (\`| head\`) ends a command quietly.
- **Ending.** Ctrl-C ends a command, never what it asked for. A failure is one line that says what to do next.
`;

/** The page, in Markdown. */
export const commandPages = (): string => {
  const ring = makeProgram(allCommands, () => inert);
  const groups = new Map<string, Command[]>();
  for (const command of visible(ring)) {
    const group = command.helpGroup() || 'Commands:';
    groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  const sections = [...groups].map(([group, commands]) =>
    [`## ${group.replace(/:$/, '')}`, ...commands.flatMap((command) => pagesOf(command, 'ring'))].join(
      '\n\n',
    ),
  );
  const contents = [...groups].map(
    ([group, commands]) =>
      `- ${group} ${commands.map((command) => `[${command.name()}](#ring-${command.name()})`).join(', ')}`,
  );
  return `${[introduction, contents.join('\n'), ...sections, `## Everywhere\n\n${fenced(helpOf(ring))}`].join('\n\n')}\n`.replaceAll(
    /\n{3,}/g,
    '\n\n',
  );
};

const visible = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help');

const pagesOf = (command: Command, parent: string): string[] => {
  const name = `${parent} ${command.name()}`;
  const heading = parent === 'ring' ? '###' : '####';
  return [
    `${heading} ${name}`,
    fenced(helpOf(command)),
    ...visible(command).flatMap((child) => pagesOf(child, name)),
  ];
};

const helpOf = (command: Command): string => {
  let text = '';
  command.configureHelp({ ...command.configureHelp(), showGlobalOptions: false });
  command.configureOutput({
    ...command.configureOutput(),
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !/^ +-h, --help\b|^ +help \[command\]/.test(line))
    .join('\n')
    .replace(/\nOptions:\n(?=\n|$)/, '')
    .replace(/\nCommands:\n(?=\n|$)/, '')
    .trim();
};

const fenced = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;
