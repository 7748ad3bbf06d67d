/** The part of the page's script that sends requests: a form with the parameters of an operation, and the reply. */

/** A script; it defines `callView` of ({ method, path, operation, media }, document). */
export const calls = String.raw`
const fieldView = (parameter, root) => {
  const schema = resolved(parameter.schema, root);
  const id = 'f' + Math.random().toString(36).slice(2);
  const name = parameter.name + (parameter.required ? ' *' : '');
  const hint = parameter.description || bounds(schema);
  const choices = schema.enum || (schema.type === 'boolean' ? ['true', 'false'] : null);
  const control = choices
    ? el('select', { id }, el('option', { value: '' }, ''), ...choices.map((one) => el('option', {}, String(one))))
    : el('input', { id, placeholder: schema.type === 'array' ? 'several: separated by commas' : '' });
  control.dataset.name = parameter.name;
  control.dataset.place = parameter.in;
  control.dataset.many = schema.type === 'array' ? 'yes' : '';
  return el('div', { class: 'field' }, el('label', { for: id }, name), control,
    hint ? el('small', {}, parameter.in + ': ' + hint) : null);
};

const requestOf = ({ method, path, media }, form) => {
  const query = new URLSearchParams();
  const headers = session.token ? { authorization: 'Bearer ' + session.token } : {};
  let filled = path;
  for (const { value, dataset } of form.querySelectorAll('[data-name]')) {
    if (value === '' && dataset.place !== 'path') continue;
    if (dataset.place === 'path') filled = filled.replace('{' + dataset.name + '}', encodeURIComponent(value));
    else if (dataset.place === 'header') headers[dataset.name.toLowerCase()] = value;
    else for (const one of dataset.many ? value.split(',') : [value]) query.append(dataset.name, one.trim());
  }
  const text = form.querySelector('textarea')?.value.trim();
  if (text) headers['content-type'] = media[0];
  const url = base + filled + (query.size ? '?' + query : '');
  return { url, init: { method: method.toUpperCase(), headers, ...(text ? { body: text } : {}) } };
};

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

const curlOf = ({ url, init }) =>
  ['curl -X ' + init.method + ' ' + quoted(new URL(url, location.href).href),
    ...Object.entries(init.headers).map(([name, value]) =>
      '-H ' + (name === 'authorization' ? '"authorization: Bearer $RING_TOKEN"' : quoted(name + ': ' + value))),
    ...(init.body ? ['-d ' + quoted(init.body)] : [])].join(' \\\n  ');

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const mostShown = 200000;

const readOn = async (reply, shown) => {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    shown.textContent = (shown.textContent + next.value).slice(-mostShown);
};

const perform = async (asked, { shown, stop }) => {
  const began = performance.now();
  shown.textContent = 'Waiting for the reply';
  const reply = await fetch(asked.url, { ...asked.init, signal: stop.signal });
  const ms = Math.round(performance.now() - began);
  const headers = [...reply.headers].map(([name, value]) => name + ': ' + value).join('\n');
  const head = reply.status + ' ' + reply.statusText + ' in ' + ms + ' ms\n' + headers + '\n\n';
  shown.textContent = head;
  if ((reply.headers.get('content-type') || '').startsWith('text/event-stream')) await readOn(reply, shown);
  else shown.textContent = head + pretty(await reply.text()).slice(0, mostShown);
};

const callView = (one, root) => {
  const given = (one.operation.parameters || []).map((parameter) => resolved(parameter, root));
  const shown = el('pre', { 'aria-live': 'polite', hidden: true });
  const curl = el('pre', { hidden: true });
  let stop = new AbortController();
  const send = (event) => {
    event.preventDefault();
    stop.abort();
    stop = new AbortController();
    const own = stop;
    const asked = requestOf(one, form);
    shown.hidden = curl.hidden = false;
    curl.textContent = curlOf(asked);
    perform(asked, { shown, stop: own }).catch((error) => {
      if (!own.signal.aborted) shown.textContent += '\n' + error;
    });
  };
  const body = one.media
    ? el('textarea', { 'aria-label': 'Body', spellcheck: 'false' },
        one.operation.requestBody.required ? JSON.stringify(sample(one.media[1].schema, root), null, 2) : '')
    : null;
  const form = el('form', { onsubmit: send }, ...given.map((parameter) => fieldView(parameter, root)), body,
    el('div', { class: 'actions' }, el('button', { type: 'submit' }, 'Send'),
      el('button', { type: 'button', onclick: () => stop.abort() }, 'Stop')));
  return el('div', {}, el('h3', {}, 'Try it'), form, curl, shown);
};
`;
