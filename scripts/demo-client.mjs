// Decides which requests the demo makes; they are the contract's own, as anyone could make them with curl.
import { Plain } from './say.mjs';

/** Logs in as the first user and returns the requests the demo needs, with the token beside them. */
export async function makeClient(url) {
  let token;
  const request = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const reply = await response.json();
    if (response.ok || response.status === 404) return { status: response.status, reply };
    throw new Plain(`${method} ${path} answered ${response.status}: ${reply.error ?? JSON.stringify(reply)}`);
  };
  const { reply } = await request('POST', '/login', { username: 'admin', password: 'changeme' });
  token = reply.token;
  return {
    token,
    create: (draft) => request('POST', '/deployments', draft),
    read: async (id) => {
      const { status, reply: found } = await request('GET', `/deployments/${id}`);
      return status === 404 ? undefined : found;
    },
    list: async () => (await request('GET', '/deployments')).reply,
    remove: (id) => request('DELETE', `/deployments/${id}`),
    reconcile: () => request('POST', '/reconcile'),
  };
}
