/** Every message here was said by a real engine or registry. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../adapters/docker/engine-error.ts';
import {
  kindOf,
  retryAfterOf,
  type Subject,
  scrub,
  toRuntimeError,
} from '../../../adapters/docker/faults.ts';
import { RuntimeError, type RuntimeErrorKind } from '../../../core/runtime-error.ts';

const runc =
  'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process:';
const endpoint = 'driver failed programming external connectivity on endpoint probe_m2 (6fbb270167d9):';
type Answer = readonly [subject: Subject, status: number, message: string];
type Row = readonly [kind: RuntimeErrorKind, ...answer: Answer];

const rows: readonly Row[] = [
  [
    'unavailable',
    'start',
    500,
    'failed to update store for object type *libnetwork.endpoint: open : no such file or directory',
  ],
  ['port_taken', 'start', 500, `${endpoint} Bind for 127.0.0.1:18080 failed: port is already allocated`],
  [
    'port_taken',
    'start',
    500,
    `${endpoint} Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use`,
  ],
  [
    'port_taken',
    'start',
    500,
    `${endpoint} failed to bind host port for 0.0.0.0:8080:10.201.0.2:80/tcp: address already in use`,
  ],
  ['network', 'start', 500, 'failed to set up container networking: Address already in use'],
  [
    'config',
    'start',
    500,
    `${endpoint} Error starting userland proxy: listen tcp4 203.0.113.9:18082: bind: cannot assign requested address`,
  ],
  ['config', 'start', 500, 'unable to find user nobodyhere: no matching entries in passwd file'],
  ['command', 'start', 400, `${runc} exec: "no-such": executable file not found in $PATH: unknown`],
  ['command', 'start', 400, `${runc} exec: "/no/such": stat /no/such: no such file or directory: unknown`],
  ['command', 'start', 400, `${runc} exec: "/tmp": permission denied: unknown`],
  ['command', 'start', 400, 'failed to create shim: OCI runtime create failed: exec format error: unknown'],
  ['command', 'create', 400, 'No command specified'],
  ['resources', 'create', 400, 'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'],
  ['config', 'create', 400, 'Minimum memory limit allowed is 6MB'],
  ['config', 'create', 400, 'Minimum memory limit can not be less than memory reservation limit, see usage'],
  ['config', 'create', 400, "the working directory 'rel' is invalid, it needs to be an absolute path"],
  ['config', 'create', 500, 'Cannot mkdir: /etc/passwd is not a directory'],
  ['config', 'create', 400, 'Duplicate mount point: /x'],
  [
    'config',
    'create',
    400,
    "invalid mount config for type \"bind\": invalid specification: destination can't be '/'",
  ],
  ['config', 'create', 400, 'Invalid signal: SIGFOO'],
  ['config', 'create', 400, 'error looking up logging plugin nope: plugin "nope" not found'],
  [
    'config',
    'create',
    400,
    'create bad name!: "bad name!" includes invalid characters for a local volume name',
  ],
  ['config', 'start', 500, `${runc} error during container init: sethostname: invalid argument: unknown`],
  [
    'file_system',
    'create',
    400,
    'invalid mount config for type "bind": bind source path does not exist: /nope/x',
  ],
  [
    'file_system',
    'start',
    400,
    `${runc} error during container init: error mounting "/etc/passwd" to rootfs at "/tmp": mount /etc/passwd:/tmp, flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?`,
  ],
  [
    'file_system',
    'start',
    500,
    "error while creating mount source path '/proc/nope/x': mkdir /proc/nope: no such file or directory",
  ],
  [
    'file_system',
    'create',
    500,
    'write /var/lib/docker/containers/a/config.v2.json: no space left on device',
  ],
  ['network_gone', 'start', 404, 'network 0d3ee71900e4d81eb7c88ba4657c3d5e not found'],
  ['network', 'start', 403, 'Address already in use'],
  [
    'network',
    'create',
    400,
    'user specified IP address is supported only when connecting to networks with user configured subnets',
  ],
  [
    'network',
    'network',
    404,
    'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
  ],
  ['network', 'network', 403, 'Pool overlaps with other one on this address space'],
  ['image_gone', 'create', 404, `No such image: sha256:${'0'.repeat(64)}`],
  ['missing', 'start', 404, 'No such container: abc'],
  ['missing', 'read', 404, 'No such container: abc'],
  ['missing', 'read', 409, 'can not get logs from container which is dead or marked for removal'],
  ['config', 'read', 501, 'configured logging driver does not support reading'],
  ['unavailable', 'read', 500, 'something about layers'],
  [
    'unavailable',
    'start',
    500,
    'connection error: desc = "transport: error while dialing: dial unix:///run/containerd/containerd.sock"',
  ],
  ['unavailable', 'create', 503, 'upstream is away'],
  [
    'other',
    'remove',
    409,
    'You cannot remove a running container abc. Stop the container before attempting removal or force remove',
  ],
  [
    'image_unreachable',
    'pull',
    500,
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.53:53: no such host',
  ],
  [
    'image_unreachable',
    'pull',
    500,
    'Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
  ],
  ['image_unreachable', 'pull', 500, 'Get "https://r.example/v2/": net/http: TLS handshake timeout'],
  ['image_unreachable', 'pull', 500, 'received unexpected HTTP status: 503 Service Unavailable'],
  ['image_not_found', 'pull', 404, 'manifest for nginx:nope not found: manifest unknown: manifest unknown'],
  ['image_not_found', 'pull', 500, 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  [
    'image_denied',
    'pull',
    404,
    "pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  ['image_denied', 'pull', 500, 'Get "https://r.example/v2/": unauthorized: authentication required'],
  ['image_rate_limited', 'pull', 500, 'toomanyrequests: You have reached your pull rate limit.'],
  ['image_denied', 'pull', 500, 'denied'],
  ['image_denied', 'pull', 500, 'unauthorized'],
  [
    'image_denied',
    'pull',
    500,
    'Head "http://127.0.0.1:5998/v2/demo/web/manifests/1": no basic auth credentials',
  ],
  ['image_denied', 'pull', 500, 'Head "http://127.0.0.1:5998/v2/demo/web/manifests/1": denied: no'],
  [
    'image_denied',
    'pull',
    500,
    'error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html>"',
  ],
  [
    'image_denied',
    'pull',
    500,
    'error pulling image configuration: download failed after attempts=1: denied: no',
  ],
  ['image_not_found', 'pull', 500, 'manifest unknown'],
  ['image_not_found', 'pull', 500, 'name unknown'],
  [
    'image_not_found',
    'pull',
    404,
    'manifest for r.example/denied:429 not found: manifest unknown: manifest unknown',
  ],
  [
    'image_not_found',
    'pull',
    500,
    'error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<html>"',
  ],
  [
    'image_not_found',
    'pull',
    500,
    'error pulling image configuration: download failed after attempts=1: unknown blob',
  ],
  [
    'image_rate_limited',
    'pull',
    500,
    'error parsing HTTP 429 response body: invalid character \'s\' looking for beginning of value: "slow down"',
  ],
  [
    'image_rate_limited',
    'pull',
    500,
    'Head "http://127.0.0.1:5998/v2/demo/web/manifests/1": toomanyrequests: slow down',
  ],
  [
    'image_unreachable',
    'pull',
    500,
    'error pulling image configuration: download failed after attempts=6: received unexpected HTTP status: 500 Internal Server Error',
  ],
  [
    'image_unreachable',
    'pull',
    500,
    'Head "http://127.0.0.1:5998/v2/demo/web/manifests/1": error parsing HTTP 404 response body: invalid character \'x\' looking for beginning of value: "x"',
  ],
  ['image_unreachable', 'pull', 500, 'Head "http://127.0.0.1:5998/v2/demo/web/manifests/1": EOF'],
  ['config', 'pull', 400, 'invalid reference format: repository name must be lowercase'],
];

describe('an engine that refuses', () => {
  it.each(rows)('means %s when a %s answers %i: %s', (kind, ...[subject, status, message]) => {
    expect(kindOf(subject, status, message)).toBe(kind);
  });

  it('is unavailable when it gave no answer, whatever was asked', () => {
    const error = toRuntimeError(new EngineError(null, 'connect ENOENT /no.sock'), 'create');
    expect([error.kind, error.message]).toEqual([
      'unavailable',
      'The engine does not answer: connect ENOENT /no.sock',
    ]);
  });

  it('says how long a registry asks to wait', () => {
    const message = 'toomanyrequests: retry-after: 90s, allowed: 44000/minute';
    expect(toRuntimeError(new EngineError(500, message), 'pull').retryAfterSeconds).toBe(90);
    expect([
      retryAfterOf('retry-after: 1.2ms'),
      retryAfterOf('retry after 2m'),
      retryAfterOf('please try again in 5 minutes'),
      retryAfterOf('later'),
    ]).toEqual([1, 120, 300, undefined]);
  });

  it.each([
    [
      `${runc} exec: "nope": executable file not found in $PATH: unknown`,
      'The command does not exist (127): exec: "nope": executable file not found in $PATH',
    ],
    [
      `${runc} exec: "/no/such": stat /no/such: no such file or directory: unknown`,
      'The command does not exist (127): exec: "/no/such": stat /no/such: no such file or directory',
    ],
    [
      `${runc} exec: "/tmp": permission denied: unknown`,
      'The command cannot be run (126): exec: "/tmp": permission denied',
    ],
    [
      'failed to create shim: OCI runtime create failed: exec format error: unknown',
      'The command cannot be run (126): exec format error',
    ],
    ['No command specified', 'No command specified'],
  ])('says in few words what is wrong with a command: %s', (message, shown) => {
    expect(toRuntimeError(new EngineError(400, message), 'start')).toMatchObject({
      kind: 'command',
      message: shown,
    });
  });

  it('says what a process means that the engine holds on to since a crash of its own', () => {
    const message = `failed to create task for container: AlreadyExists: task ${'a1'.repeat(32)}: already exists: unknown`;
    expect(toRuntimeError(new EngineError(409, message), 'start')).toMatchObject({
      kind: 'other',
      message: expect.stringContaining('only a new container can start'),
    });
  });

  it("keeps the engine's own words out of the cause where something was confided", () => {
    const refused = new EngineError(500, 'denied: hunter2secret is wrong');
    expect(toRuntimeError(refused, 'pull', ['hunter2secret']).cause).toBeUndefined();
    expect(toRuntimeError(refused, 'pull').cause).toBe(refused);
  });

  it('says nothing that was confided', () => {
    expect(scrub('invalid environment variable: =hunter2secret', [])).toBe(
      'The engine rejects the environment',
    );
    expect(scrub('Get "https://joe:pw@r.example/v2/": EOF', [])).toBe('Get "https://r.example/v2/": EOF');
    expect(scrub('bad token hunter2secret here', ['hunter2', 'hunter2secret'])).toBe('bad token *** here');
  });

  it('leaves a judged error as it is, and judges what is no engine error as other', () => {
    const judged = new RuntimeError('command', 'no');
    expect(toRuntimeError(judged, 'read')).toBe(judged);
    expect(toRuntimeError(new TypeError('odd'), 'read')).toMatchObject({ kind: 'other', message: 'odd' });
  });
});
