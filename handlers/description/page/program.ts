/**
 * The script of the page that shows the API: reads ./openapi.json, lists every operation, and sends requests to its own
 * server. Tokens are kept in memory only; text from the server is only inserted as text.
 */
import { calls } from './calls.ts';
import { words } from './words.ts';

const page = String.raw`
'use strict';
const base = location.pathname.replace(/\/docs\/?$/, '');
const session = { token: '' };

const el = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'onclick' || name === 'onsubmit') made[name] = value;
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
};

const replyText = (status, reply, root) => {
  const found = resolved(reply, root);
  const media = Object.entries(found.content || {}).map(
    ([type, { schema }]) => type + '\n' + (nameOf(schema) ? nameOf(schema) + ' ' : '') + typeText(schema, root),
  );
  return [status + '  ' + found.description, ...media].join('\n');
};

const operationView = ({ method, path, operation }, root) => {
  const body = resolved(operation.requestBody, root);
  const media = Object.entries(body.content || {})[0];
  const scope = (operation.security[0] || { bearer: ['public'] }).bearer[0];
  const inside = el('div', {});
  const view = el('details', { class: 'operation', id: operation.operationId },
    el('summary', {},
      el('span', { class: 'method ' + method }, method.toUpperCase()),
      el('span', { class: 'path' }, path),
      el('span', {}, operation.summary),
      el('span', { class: 'scope' }, scope)),
    inside);
  // Filled when it is first opened, because rendering all operations at once would be slow.
  view.addEventListener('toggle', () => {
    if (inside.childElementCount > 0) return;
    inside.append(
      callView({ method, path, operation, media }, root),
      ...(media ? [el('h3', {}, 'Body'), el('pre', {}, typeText(media[1].schema, root))] : []),
      el('h3', {}, 'Replies'),
      ...Object.entries(operation.responses).map(([status, reply]) => el('pre', {}, replyText(status, reply, root))));
  });
  return view;
};

const order = ['get', 'post', 'put', 'patch', 'delete'];

const operationsOf = (root) =>
  Object.entries(root.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
    .sort((one, other) => one.path.split('/').length - other.path.split('/').length || one.path.localeCompare(other.path)
      || order.indexOf(one.method) - order.indexOf(other.method));

const show = (root) => {
  document.title = root.info.title + ' ' + root.info.version + ' API';
  document.querySelector('h1').textContent = document.title;
  const nav = document.querySelector('nav');
  const list = document.querySelector('section');
  nav.replaceChildren(filterView());
  list.replaceChildren(el('p', { class: 'dim' }, root.info.description));
  for (const { name } of root.tags) {
    const here = operationsOf(root).filter(({ operation }) => operation.tags.includes(name));
    const link = ({ operation }) => el('a', { href: '#' + operation.operationId }, operation.summary);
    nav.append(el('div', { class: 'tag' }, el('strong', {}, name), ...here.map(link)));
    list.append(el('div', { class: 'tag' }, el('h2', {}, name), ...here.map((one) => operationView(one, root))));
  }
  openNamed();
};

const filterView = () => {
  const field = el('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter operations' });
  field.addEventListener('input', () => {
    const wanted = field.value.toLowerCase();
    for (const one of document.querySelectorAll('details.operation, nav a')) {
      const about = one.tagName === 'A' ? one.textContent + one.hash : one.firstElementChild.textContent + one.id;
      one.hidden = !about.toLowerCase().includes(wanted);
    }
    for (const tag of document.querySelectorAll('.tag'))
      tag.hidden = !tag.querySelector('details:not([hidden]), a:not([hidden])');
  });
  return field;
};

const openNamed = () => {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.tagName === 'DETAILS') {
    named.open = true;
    named.scrollIntoView();
  }
};

const logIn = async (event) => {
  event.preventDefault();
  const form = event.target;
  const said = form.querySelector('output');
  const given = new FormData(form);
  said.textContent = '';
  const typed = given.get('token');
  if (typed) session.token = typed;
  else {
    const reply = await fetch(base + '/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: given.get('username'), password: given.get('password') }),
    });
    const body = await reply.json();
    session.token = reply.ok ? body.token : '';
    if (!reply.ok) return void (said.textContent = body.error);
  }
  form.reset();
  said.textContent = 'Logged in until this page is closed';
};

const start = async () => {
  document.querySelector('header form').onsubmit = (event) =>
    logIn(event).catch((error) => void (document.querySelector('header output').textContent = String(error)));
  document.querySelector('header a').href = base + '/openapi.json';
  addEventListener('hashchange', openNamed);
  const reply = await fetch(base + '/openapi.json');
  if (!reply.ok) throw new Error('openapi.json: ' + reply.status);
  show(await reply.json());
};

start().catch((error) => document.querySelector('section').replaceChildren(el('p', { role: 'alert' }, String(error))));
`;

/** The complete script of the page. */
export const program = words + calls + page;
