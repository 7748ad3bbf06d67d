/** POST /logout: the token of this very request ends. */
import * as v from 'valibot';
import { logout } from '../../core/access/logout.ts';
import type { Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Revokes the caller's token at once. */
export const logOut = endpoint({
  method: 'POST',
  path: '/logout',
  scope: 'self',
  summary: 'End the token this request is made with',
  replies: { 204: v.null() },
  async handle({ caller }, ports: { write: Write }) {
    await logout(caller, ports);
    return reply(204, null);
  },
});
