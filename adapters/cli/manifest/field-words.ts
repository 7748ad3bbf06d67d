/**
 * Describes each field of a manifest in a sentence, for editors and docs/MANIFEST.md; the schema defines the fields. A
 * path omits the names of entries and the indexes of list items.
 */

/** The descriptions by path. */
export const fieldWords: Readonly<Record<string, string>> = {
  namespace: 'The namespace of every entry that does not set one. Default `default`.',
  labels: 'Labels added to every deployment that does not set them itself.',
  namespaces: 'Namespaces to create, even if nothing is in them.',
  configs: 'Texts that containers can mount as files, by name.',
  'configs.namespace': 'The namespace, if different from the file’s.',
  'configs.data': 'The text; an object is converted to JSON.',
  'configs.file': 'Instead of `data`: the path of a file with the text, relative to the manifest’s folder.',
  secrets: 'Values that are stored encrypted and never shown, by name.',
  'secrets.namespace': 'The namespace, if different from the file’s.',
  'secrets.value': 'The value; preferably a variable, so that the file does not contain it.',
  'secrets.file': 'Instead of `value`: the path of a file with the value, including a newline at its end.',
  deployments: 'The deployments to run, by name. A name is a DNS label.',
  'deployments.namespace': 'The namespace, if different from the file’s.',
  'deployments.kind': 'A `worker` is kept running, a `job` runs to completion. Default `worker`.',
  'deployments.runtime': 'The kind of engine. Default `docker`.',
  'deployments.replicas': 'The number of replicas; of a job: the number of parts of a run. Default 1.',
  'deployments.image': 'Such as `nginx:1.27`, `registry:5000/app@sha256:...`, or an image id.',
  'deployments.labels': 'Name to value; set on the containers and matched by selectors. Not `ring.*`.',
  'deployments.secrets': 'Environment variables: name to value, or to `{secretRef: name}`. Stored encrypted.',
  'deployments.secrets.secretRef': 'The name of a secret in the same namespace.',
  'deployments.environment': 'Another name for `secrets`; set one of the two.',
  'deployments.environment.secretRef': 'The name of a secret in the same namespace.',
  'deployments.on_secret_change':
    'Whether a change of a secret it refers to starts a rollout. Default `rollout`; for a job `none`.',
  'deployments.on_config_change':
    'Whether a change of a config it mounts starts a rollout. Default `rollout`; for a job `none`.',
  'deployments.volumes':
    '`"source:destination[:ro]"` or an object. A source that begins with `/` is a host path, any other a named volume.',
  'deployments.volumes.type': '`bind`, `volume`, `tmpfs`, or a single file: `config`, `secret`.',
  'deployments.volumes.source':
    'A host path, or the name of a volume, config or secret; an anonymous volume if omitted.',
  'deployments.volumes.destination': 'The absolute path in the container.',
  'deployments.volumes.permission': '`rw` or `ro`. Default `rw`; files are `ro`.',
  'deployments.volumes.key': 'For a config: the key of its JSON whose value becomes the content of the file.',
  'deployments.ports': '`"8080:80"`, `"0.0.0.0:8080:80/udp"` or an object; only with a single replica.',
  'deployments.ports.published': 'The port on the host.',
  'deployments.ports.target': 'The port in the container.',
  'deployments.ports.host_ip': 'The address on the host. Default `127.0.0.1`.',
  'deployments.ports.protocol': '`tcp` or `udp`. Default `tcp`.',
  'deployments.command': 'A list of arguments. Default: the image’s.',
  'deployments.entrypoint': 'A list of arguments. Default: the image’s.',
  'deployments.user': 'Such as `"1000:1000"` or a name. Default: the image’s.',
  'deployments.workdir': 'An absolute path. Default: the image’s.',
  'deployments.resources': 'Resource limits and requests.',
  'deployments.resources.limits': 'The maximum that each replica may use.',
  'deployments.resources.limits.cpu': 'Cores: `0.5` or `"500m"`.',
  'deployments.resources.limits.memory': 'Bytes: `"512Mi"`, `"1g"`.',
  'deployments.resources.requests': 'What must be free on the host before a replica starts.',
  'deployments.resources.requests.cpu': 'Cores: `0.5` or `"500m"`. Not evaluated yet.',
  'deployments.resources.requests.memory': 'Bytes: `"512Mi"`, `"1g"`.',
  'deployments.restart_policy': '`always`, `on-failure` or `never`. Default `always`; for a job `never`.',
  'deployments.stop_signal': 'Such as `SIGTERM`. Default: the image’s.',
  'deployments.stop_grace': 'How long stopping may take: `"10s"`, at most `"1h"`. Default `10s`.',
  'deployments.health_checks':
    'Checks of each replica, and what happens when they fail. At most ten; not for a job.',
  'deployments.health_checks.type':
    '`http`: a GET with a status from 200 to 399; `tcp`: a connection; `command`: a program that exits with 0.',
  'deployments.health_checks.port': 'For `http` and `tcp`: the container’s port.',
  'deployments.health_checks.path': 'For `http`: the path. Default `/`.',
  'deployments.health_checks.headers': 'For `http`: name to value.',
  'deployments.health_checks.command':
    'For `command`: a list of arguments, run in the container without a shell.',
  'deployments.health_checks.interval': 'The time between two checks, `"1s"` to `"1h"`. Default `10s`.',
  'deployments.health_checks.timeout': 'The timeout of one check, at most the interval. Default `5s`.',
  'deployments.health_checks.start_period':
    'The time after the start in which failures do not count. Default `0s`.',
  'deployments.health_checks.threshold':
    'The number of consecutive failures after which the check is failing. Default 3.',
  'deployments.health_checks.success_threshold':
    'The number of consecutive successes after which the check is passing. Default 1.',
  'deployments.health_checks.on_failure':
    '`restart` the replica, `alert` with an event, or `none`. Default `restart`.',
  'deployments.health_checks.readiness':
    'Whether a replica gets traffic, and a rollout continues, only while this check passes. Default `false`.',
  'deployments.update': 'How the next revision replaces the current one; not for a job.',
  'deployments.update.order': '`start-first` or `stop-first`. Default `start-first`, where that is possible.',
  'deployments.update.parallelism': 'The number of replicas replaced at once. Default a quarter of them.',
  'deployments.update.max_surge':
    'The number of additional replicas during an update. Default as `parallelism`.',
  'deployments.update.min_healthy_time':
    'How long a new replica without a readiness check must be up. Default `5s`.',
  'deployments.update.drain_delay':
    'How long an old replica continues with requests that it already received. Default `2s`.',
  'deployments.update.deadline':
    'The time without a new replica taking over after which the rollout has failed. Default `10m`.',
  'deployments.update.on_failure': '`rollback` or `pause`. Default `rollback`.',
  'deployments.depends_on':
    'Deployments in the same namespace to wait for before a new container is created.',
  'deployments.depends_on.name': 'The name of the deployment.',
  'deployments.depends_on.condition': '`started`, `healthy`, or for a job `completed`. Default `started`.',
  'deployments.retries': 'For a job: how often a failed part is retried. Default 0.',
  'deployments.timeout': 'For a job: the maximum duration of a run. Default: unlimited.',
  'deployments.parallelism': 'For a job: the number of parts that run at once. Default: all.',
  'deployments.completions': 'For a job: another name for `replicas`.',
  'deployments.ttl_after_finished': 'For a job: how long the containers of a finished run are kept.',
  'deployments.history': 'For a job: the number of finished runs that are kept. Default 5.',
  'deployments.concurrency':
    'For a job: `forbid`, `allow` or `replace` a run while another is unfinished. Default `forbid`.',
  'deployments.schedule':
    'For a job: when it runs automatically: `"30 2 * * *"`, or six fields with seconds first.',
  'deployments.time_zone': 'For a schedule: an IANA name such as `Europe/Berlin`. Default `UTC`.',
  'deployments.catch_up': 'For a schedule: run `none` of the missed runs, or the `last`. Default `none`.',
  'deployments.suspend':
    'For a schedule: whether it is suspended, so that it starts no runs. Default `false`.',
  'deployments.network_mode':
    '`namespace`, or `host` for the host’s own network (administrators). Default `namespace`.',
  'deployments.read_only': 'Whether the root file system is read-only. Default `false`.',
  'deployments.init':
    'Whether a small init process runs first and reaps orphaned processes. Default `false`.',
  'deployments.privileged': 'Full privileges on the host (administrators). Default `false`.',
  'deployments.cap_add': 'Capabilities to add.',
  'deployments.cap_drop': 'Capabilities to drop; `ALL` drops all of them.',
  'deployments.devices': '`"/dev/fuse"`, `"/dev/a:/dev/b:rw"` or an object (administrators).',
  'deployments.devices.source': 'The path on the host.',
  'deployments.devices.target': 'The path in the container. Default: same as the source.',
  'deployments.devices.permissions': 'Any of `r`, `w`, `m`. Default: all.',
  'deployments.tmpfs': 'In-memory file systems: `"/run"`, `"/run:size=64m,mode=1777"` or an object.',
  'deployments.tmpfs.destination': 'The absolute path in the container.',
  'deployments.tmpfs.size': 'Bytes: `"64m"`.',
  'deployments.tmpfs.mode': 'Octal digits in quotes: `"1777"`.',
  'deployments.shm_size': 'The size of `/dev/shm` in bytes: `"128m"`. Default: the engine’s, 64m.',
  'deployments.ulimits': 'Name to number, or to `{soft, hard}`; -1 is unlimited.',
  'deployments.ulimits.soft': 'The limit that applies.',
  'deployments.ulimits.hard': 'The maximum to which the limit may be raised.',
  'deployments.dns': 'Addresses of DNS servers.',
  'deployments.dns_search': 'DNS search domains.',
  'deployments.dns_opt': 'Resolver options, such as `ndots:2`.',
  'deployments.extra_hosts': '`["db:10.0.0.5"]` or `{db: 10.0.0.5}`; `host-gateway` is the host’s address.',
  'deployments.sysctls': 'Name to value: `net.*` and some other kernel parameters.',
  'deployments.gpus': '`all`, a number, or an object (administrators).',
  'deployments.gpus.count': '`all` or a number.',
  'deployments.gpus.device_ids': 'Device ids, instead of a count.',
  'deployments.gpus.driver': 'Such as `nvidia`.',
  'deployments.gpus.capabilities': 'Capabilities that the driver must offer in addition to `gpu`.',
  'deployments.logging':
    'Where log lines are written. Default: the engine’s driver, limited to 3 files of 10 MB.',
  'deployments.logging.driver': 'Such as `json-file` or `local`.',
  'deployments.logging.options': 'The driver’s options, name to value.',
  'deployments.pids_limit': 'The maximum number of processes and threads; -1 is unlimited. Default 4096.',
  'deployments.hostname': 'The host name. Default: the short container id.',
  'deployments.security_opt': '`no-new-privileges:false`, `seccomp=...`, `apparmor=...`, `label=...`.',
  'deployments.image_pull_policy':
    '`IfNotPresent`, `Always` (for each revision) or `Never`. Default `IfNotPresent`.',
  'deployments.registry_credentials':
    'Credentials for the registry; if omitted, those of the host’s docker config.',
  'deployments.registry_credentials.username': 'The user name.',
  'deployments.registry_credentials.password': 'The password or token; preferably a variable.',
  'deployments.registry_credentials.server': 'The registry, if different from the image’s.',
};
