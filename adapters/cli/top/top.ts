/** `ring top`: shows the resource usage of deployments or their containers, once or repeatedly. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { idIn } from '../names.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList } from '../print.ts';
import type { Session } from '../session.ts';
import { openScreen } from './screen.ts';
import { deploymentUsageView, type InstanceRow, instanceUsageView, type Order, sorted } from './views.ts';

/** The options of `ring top`. */
export interface TopOptions extends NamespaceOption, OutputOptions {
  /** The interval of the display; `true` is the default. */
  readonly watch?: string | true;
  readonly sort: Order;
}

const usualMs = 2_000;

/** Shows the usage once, or until Ctrl-C. */
export const top = async (session: Session, names: readonly string[], options: TopOptions): Promise<void> => {
  if (options.watch === undefined) return look(session, names, options);
  const everyMs = options.watch === true ? usualMs : (parseDuration(options.watch) ?? usualMs);
  const screen = openScreen(session.terminal);
  try {
    while (!session.signal.aborted) {
      const [heading] = await Promise.all([
        headingOf(session, everyMs),
        look({ ...session, terminal: screen.terminal }, names, options),
      ]);
      screen.show(heading);
      await pause(everyMs, undefined, { signal: session.signal });
    }
  } finally {
    screen.close();
  }
};

async function look(session: Session, names: readonly string[], options: TopOptions): Promise<void> {
  const { terminal } = session;
  const { output, sort } = options;
  const { body: usages } = await session.client.listUsage({ query: queryOf(names, options) });
  if (output === 'json' || output === 'yaml' || names.length === 0) {
    const items = sorted(usages, sort, ({ deployment, total }) => ({ figures: total, name: deployment }));
    return printList(terminal, items, { view: deploymentUsageView, output });
  }
  const rows = usages.flatMap(({ deployment, instances }): InstanceRow[] =>
    instances.map((instance) => ({ deployment, ...instance })),
  );
  const items = sorted(rows, sort, (row) => ({ figures: row, name: `${row.deployment} ${row.container}` }));
  return printList(terminal, items, { view: instanceUsageView, output });
}

const queryOf = (names: readonly string[], { namespace }: TopOptions) => ({
  'deployment[]': names.map((name) => idIn(name, namespace)),
  'namespace[]': names.length > 0 || namespace === undefined ? [] : [namespace],
});

async function headingOf({ client }: Session, everyMs: number): Promise<string> {
  const { body: node } = await client.readNode();
  const time = new Date().toTimeString().slice(0, 8);
  const busy = `CPU ${node.cpu_usage} %, memory ${node.memory_usage} %, disk ${node.disk_usage} %`;
  return `${time}  ${node.hostname}: ${busy}  (every ${everyMs / 1000} s; Ctrl-C ends)`;
}
