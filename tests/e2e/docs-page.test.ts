/** The page at /docs in a real browser: it shows every operation, sends calls to its own server, and does nothing else. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, watchTrouble } from '../support/browser.ts';
import { isExpected } from '../support/programs.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const isRun = isExpected('chromium');
let browser: Browser;
let ring: RingProcess;
let url = '';

beforeAll(async () => {
  if (!isRun) return;
  browser = await openBrowser();
  ring = await openRingProcess();
  url = ring.serving().url;
});

afterAll(async () => {
  await browser?.close();
  await ring?.close();
});

/** Opens the page in a browser profile of its own and waits until it shows the API. */
const openPage = async (options: BrowserContextOptions = {}) => {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(30_000);
  const trouble = watchTrouble(page, new URL(url).origin);
  await page.goto(`${url}/docs`);
  await page.locator('details.operation').first().waitFor();
  return { page, trouble };
};

const logIn = async (page: Page, password = 'changeme') => {
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
};

const operation = async (page: Page, id: string): Promise<Locator> => {
  const found = page.locator(`details#${id}`);
  await found.locator('summary').click();
  return found;
};

const send = (shown: Locator) => shown.getByRole('button', { name: 'Send' }).click();

/** The reply as the page shows it; the `pre` before it is the same call for curl. */
const replyOf = (shown: Locator) => shown.locator('pre[aria-live]');

const untilShown = (shown: Locator, text: string | RegExp) => shown.filter({ hasText: text }).waitFor();

const bodyOf = async (shown: Locator): Promise<unknown> => {
  const text = (await replyOf(shown).textContent()) ?? '';
  return JSON.parse(text.slice(text.indexOf('\n\n')));
};

describe.runIf(isRun)('the page at /docs', () => {
  test('shows one operation for each endpoint of the document, and finds them by words', async () => {
    const { page, trouble } = await openPage();
    const { body } = await ring.call('GET', '/openapi.json', { token: null });
    const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const summaries = page.locator('details.operation > summary');
    const methods = await summaries.locator('.method').allTextContents();
    const paths = await summaries.locator('.path').allTextContents();
    expect(methods.map((method, index) => `${method} ${paths[index]}`).sort()).toEqual(described.sort());

    await page.getByLabel('Filter operations').fill('createDeployment');
    expect(await page.locator('details.operation:visible .path').allTextContents()).toEqual(['/deployments']);
    expect(trouble).toEqual([]);
    await page.close();
  });

  test('logs in, writes, reads, and follows a stream', async () => {
    const { page, trouble } = await openPage();
    await logIn(page);
    await untilShown(page.getByRole('status'), 'Logged in');

    const create = await operation(page, 'createDeployment');
    await create.getByLabel('Body').fill('{"name": "tried", "image": "app:1", "replicas": 0}');
    await send(create);
    await untilShown(replyOf(create), /^201 Created/);
    expect(await bodyOf(create)).toMatchObject({ id: 'tried', image: 'app:1', replicas: 0 });
    expect(await ring.read('tried')).toMatchObject({ id: 'tried', image: 'app:1' });

    const read = await operation(page, 'readDeployment');
    await read.getByLabel('id *').fill('tried');
    await send(read);
    await untilShown(replyOf(read), /^200 OK/);
    expect(await bodyOf(read)).toMatchObject({ id: 'tried', revision: 1 });

    const events = await operation(page, 'listEvents');
    await events.getByLabel('id *').fill('tried');
    await events.getByLabel('follow').selectOption('true');
    await send(events);
    await untilShown(replyOf(events), 'text/event-stream');
    await ring.call('PATCH', '/deployments/tried', { body: { image: 'app:2' } });
    await untilShown(replyOf(events), /"revision":2|app:2|revision 2/);
    await events.getByRole('button', { name: 'Stop' }).click();

    expect(trouble).toEqual([]);
    await page.close();
  });

  test('says why somebody is not logged in', async () => {
    const { page } = await openPage();
    await logIn(page, 'wrong');
    await untilShown(page.getByRole('status'), /password/);
    await page.close();
  });

  test('can reach no other server, whatever its script does', async () => {
    const { page, trouble } = await openPage();
    await page.evaluate(`fetch('http://127.0.0.1:1/elsewhere').catch(() => undefined)`);
    await until(
      () => trouble.join('\n'),
      (said) => said.includes('Content Security Policy'),
    );
    await page.close();
  });

  test('fits a phone', async () => {
    const { page, trouble } = await openPage({ viewport: { width: 390, height: 844 } });
    const shown = await operation(page, 'createDeployment');
    await send(shown);
    await untilShown(replyOf(shown), /^401/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const field = await shown.getByLabel('timeout').boundingBox();
    expect(field?.width).toBeGreaterThan(300);
    // The browser writes each refused call to its console.
    expect(trouble).toEqual([expect.stringContaining('401')]);
    await page.close();
  });

  test.each([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(20, 24, 28)'],
  ] as const)('is %s where the reader’s system is', async (colorScheme, background) => {
    const { page, trouble } = await openPage({ colorScheme });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
    expect(trouble).toEqual([]);
    await page.close();
  });
});
