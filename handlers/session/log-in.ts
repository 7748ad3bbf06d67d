/** POST /login: exchanges a name and a password for a token. */
import { Credentials, Session } from '../../core/access/credentials.ts';
import { type LoginPorts, login } from '../../core/access/login.ts';
import { endpoint, reply } from '../endpoint.ts';

/**
 * Returns a token. INVALID_CREDENTIALS without saying which of the two was wrong; TOO_MANY_REQUESTS after many
 * failures.
 */
export const logIn = endpoint({
  method: 'POST',
  path: '/login',
  scope: 'public',
  summary: 'Get a token for a username and password',
  body: Credentials,
  replies: { 200: Session },
  handle: async ({ body, remoteAddress }, ports: LoginPorts) =>
    reply(200, await login({ ...body, address: remoteAddress }, ports)),
});
