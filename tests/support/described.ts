/**
 * Checks whether a reply matches the API's document: its status, its media type and each member of its body. Every
 * transport of the tests checks every reply, so that a mismatch fails the test that received it.
 */
import Ajv2020 from 'ajv/dist/2020.js';
import { documentPath } from '../../handlers/description/operation.ts';
import { endpoints } from '../../handlers/endpoints.ts';
import { makeDocument } from '../../handlers/openapi.ts';
import { matchPath } from '../../handlers/path.ts';
import { checkEvents, checkedStream } from './described-stream.ts';

/** A request and what came back. */
export interface Exchange {
  readonly method: string;
  /** With its query, and below the base path. */
  readonly path: string;
  readonly basePath?: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  /** JSON parsed, empty text for none; left out where it was not read. */
  readonly body?: unknown;
}

/** Holds replies against the document; what does not fit is thrown. */
export interface Described {
  check(exchange: Exchange): void;
  /** The same for one whose body is yet to be read; a stream is held against it as it comes. */
  watched(exchange: Asked, response: Response): Response;
  /** Checks a stream by what was read of it. */
  checkStream(exchange: Omit<Exchange, 'body'>, text: string): void;
  /** Reads a copy of the body of what `fetch` gave and checks that too; a stream is checked as it comes. */
  fetched(asked: Asked, response: Response): Promise<Response>;
}

type Asked = Omit<Exchange, 'status' | 'headers' | 'body'>;

type Content = Readonly<Record<string, unknown>> | undefined;

/** A check by the document of all endpoints, which is made with the first reply. */
export const makeDescribed = (): Described => {
  let made: ReturnType<typeof makeFits> | undefined;
  const fits = () => {
    made ??= makeFits();
    return made;
  };
  const check = (exchange: Exchange) => {
    const problem = fits().reply(exchange);
    if (problem === null) return;
    const { method, path, status, body } = exchange;
    const shown = JSON.stringify(body)?.slice(0, 2000);
    throw new Error(`${method} ${path} answered ${status}, not as described: ${problem}\n${shown}`);
  };
  const watched = (asked: Asked, response: Response): Response => {
    const { status, headers, body } = response;
    const exchange = { ...asked, status, headers };
    check(exchange);
    if (body === null || !isStream(headers)) return response;
    return new Response(
      checkedStream(body, (item) => fits().item(exchange, item)),
      { status, headers },
    );
  };
  return {
    check,
    watched,
    checkStream(exchange, text) {
      check(exchange);
      checkEvents(text, (item) => fits().item(exchange, item));
    },
    async fetched(asked, response) {
      const { status, headers } = response;
      if (isStream(headers)) return watched(asked, response);
      const text = await response.clone().text();
      const isJson = headers.get('content-type')?.includes('json') && text !== '';
      check({ ...asked, status, headers, body: isJson ? JSON.parse(text) : text });
      return response;
    },
  };
};

const isStream = (headers: Headers): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') === true;

/** `fetch` for a server of Ring below `basePath`: every reply is held against the document before it is handed out. */
export const makeDescribedFetch = (basePath = '') => {
  const described = makeDescribed();
  return async (url: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url, init);
    const { pathname, search } = new URL(url);
    const asked = { method: init.method ?? 'GET', path: `${pathname}${search}`, basePath };
    return described.fetched(asked, response);
  };
};

const makeFits = () => {
  const document = closed(JSON.parse(JSON.stringify(makeDocument(endpoints, { version: '0.0.0' }))));
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'api');
  const reply = (exchange: Exchange): string | null => {
    const { method, headers, body } = exchange;
    const place = placeOf(exchange);
    const content: Content = at(document, [...place, 'content']);
    const type = headers.get('content-type')?.split(';')[0];
    const header = oddHeader(headers, at(document, [...place, 'headers']));
    if (header !== null) return header;
    if (content === undefined) return body === undefined || body === '' ? null : 'it has a body';
    if (type === undefined || !Object.hasOwn(content, type)) return `it is ${type}`;
    const isJson = body !== undefined && method !== 'HEAD' && type.endsWith('json');
    return isJson ? misfit(ajv, [...place, 'content', type, 'schema'], body) : null;
  };
  const item = (exchange: Exchange, one: unknown): string | null =>
    misfit(ajv, [...placeOf(exchange), 'content', 'application/json', 'schema', 'items'], one);
  return { reply, item };
};

// Whoever reads the document looks out for these: there when they are described, and only then.
const always = ['x-request-id', 'etag', 'location'];
const sometimes = ['link', 'idempotency-replayed', 'retry-after'];

const oddHeader = (headers: Headers, described: Content = {}): string | null => {
  const missing = always.find((name) => name in described && !headers.has(name));
  if (missing) return `it lacks the header ${missing}`;
  const odd = [...always, ...sometimes].find((name) => headers.has(name) && !(name in described));
  return odd ? `it has the header ${odd}` : null;
};

const misfit = (ajv: Ajv2020, place: readonly string[], body: unknown): string | null => {
  const pointer = place.map(escaped).join('/');
  const validate = ajv.getSchema(`api#/${pointer}`);
  if (!validate) return `there is no schema at ${pointer}`;
  return validate(body) ? null : ajv.errorsText(validate.errors);
};

/** Where the document says what an endpoint answers; of a path that is none's: what everybody is refused with. */
const placeOf = ({ method, path, basePath = '', status }: Exchange): readonly string[] => {
  const refused = ['components', 'responses', 'Problem'];
  const base = basePath.replace(/\/+$/, '');
  const [below = ''] = path.slice(base.length).split('?');
  if (!path.startsWith(base)) return refused;
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = Object.values(endpoints)
    .filter((one) => one.method === asked && matchPath(one.path, below) !== null)
    .sort((one, other) => one.path.split(':').length - other.path.split(':').length)[0];
  if (!found || !Object.hasOwn(found.replies, status)) return refused;
  return ['paths', documentPath(found.path), found.method.toLowerCase(), 'responses', String(status)];
};

const at = (root: unknown, keys: readonly string[]): Content =>
  keys.reduce((here: ReturnType<typeof JSON.parse>, key) => here?.[key], root);

const escaped = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Clients must bear members they do not know; the server must not send one that nobody wrote down. */
const closed = (value: unknown): ReturnType<typeof JSON.parse> => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(closed);
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  const isOpen = inner.type === 'object' && 'properties' in inner && !('additionalProperties' in inner);
  return isOpen ? { ...inner, additionalProperties: false } : inner;
};
