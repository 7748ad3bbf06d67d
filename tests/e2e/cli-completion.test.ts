/** `ring completion` in bash, zsh and fish: what Tab offers, asked of the shell itself. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { isExpected } from '../support/programs.ts';

const execute = promisify(execFile);
let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
  await world.ring.declare('web', { image: 'ring-test:1', replicas: 0 });
  await world.ring.declare('api.shop', { image: 'ring-test:1', replicas: 0 });
  await world.ring.call('PUT', '/deployments/nightly', { body: { kind: 'job', image: 'ring-test:1' } });
});
afterAll(() => world.close());

/** What `ring __complete` offers for a line, without what it says of it. */
const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await world.run(['__complete', '--', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0] ?? '');
};

describe('what is offered', () => {
  it('is commands, and those below them', async () => {
    expect(await offered('rol')).toEqual(['rollout']);
    expect(await offered('rollout', 'u')).toEqual(['undo']);
    expect(await offered('')).not.toContain('__complete');
  });

  it('is options, and their values however they are written', async () => {
    expect(await offered('logs', '--fo')).toEqual(['--follow']);
    expect(await offered('wait', 'web', '--for', 'he')).toEqual(['healthy']);
    expect(await offered('wait', 'web', '--for=he')).toEqual(['--for=healthy']);
    // As bash parts it.
    expect(await offered('wait', 'web', '--for', '=', 'he')).toEqual(['healthy']);
    expect(await offered('wait', 'web', '--for', '=')).toContain('deleted');
    expect(await offered('logs', 'web', '--conte')).toEqual(['--context']);
  });

  it('is names of things, of the server and the namespace that the line means', async () => {
    expect(await offered('logs', '')).toEqual(['api', 'nightly', 'web']);
    expect(await offered('run', '')).toEqual(['nightly']);
    expect(await offered('logs', 'web', 'a')).toEqual(['api']);
    expect(await offered('logs', '-n', 'shop', '')).toEqual(['api']);
    expect(await offered('get', 'deployments', 'w')).toEqual(['web']);
    expect(await offered('logs', '--namespace', 's')).toEqual(['shop']);
    expect(await offered('--url', 'http://127.0.0.1:1', 'logs', '')).toEqual([]);
  });

  it('is nothing after words that are not Ring’s, and files where those are wanted', async () => {
    expect(await offered('run', 'nightly', '--', 'sh', '-')).toEqual([]);
    expect(await offered('apply', '-f', '')).toEqual([':files']);
  });

  it('is contexts by name, without a server', async () => {
    await world.run(['context', 'set', 'prod', '--url', 'http://127.0.0.1:1']);
    expect(await offered('--context', 'p')).toEqual(['prod']);
  });
});

describe('ring completion', () => {
  it('refuses a shell that it does not know', async () => {
    expect(await world.run(['completion', 'tcsh'])).toMatchObject({ code: 1, stdout: '' });
  });

  it.runIf(isExpected('bash'))('completes in bash', async () => {
    await writeRing();
    const { stdout: script } = await world.run(['completion', 'bash']);
    const ask = (line: string) =>
      `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ring; echo "\${COMPREPLY[*]}"`;
    const asked = [ask('ring rollout re'), ask('ring logs ""'), ask('ring wait web --for = co')].join('\n');
    expect(await shell('bash', ['--norc', '-c', `${script}\n${asked}`])).toEqual([
      'restart resume',
      'api nightly web',
      'completed',
    ]);
  });

  it.runIf(isExpected('bash'))('completes at the Tab of somebody who types', async () => {
    const { stdout: script } = await world.run(['completion', 'bash']);
    await writeFile(join(world.folder, 'rc'), `PS1='> '\nbind 'set enable-bracketed-paste off'\n${script}`);
    await writeRing();
    const { stdout } = await world.shellInTerminal(
      `bash --noprofile --rcfile ${join(world.folder, 'rc')} -i`,
      [
        { after: '> ', keys: 'ring rollout hist\t' },
        { after: 'ory ', keys: 'nigh\t' },
        { after: 'tly ', keys: '\u0015exit\n' },
      ],
      { env: { PATH: pathWithRing() } },
    );
    expect(stdout).toContain('ring rollout history nightly ');
  });

  it.runIf(isExpected('fish'))('completes in fish', async () => {
    await writeRing();
    const { stdout: script } = await world.run(['completion', 'fish']);
    await writeFile(join(world.folder, 'notes.yaml'), '');
    const offers = async (line: string): Promise<readonly string[]> => {
      const lines = await shell('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`]);
      return lines.map((offer) => offer.split('\t')[0] ?? '');
    };
    expect(await offers('ring rollout re')).toEqual(['restart', 'resume']);
    expect(await offers('ring logs ')).toEqual(['api', 'nightly', 'web']);
    expect(await offers('ring wait web --for=co')).toEqual(['--for=completed']);
    expect(await offers('ring apply -f not')).toEqual(['notes.yaml']);
  });

  describe.runIf(isExpected('zsh'))('in zsh', () => {
    it.each([
      ['read by .zshrc', 'source <(ring completion zsh)'],
      ['found in fpath', ''],
    ])('completes at a Tab when it is %s', async (_, line) => {
      const folder = join(world.folder, 'zsh');
      const rc = [
        "PS1='> '",
        'bindkey -e',
        'fpath=($ZDOTDIR $fpath)',
        'autoload -U compinit; compinit -u -D',
        line,
      ];
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      if (line === '')
        await writeFile(join(folder, '_ring'), (await world.run(['completion', 'zsh'])).stdout);
      await writeFile(join(folder, '.zshrc'), rc.join('\n'));
      await writeFile(join(world.folder, 'notes.yaml'), '');
      await writeRing();
      const { stdout } = await world.shellInTerminal(
        'zsh -d -i',
        [
          { after: '> ', keys: 'ring rollout hist\t' },
          { after: 'ory', keys: 'nigh\t' },
          // Prints what the line has become, a word a line.
          { after: 'tly', keys: '\u0001print -rl -- \n' },
          { after: 'nightly\r\n', keys: 'ring apply -f not\t' },
          { after: 'es.yaml', keys: '\u0015exit\n' },
        ],
        { env: { PATH: pathWithRing(), ZDOTDIR: folder } },
      );
      expect(stdout).toContain('ring\r\nrollout\r\nhistory\r\nnightly\r\n');
    });
  });
});

/** Puts the command where a shell finds it under its name. */
async function writeRing(): Promise<void> {
  const path = join(world.folder, 'ring');
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${world.command.path}' "$@"\n`);
  await chmod(path, 0o755);
}

const pathWithRing = (): string => `${world.folder}:${world.command.env().PATH}`;

/** The lines that a shell prints. */
async function shell(name: string, args: readonly string[]): Promise<readonly string[]> {
  const env = { ...world.command.env(), PATH: pathWithRing() };
  const { stdout } = await execute(name, args, { cwd: world.folder, env });
  return stdout.split('\n').slice(0, -1);
}
