/** `ring volume create`: creates a volume before its first use. */
import { CommandError } from '../failure.ts';
import type { OutputOptions } from '../output-option.ts';
import { printOne } from '../print.ts';
import type { Session } from '../session.ts';
import { volumeView } from './resource-views.ts';

/** The options of `ring volume create`. */
export interface CreateVolumeOptions extends OutputOptions {
  readonly driver?: string;
  readonly opt?: readonly string[];
  readonly label?: readonly string[];
}

/** Creates a volume of the engine. */
export const createVolume = async (
  { client, terminal }: Session,
  name: string,
  { driver, opt, label, output }: CreateVolumeOptions,
): Promise<void> => {
  const { body } = await client.createVolume({
    body: {
      name,
      ...(driver === undefined ? {} : { driver }),
      ...(opt === undefined ? {} : { driver_opts: pairs(opt, '--opt') }),
      ...(label === undefined ? {} : { labels: pairs(label, '--label') }),
    },
  });
  await printOne(terminal, body, { view: volumeView, output });
};

const pairs = (texts: readonly string[], flag: string): Record<string, string> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1)
        throw new CommandError(`${flag} ${text} has no value: write it like ${flag} ${text || 'key'}=value`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
