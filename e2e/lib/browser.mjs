// One browser for a test run: Debian's Chromium, driven by playwright-core (which downloads none).
import { chromium } from 'playwright-core';

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** The browser to use: CHROMIUM names another than Debian's. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: flags,
  });
}

/**
 * A page that remembers what went wrong on it: exceptions, console errors (a violation of the
 * content security policy is one) and requests that failed.
 */
export async function openPage(browser, { width = 1280, height = 900, dark = false, ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    ...more,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`exception: ${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  return { page, context, complaints };
}

/**
 * The same page, as its server wrote it, where scripts may run: only those of the test, for the
 * page's own are left out.
 */
export async function twinOf(page) {
  const body = await page.content();
  const context = await page.context().browser().newContext({
    viewport: page.viewportSize(), reducedMotion: 'reduce',
  });
  const twin = await context.newPage();
  await twin.route('**/*', (route) => {
    switch (route.request().resourceType()) {
      case 'document': return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
      case 'script': return route.abort();
      default: return route.continue();
    }
  });
  await twin.goto(page.url());
  return twin;
}
