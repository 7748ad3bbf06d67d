/** What an endpoint asks of its caller, and which roles have it. */
import type { Role } from './user.ts';

/** `public` needs no token; `self` any valid one; the others what their name says. */
export type Scope = 'public' | 'self' | 'read' | 'write' | 'admin';

const granted: { readonly [R in Role]: readonly Scope[] } = {
  viewer: ['public', 'self', 'read'],
  editor: ['public', 'self', 'read', 'write'],
  admin: ['public', 'self', 'read', 'write', 'admin'],
};

/** Whether a role includes a scope. */
export const hasScope = (role: Role, scope: Scope): boolean => granted[role].includes(scope);
