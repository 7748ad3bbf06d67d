/** The kernel's capabilities by name, and which of them every container has. */
import { nearest } from '../nearest.ts';

/** The capabilities that the engine gives a container by default. */
export const defaultCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const known: readonly string[] = [
  ...defaultCapabilities,
  'AUDIT_CONTROL',
  'AUDIT_READ',
  'BLOCK_SUSPEND',
  'BPF',
  'CHECKPOINT_RESTORE',
  'DAC_READ_SEARCH',
  'IPC_LOCK',
  'IPC_OWNER',
  'LEASE',
  'LINUX_IMMUTABLE',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'NET_ADMIN',
  'NET_BROADCAST',
  'PERFMON',
  'SYSLOG',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_MODULE',
  'SYS_NICE',
  'SYS_PACCT',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'WAKE_ALARM',
  'ALL',
];

/** Parses a capability to its normal form, in capitals and without `CAP_`; or returns the fault of the name. */
export function parseCapability(text: string): { readonly name: string } | { readonly fault: string } {
  const name = text.trim().toUpperCase().replace(/^CAP_/, '');
  if (known.includes(name)) return { name };
  const near = nearest(name, known);
  return { fault: `is not a capability such as NET_ADMIN, or ALL${near ? `: did you mean ${near}?` : ''}` };
}
