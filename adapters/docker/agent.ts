/** The HTTP agent for connections to an engine: keep-alive, TCP probes, and an error when an answer breaks off. */
import http, { type Agent, type ClientRequest } from 'node:http';
import { inspect } from 'node:util';

// The same options as Node's own global agents. With keepAlive, TCP regularly checks that the peer is still there: an
// event stream would otherwise wait forever on a connection that a router on the way has dropped.
const terms = { keepAlive: true, keepAliveMsecs: 10_000, scheduling: 'lifo', timeout: 5000 } as const;

/**
 * Makes an agent. docker-modem waits for the end of a response and does not notice when it breaks off, but it listens
 * for errors of the request, so a broken response is reported there.
 */
export const makeAgent = (protocol: 'http' | 'https'): Agent => {
  // Most engines listen on a socket: TLS is loaded only for those that do not.
  const { Agent } = protocol === 'https' ? process.getBuiltinModule('node:https') : http;
  const agent = new Agent(terms);
  // docker-modem inspects its options with all that hangs on them before every call, for a debug line that nobody reads.
  // Without this, that takes longer than the call.
  Object.defineProperty(agent, inspect.custom, { value: () => '[Agent]' });
  // Every request passes through this one method. Node's documentation and its types omit it.
  const addRequest: unknown = Reflect.get(agent, 'addRequest');
  if (typeof addRequest !== 'function') return agent;
  Reflect.set(agent, 'addRequest', (request: ClientRequest, ...rest: unknown[]) => {
    reportBrokenAnswer(request);
    Reflect.apply(addRequest, agent, [request, ...rest]);
  });
  return agent;
};

const reportBrokenAnswer = (request: ClientRequest): void => {
  request.once('response', (response) => {
    response.once('close', () => {
      if (!response.complete && request.listenerCount('error') > 0) {
        request.emit('error', new Error('the response was interrupted'));
      }
    });
  });
};
