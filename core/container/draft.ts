/**
 * The wire schema of the container options, field by field, with the names that Compose and docker use. parse.ts
 * interprets the texts.
 */
import * as v from 'valibot';

const text = (most: number) => v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(most));
const texts = (most: number) => v.optional(v.pipe(v.array(text(most)), v.maxLength(200)));
const quantity = v.union([v.number(), v.string()]);
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const bound = whole(-1, Number.MAX_SAFE_INTEGER);

const device = v.union([
  text(4096),
  v.strictObject({ source: text(4096), target: v.optional(text(4096)), permissions: v.optional(text(3)) }),
]);

const memoryMount = v.union([
  text(4200),
  v.strictObject({ destination: text(4096), size: v.optional(quantity), mode: v.optional(text(8)) }),
]);

const ulimit = v.union([bound, v.strictObject({ soft: bound, hard: bound })]);

const gpus = v.union([
  v.string(),
  whole(1, 1024),
  v.strictObject({
    count: v.optional(v.union([v.string(), whole(1, 1024)])),
    device_ids: texts(256),
    driver: v.optional(text(128)),
    capabilities: texts(128),
  }),
]);

const logging = v.strictObject({
  driver: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(256),
      v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.:/-]*$/, 'must be the name of a log driver such as json-file'),
    ),
  ),
  options: v.optional(v.record(text(128), v.pipe(v.string(), v.maxLength(4096)))),
});

/** The draft fields of the container options. */
export const containerEntries = {
  network_mode: v.optional(v.picklist(['namespace', 'host'])),
  read_only: v.optional(v.boolean()),
  init: v.optional(v.boolean()),
  privileged: v.optional(v.boolean()),
  cap_add: texts(64),
  cap_drop: texts(64),
  devices: v.optional(v.pipe(v.array(device), v.maxLength(200))),
  tmpfs: v.optional(v.pipe(v.array(memoryMount), v.maxLength(200))),
  shm_size: v.optional(quantity),
  ulimits: v.optional(v.record(text(32), ulimit)),
  dns: texts(64),
  dns_search: texts(255),
  dns_opt: texts(255),
  extra_hosts: v.optional(
    v.union([v.pipe(v.array(text(512)), v.maxLength(500)), v.record(text(255), text(64))]),
  ),
  sysctls: v.optional(v.record(text(256), v.union([v.pipe(v.string(), v.maxLength(1024)), v.number()]))),
  gpus: v.optional(gpus),
  logging: v.optional(logging),
  pids_limit: v.optional(whole(-1, 4_194_304)),
  hostname: v.optional(text(255)),
  security_opt: texts(131072),
};

const draft = v.object(containerEntries);
/** The container options of a draft. */
export interface ContainerDraft extends v.InferInput<typeof draft> {}
