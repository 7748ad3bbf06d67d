/** POST /logout: revokes the token of the request. */
import * as v from 'valibot';
import { logout } from '../../core/access/logout.ts';
import type { Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Revokes the caller's token at once. */
export const logOut = endpoint({
  method: 'POST',
  path: '/logout',
  scope: 'self',
  summary: 'Revoke the token of this request',
  replies: { 204: v.null() },
  async handle({ caller }, ports: { write: Write }) {
    await logout(caller, ports);
    return reply(204, null);
  },
});
