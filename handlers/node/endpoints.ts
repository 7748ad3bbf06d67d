/** The endpoints about the machine. */
export { readNode } from './read-node.ts';
