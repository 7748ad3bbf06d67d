/** Builders of clients' inputs and of callers: fields that a test does not name have sensible defaults. */
import type { Caller, Role } from '../../core/access/user.ts';
import type { DeploymentDeclaration, DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import { normalize } from '../../core/deployment/spec/normalize.ts';
import type { Declaration } from '../../core/deployment/spec/spec.ts';

/** A client's draft of `web`, one nginx. */
export const aDraft = (changes: Partial<DeploymentDraft> = {}): DeploymentDraft => ({
  name: 'web',
  image: 'nginx:1.21',
  ...changes,
});

/** What a client sends to the URL of `web`: the same without a name. */
export const aDeclaration = (changes: Partial<DeploymentDeclaration> = {}): DeploymentDeclaration => ({
  image: 'nginx:1.21',
  ...changes,
});

/** The normal form of a draft of `web`. */
export const aNormalForm = (changes: Partial<DeploymentDraft> = {}): Declaration =>
  normalize(aDraft(changes));

/** A caller of this role, with a token that ends in 2100. */
export const aCaller = (role: Role = 'editor', changes: Partial<Caller> = {}): Caller => ({
  userId: '1',
  username: `an-${role}`,
  role,
  tokenId: 'token-1',
  tokenExpiresAt: Date.parse('2100-01-01T00:00:00.000Z'),
  ...changes,
});
