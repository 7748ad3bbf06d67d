/** Runs Debian's Chromium headless for tests of pages. The test files define what is done on a page. */
import { type Browser, chromium, type Page } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser; rejects with the path in the message when it is not installed. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

/** Collects what a page must not do: errors, refusals by its policy, and requests to another origin than `origin`. */
export const watchTrouble = (page: Page, origin: string): readonly string[] => {
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('request', (request) => {
    const { origin: asked, protocol } = new URL(request.url());
    if (asked !== origin && protocol !== 'data:') trouble.push(`request to ${request.url()}`);
  });
  return trouble;
};
