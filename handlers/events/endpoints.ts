/** The endpoints about the events of all deployments. */
export { listAllEvents } from './list-all-events.ts';
