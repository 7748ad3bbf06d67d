import { expect, it } from 'vitest';
import { makeLogWorld, readEvents } from '../support/log-world.ts';
import { type Api, type OpenApi, onBothTransports } from '../support/transports.ts';

const openLogs = async (open: OpenApi, options: Parameters<OpenApi>[0] = {}) => {
  const api = await open(options);
  const web = await makeLogWorld(api);
  const say = (id: string, message: string) => {
    api.runtime.say(id, message);
    api.commands.pass(1000);
  };
  return { api, web, say };
};

const logs = (api: Api, query = '') => api.call('GET', `/deployments/web/logs${query}`, { as: 'viewer' });

/** The messages without their times. */
const words = (body: readonly { message: string }[]) =>
  body.map(({ message }) => message.replace(/^\S+ /, ''));

const follow = async (api: Api, query = '', headers = {}) => {
  const response = await api.open('GET', `/deployments/web/logs?follow=true${query}`, {
    as: 'viewer',
    headers,
  });
  return { response, events: readEvents(response) };
};

onBothTransports('logs', (open) => {
  it('are empty without a container', async () => {
    const { api } = await openLogs(open);
    expect(await logs(api)).toMatchObject({ status: 200, body: [] });
  });

  it('merge the lines of all replicas by time, each saying where it comes from', async () => {
    const { api, web, say } = await openLogs(open);
    const [one, other] = [await web.run(0), await web.run(1)];
    say(one, 'first');
    say(other, 'second');
    api.runtime.say(one, 'third', 'stderr');
    const { status, body } = await logs(api);
    expect(status).toBe(200);
    expect(words(body)).toEqual(['first', 'second', 'third']);
    expect(body[2]).toEqual({
      message: expect.stringMatching(/^2024-01-15T10:30:02\.\d{9}Z third$/),
      timestamp: expect.stringMatching(/^2024-01-15T10:30:02\.\d{9}Z$/),
      stream: 'stderr',
      container: one,
      replica: 0,
    });
  });

  it('keep the newest by tail and leave out what is older than since', async () => {
    const { api, web, say } = await openLogs(open);
    const [one, other] = [await web.run(0), await web.run(1)];
    for (const [at, id] of [one, other, one, other].entries()) say(id, `line ${at}`);
    expect(words((await logs(api, '?tail=3')).body)).toEqual(['line 1', 'line 2', 'line 3']);
    expect((await logs(api, '?tail=0')).body).toEqual([]);
    expect(words((await logs(api, '?since=2s')).body)).toEqual(['line 2', 'line 3']);
    expect(words((await logs(api, '?since=2024-01-15T10:30:03Z')).body)).toEqual(['line 3']);
    expect(words((await logs(api, '?since=1705314603')).body)).toEqual(['line 3']);
  });

  it('come from one container by its number, its name or the beginning of its id', async () => {
    const { api, web, say } = await openLogs(open);
    const [one, other] = [await web.run(0), await web.run(1)];
    say(one, 'one');
    say(other, 'other');
    for (const container of ['1', 'default_web_1_r1', other, other.slice(0, 64)])
      expect(words((await logs(api, `?container=${container}`)).body), container).toEqual(['other']);
    for (const container of ['2', 'default_web', 'ffff'])
      expect(await logs(api, `?container=${container}`), container).toMatchObject({
        status: 404,
        body: { code: 'INSTANCE_NOT_FOUND' },
      });
  });

  it('still tell why a container ended', async () => {
    const { api, web, say } = await openLogs(open);
    const id = await web.run(0);
    say(id, 'out of luck');
    api.runtime.exit(id, 1);
    expect(words((await logs(api)).body)).toEqual(['out of luck']);
  });

  it('of what ran before are those of the kept container, else those before the last restart', async () => {
    const { api, web, say } = await openLogs(open);
    const failed = await web.run(0, 2);
    say(failed, 'cannot go on');
    api.runtime.exit(failed, 1);
    const serving = await web.run(0, 1);
    const restarted = await web.run(1, 1);
    say(serving, 'all is well');
    say(restarted, 'first try');
    api.runtime.exit(restarted, 1);
    api.commands.pass(1000);
    await api.runtime.start(restarted);
    say(restarted, 'second try');
    expect(words((await logs(api, '?previous=true')).body)).toEqual(['cannot go on', 'first try']);
    expect(words((await logs(api, '?previous=true&container=1&tail=5')).body)).toEqual(['first try']);
    expect(words((await logs(api, '?previous=true&since=1s')).body)).toEqual([]);
    expect(await logs(api, '?previous=true&container=7')).toMatchObject({ status: 404 });
  });

  it('of what ran before are over, so nobody can follow them', async () => {
    const { api, web } = await openLogs(open);
    await web.run(0);
    expect((await logs(api, '?previous=true')).body).toEqual([]);
    expect(await logs(api, '?previous=true&follow=true')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '?previous', detail: 'cannot be combined with follow' }] },
    });
  });

  it('are not empty but unavailable when the engine does not answer', async () => {
    const { api } = await openLogs(open);
    api.runtime.down();
    for (const query of ['', '?follow=true'])
      expect(await logs(api, query)).toMatchObject({ status: 503, body: { code: 'ENGINE_UNAVAILABLE' } });
  });

  it('are followed: what there is, then what comes, then that the deployment is gone', async () => {
    const { api, web, say } = await openLogs(open);
    const id = await web.run(0);
    await web.record([id]);
    say(id, 'before');
    const { response, events } = await follow(api);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const before = await events.next();
    expect(before).toMatchObject({
      id: expect.stringContaining(before?.data.timestamp),
      data: { container: id, replica: 0 },
    });
    say(id, 'after');
    expect((await events.next())?.data.message).toMatch(/ after$/);
    api.runtime.destroy(id);
    await web.purge();
    expect(await events.next()).toEqual({ event: 'end', data: { reason: 'deleted' } });
    expect(await events.next()).toBeNull();
  });

  it('are followed into a replacement and over a restart, without a line twice', async () => {
    const { api, web, say } = await openLogs(open);
    const old = await web.run(0);
    await web.record([old]);
    const { events } = await follow(api);
    say(old, 'one');
    expect((await events.next())?.data.message).toMatch(/ one$/);
    api.runtime.exit(old, 1);
    await api.runtime.start(old);
    say(old, 'two');
    expect((await events.next())?.data.message).toMatch(/ two$/);
    const replacement = await web.run(0, 2);
    say(replacement, 'three');
    await web.record([replacement]);
    expect((await events.next())?.data).toMatchObject({ container: replacement, message: / three$/ });
  });

  it('are followed from now on, and from the line a reader had last', async () => {
    const { api, web, say } = await openLogs(open);
    const id = await web.run(0);
    say(id, 'one');
    say(id, 'two');
    const now = await follow(api, '&tail=0');
    say(id, 'three');
    expect((await now.events.next())?.data.message).toMatch(/ three$/);
    const [{ timestamp }] = (await logs(api)).body;
    const back = await follow(api, '&tail=1', { 'last-event-id': timestamp });
    expect((await back.events.next())?.data.message).toMatch(/ two$/);
    expect((await back.events.next())?.data.message).toMatch(/ three$/);
  });

  it('are followed from where the reader was with each replica, also with one that was behind', async () => {
    const { api, web } = await openLogs(open);
    const [one, other] = [await web.run(0), await web.run(1)];
    const first = await follow(api);
    api.commands.pass(1000);
    api.runtime.say(one, 'one');
    const read = await first.events.next();
    await first.events.stop();
    // Written earlier, and not delivered before the reader left.
    api.commands.pass(-500);
    api.runtime.say(other, 'late');
    api.commands.pass(1000);
    const back = await follow(api, '', { 'last-event-id': read?.id ?? '' });
    const late = await back.events.next();
    expect(late?.data).toMatchObject({ container: other, message: expect.stringMatching(/ late$/) });
    api.runtime.say(one, 'two');
    const two = await back.events.next();
    expect(two?.data.message).toMatch(/ two$/);
    const again = await follow(api, '', { 'last-event-id': late?.id ?? '' });
    expect((await again.events.next())?.data).toEqual(two?.data);
  });

  it('are followed by so many at once, and a place is free when one goes', async () => {
    const { api, web } = await openLogs(open, { mostStreams: 2 });
    await web.run(0);
    const first = await follow(api);
    await follow(api);
    const refused = await logs(api, '?follow=true');
    expect(refused).toMatchObject({ status: 503, body: { code: 'TOO_MANY_STREAMS' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    await first.events.stop();
    await expect
      .poll(async () => (await api.open('HEAD', '/deployments/web/logs?follow=true')).status)
      .toBe(200);
  });
});
