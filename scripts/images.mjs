// Decides what the demo's and the tests' image holds, and makes it where it is missing, without a registry of images:
// a busybox with all its commands that serves one small page. `node scripts/images.mjs [name:tag ...]`
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { applets, findBusybox } from './busybox.mjs';
import { ensureEngine } from './engine.mjs';
import { call } from './engine-api.mjs';
import { Plain, run, step } from './say.mjs';
import { tar } from './tar.mjs';

// The first process of a container ignores signals that it does not handle: without the trap a stop takes the whole grace period.
const serve = `#!/bin/sh
mkdir -p /tmp/www
cat > /tmp/www/index.html <<PAGE
<!doctype html>
<title>Ring</title>
<h1>Hello from $(hostname)</h1>
<p>version $VERSION, up since $(date -u +%Y-%m-%dT%H:%M:%SZ)</p>
PAGE
echo "serving version $VERSION on port \${PORT:-80}"
httpd -f -p "\${PORT:-80}" -h /tmp/www &
trap 'echo stopping; kill %1; exit 0' TERM INT
wait
`;

const files = [
  { name: 'bin/' },
  { name: 'bin/serve', mode: 0o755, body: serve },
  { name: 'etc/' },
  { name: 'etc/passwd', body: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' },
  { name: 'etc/group', body: 'root:x:0:\nnogroup:x:65534:\n' },
  { name: 'root/', mode: 0o700 },
  { name: 'tmp/', mode: 0o1777 },
];

/** Makes sure that the engine at `host` has `image`; its tag is the version its page shows. Returns the image's name. */
export function ensureImage(host, image = 'ring-demo:1') {
  return step('image', async (note) => {
    if (await isThere(host, image)) return [image, image];
    note(`making ${image}`);
    const busybox = findBusybox();
    await (busybox ? pack(host, image, busybox) : extend(host, image));
    return [`${image}, made here`, image];
  });
}

async function isThere(host, image) {
  const { status } = await call(host, { path: `/images/${image}/json` });
  return status === 200;
}

function settings(image) {
  return ['ENV PATH=/bin', `ENV VERSION=${split(image).tag}`, 'EXPOSE 80', 'CMD ["/bin/serve"]'];
}

function split(image) {
  const [, repo, tag] = /^([^:]+):([^:]+)$/.exec(image) ?? [];
  if (!tag) throw new Plain(`An image is named like ring-demo:1, not ${image}`);
  return { repo, tag };
}

async function pack(host, image, busybox) {
  const { repo, tag } = split(image);
  const links = applets(busybox).map((name) => ({ name: `bin/${name}`, link: 'busybox' }));
  const root = tar([...files, { name: 'bin/busybox', mode: 0o755, body: readFileSync(busybox) }, ...links]);
  const query = new URLSearchParams({ fromSrc: '-', repo, tag });
  for (const line of settings(image)) query.append('changes', line);
  await build(host, { path: `/images/create?${query}`, body: root });
}

// No busybox here (macOS, Windows, a Linux without Debian's packages): then it must come from a registry.
async function extend(host, image) {
  const lines = ['FROM busybox:latest', 'COPY serve /bin/serve', ...settings(image)];
  const context = tar([
    { name: 'serve', mode: 0o755, body: serve },
    { name: 'Dockerfile', body: `${lines.join('\n')}\n` },
  ]);
  await build(host, { path: `/build?${new URLSearchParams({ t: image })}`, body: context });
}

// The engine answers 200 before the work is done: an error stands in the stream of messages.
async function build(host, { path, body }) {
  const { status, text } = await call(host, { method: 'POST', path, body, timeoutMs: 300_000 });
  const failure = /"(?:error|message)":"(.*?)"[,}]/.exec(text)?.[1];
  if (status !== 200 || failure) throw new Plain(`The image was not made: ${failure ?? text}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(async () => {
    const host = await ensureEngine();
    for (const image of process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['ring-demo:1']) {
      await ensureImage(host, image);
    }
  });
}
