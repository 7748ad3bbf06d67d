/** The scope that an endpoint requires, and which roles include it. */
import type { Role } from './user.ts';

/** `public` needs no token; `self` any valid token; the others a role that includes them. */
export type Scope = 'public' | 'self' | 'read' | 'write' | 'admin';

const granted: { readonly [R in Role]: readonly Scope[] } = {
  viewer: ['public', 'self', 'read'],
  editor: ['public', 'self', 'read', 'write'],
  admin: ['public', 'self', 'read', 'write', 'admin'],
};

/** Whether a role includes a scope. */
export const hasScope = (role: Role, scope: Scope): boolean => granted[role].includes(scope);
