/** The endpoints about users. */
export { changeUser } from './change-user.ts';
export { createUser } from './create-user.ts';
export { deleteUser } from './delete-user.ts';
export { listUsers } from './list-users.ts';
export { readOwnUser } from './read-own-user.ts';
export { readUser } from './read-user.ts';
