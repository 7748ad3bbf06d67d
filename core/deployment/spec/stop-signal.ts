/** The signals that can stop a container: those that engines know, by name or number. */
import * as v from 'valibot';

const names = [
  ...['ABRT', 'ALRM', 'BUS', 'CHLD', 'CLD', 'CONT', 'FPE', 'HUP', 'ILL', 'INT', 'IO', 'IOT', 'KILL', 'PIPE'],
  ...['POLL', 'PROF', 'PWR', 'QUIT', 'SEGV', 'STKFLT', 'STOP', 'SYS', 'TERM', 'TRAP', 'TSTP', 'TTIN', 'TTOU'],
  ...['URG', 'USR1', 'USR2', 'VTALRM', 'WINCH', 'XCPU', 'XFSZ'],
  // The engine counts real-time signals from both ends.
  ...['RTMIN', 'RTMIN\\+(?:[1-9]|1[0-5])', 'RTMAX', 'RTMAX-(?:[1-9]|1[0-4])'],
];

const numbers = '[1-9]|[1-5][0-9]|6[0-4]';

/** A stop signal as a client sends it: a name, with `SIG` or without, or a number from 1 to 64 as text. */
export const StopSignal = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(?:(?:SIG)?(?:${names.join('|')})|${numbers})$`),
    'must be the name of a signal such as "SIGTERM" or "SIGINT", or its number from 1 to 64 such as "15"',
  ),
);
