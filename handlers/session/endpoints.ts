/** The endpoints about being logged in. */
export { logIn } from './log-in.ts';
export { logOut } from './log-out.ts';
