/** Revokes a token before it expires. */
import type { Write } from '../ports.ts';
import type { Caller } from './user.ts';

/** Revokes the caller's token; other tokens of the same user stay valid. */
export const logout = async (caller: Caller, { write }: { write: Write }): Promise<void> => {
  await write(({ revocations }) => revocations.add(caller.tokenId, caller.tokenExpiresAt));
};
