/** `ring events`: prints past and new events of one deployment, some, or all. */
import type { Level } from '../../../core/event/event.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { stayWith } from '../follow/stay.ts';
import { idIn } from '../names.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList, printValue } from '../print.ts';
import type { Session } from '../session.ts';
import { eventLine, eventView, type ShownEvent } from './view.ts';

/** The options of `ring events`. */
export interface EventsOptions extends NamespaceOption, OutputOptions {
  readonly follow?: true;
  readonly level?: Level;
  readonly limit?: number;
}

/** Prints events, the newest last; follows them until Ctrl-C, or until the only named deployment is gone. */
export const events = async (
  session: Session,
  names: readonly string[],
  options: EventsOptions,
): Promise<void> => {
  const ids = names.map((name) => idIn(name, options.namespace));
  if (options.follow) return follow(session, ids, options);
  const found = await read(session, ids, options);
  return printList(session.terminal, found, { view: eventView(ids.length === 1), output: options.output });
};

const shared = ({ level, limit }: EventsOptions) => ({
  ...(level === undefined ? {} : { level }),
  ...(limit === undefined ? {} : { limit }),
});

const ofAll = (ids: readonly string[], options: EventsOptions) => ({
  ...shared(options),
  ...(ids.length === 0 ? {} : { 'deployment[]': [...ids] }),
  ...(ids.length > 0 || options.namespace === undefined ? {} : { 'namespace[]': [options.namespace] }),
});

async function read(
  { client }: Session,
  ids: readonly string[],
  options: EventsOptions,
): Promise<readonly ShownEvent[]> {
  const [id] = ids;
  if (ids.length !== 1 || id === undefined) {
    return (await client.listAllEvents({ query: ofAll(ids, options) })).body;
  }
  const { body } = await client.listEvents({ params: { id }, query: shared(options) });
  return body.map((event) => ({ deployment: id, ...event }));
}

async function follow(session: Session, ids: readonly string[], options: EventsOptions): Promise<void> {
  const { client, terminal, signal } = session;
  const [id] = ids;
  const isOne = ids.length === 1;
  const stream = stayWith({
    signal,
    open: async (lastId) => {
      const headers = lastId === null ? {} : { 'last-event-id': lastId };
      if (!isOne || id === undefined) {
        return (await client.listAllEvents({ query: { ...ofAll(ids, options), follow: true }, headers }))
          .body;
      }
      const query = { ...shared(options), follow: true as const };
      return (await client.listEvents({ params: { id }, query, headers })).body;
    },
    onLost: () => terminal.note('ring: the connection is lost; trying again'),
    onBack: () => terminal.note('ring: connected again'),
  });
  for await (const { event, data } of stream) {
    if (event === 'gap') terminal.note('ring: some events are missing here: they are not kept any more');
    else
      await say(
        session,
        { ...(isOne ? { deployment: id } : {}), ...(data as ShownEvent) },
        { isOne, options },
      );
  }
}

async function say(
  { terminal }: Session,
  event: ShownEvent,
  { isOne, options }: { readonly isOne: boolean; readonly options: EventsOptions },
): Promise<void> {
  if (options.output === 'json') return terminal.line(JSON.stringify(event));
  if (options.output === 'yaml') {
    terminal.line('---');
    return printValue(terminal, event, 'yaml');
  }
  if (options.output === 'name') return terminal.line(`event/${event.id}`);
  terminal.line(eventLine(event, { paint: terminal.paint, isOne }));
}
