/** The HTTP agent for connections to an engine: keep-alive, TCP probes, and an error when an answer breaks off. */
import { type Agent, type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

// As Node's own agents, whose connections are everybody's. With keepAlive, TCP asks from time to time whether the other
// end is still there: an event stream would otherwise wait for ever on a connection that a router on the way forgot.
const terms = { keepAlive: true, keepAliveMsecs: 10_000, scheduling: 'lifo', timeout: 5000 } as const;

/**
 * Makes an agent. docker-modem waits for the end of an answer and never hears that it broke off; it does listen for
 * errors of the request, so that is where a broken answer is reported.
 */
export const makeAgent = (protocol: 'http' | 'https'): Agent => {
  const agent = protocol === 'https' ? new HttpsAgent(terms) : new HttpAgent(terms);
  // The one method through which every request passes. Node's documentation leaves it out, its type as well.
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
