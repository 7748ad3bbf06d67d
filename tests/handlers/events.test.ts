import { expect, it } from 'vitest';
import { purge } from '../support/observed.ts';
import { anEvent } from '../support/records.ts';
import { readEvents } from '../support/sse.ts';
import { type Api, type OpenApi, onBothTransports } from '../support/transports.ts';

/** `web` in default and `api` in prod, each with the event that tells of its creation. */
async function openWithTwo(open: OpenApi, options: Parameters<OpenApi>[0] = {}): Promise<Api> {
  const api = await open(options);
  await api.call('PUT', '/deployments/web', { body: { image: 'a:1' } });
  await api.call('POST', '/deployments', { body: { name: 'api', namespace: 'prod', image: 'b:1' } });
  return api;
}

const say = (api: Api, ...messages: readonly string[]) =>
  api.commands.store.write(({ events }) =>
    events.add(messages.map((message) => anEvent({ uid: 'uid-1', message }))),
  );

const saying = (body: readonly { readonly message: string }[]) => body.map(({ message }) => message);

const nextOf = (link: string | null) => /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1] ?? null;

onBothTransports('events', (open) => {
  it('lists what happened to all deployments, the newest last, with whose it is', async () => {
    const api = await openWithTwo(open);
    const { status, body } = await api.call('GET', '/events', { as: 'viewer' });
    const at = '2024-01-15T10:30:00.000Z';
    const common = {
      ...{ timestamp: at, level: 'info', component: 'api', reason: 'DeploymentCreated', count: 1 },
      ...{ first_seen: at, last_seen: at },
    };
    expect([status, body]).toEqual([
      200,
      [
        {
          ...{ id: 'event_1', ...common, message: 'Deployment web created: 1 x a:1' },
          ...{ deployment: 'web', namespace: 'default' },
        },
        {
          ...{ id: 'event_2', ...common, message: 'Deployment api created: 1 x b:1' },
          ...{ deployment: 'api', namespace: 'prod' },
        },
      ],
    ]);
  });

  it('filters by namespace, deployment and level', async () => {
    const api = await openWithTwo(open);
    const of = async (query: string) => (await api.call('GET', `/events?${query}`)).body.length;
    expect([
      await of('namespace[]=prod'),
      await of('deployment[]=web&deployment[]=api.prod'),
      await of('deployment[]=none'),
      await of('level=error'),
      await of('limit=1'),
    ]).toEqual([1, 2, 0, 0, 1]);
  });

  it.each(['/events', '/deployments/web/events'])(
    'lists the newest 50 of 51 on %s without a limit',
    async (path) => {
      const api = await openWithTwo(open);
      const messages = Array.from({ length: 51 }, (_, index) => `event ${index + 1}`);
      await say(api, ...messages);
      const { body } = await api.call('GET', path);
      expect(saying(body)).toEqual(messages.slice(1));
    },
  );

  it.each(['/events', '/deployments/web/events'])('gives %s in parts, back from the newest', async (path) => {
    const api = await openWithTwo(open);
    await say(api, 'one', 'two', 'three', 'four');
    const parts: string[][] = [];
    let next: string | null = `${path}?limit=2&level=info`;
    for (; next !== null && parts.length < 9; ) {
      const { body, headers } = await api.call('GET', next);
      parts.push(saying(body));
      next = nextOf(headers.get('link'));
      await say(api, `meanwhile ${parts.length}`);
    }
    const created = ['Deployment web created: 1 x a:1', 'Deployment api created: 1 x b:1'];
    expect(parts).toEqual([
      ['three', 'four'],
      ['one', 'two'],
      path === '/events' ? created : created.slice(0, 1),
    ]);
  });

  it('refuses cursors of other lists, and one beside follow', async () => {
    const api = await openWithTwo(open);
    const link = (await api.call('GET', '/events?limit=1')).headers.get('link');
    const cursor = new URL(nextOf(link) ?? '', 'http://ring').searchParams.get('cursor');
    const refused = async (path: string) => {
      const { status, body } = await api.call('GET', path);
      return [status, body.errors?.[0]?.pointer];
    };
    expect([
      await refused(`/deployments/web/events?cursor=${cursor}`),
      await refused(`/events?cursor=${cursor}&follow=true`),
      await refused('/events?cursor=1'),
    ]).toEqual([
      [400, '?cursor'],
      [400, '?cursor'],
      [400, '?cursor'],
    ]);
  });

  it('follows as server-sent events whose ids say where to go on', async () => {
    const api = await openWithTwo(open);
    const reading = readEvents(await api.open('GET', '/events?follow=true&limit=1'));
    expect(reading.response.headers.get('content-type')).toBe('text/event-stream');
    const first = await reading.take(1);
    await say(api, 'three');
    const second = await reading.take(1);
    await say(api, 'three');
    const third = await reading.take(1);
    await reading.leave();
    expect(
      [...first, ...second, ...third].map(({ id, data }) => [id, data.id, data.count, data.deployment]),
    ).toEqual([
      ['2', 'event_2', 1, 'api'],
      ['3', 'event_3', 1, 'web'],
      ['4', 'event_3', 2, 'web'],
    ]);
    const headers = { 'last-event-id': '1' };
    const back = readEvents(await api.open('GET', '/events?follow=true', { headers }));
    expect((await back.take(2)).map(({ id }) => id)).toEqual(['2', '4']);
    await back.leave();
    const lost = readEvents(
      await api.open('GET', '/events?follow=true', { headers: { 'last-event-id': '99' } }),
    );
    expect(await lost.take(1)).toEqual([
      { id: '', event: 'gap', data: { after: '99', reason: 'unknown_id' } },
    ]);
    await lost.leave();
  });

  it('follows one deployment until it is gone', async () => {
    const api = await openWithTwo(open);
    const reading = readEvents(await api.open('GET', '/deployments/web/events?follow=true'));
    expect((await reading.take(1)).map(({ data }) => data.reason)).toEqual(['DeploymentCreated']);
    await api.call('DELETE', '/deployments/web');
    expect((await reading.take(1)).map(({ data }) => data.reason)).toEqual(['DeploymentDeleted']);
    await purge(api.commands.store, 'web');
    expect(await reading.all()).toEqual([{ id: '', event: 'end', data: { reason: 'deleted' } }]);
  });

  it('refuses more streams than there are places, and takes others once one has gone', async () => {
    const api = await openWithTwo(open, { mostStreams: 1 });
    const reading = readEvents(await api.open('GET', '/events?follow=true'));
    await reading.take(1);
    const refused = await api.call('GET', '/deployments/web/events?follow=true');
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'TOO_MANY_STREAMS',
      '5',
    ]);
    await reading.leave();
    for (let status = 503; status === 503; ) {
      const again = await api.open('GET', '/events?follow=true');
      status = again.status;
      await again.body?.cancel();
    }
    expect((await api.call('GET', '/deployments/none/events?follow=true')).status).toBe(404);
  });
});
