// Every page in every state, looked at by a browser: on a phone and on a desk, by day and by
// night. axe finds nothing, nothing reaches beyond the window, nothing is complained about.
//
//   SCREENSHOTS=1 node --test storybook.test.mjs    also takes pictures
//   STORIES=home-active,plan                        only these
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { overflow, violations } from './lib/axe.mjs';
import { launch, openPage } from './lib/browser.mjs';
import { startProgram } from './lib/program.mjs';
import { screenshot } from './lib/screenshot.mjs';

const only = process.env.STORIES?.split(',');
const looks = [
  { name: 'phone-light', width: 390, height: 844, dark: false },
  { name: 'phone-dark', width: 390, height: 844, dark: true },
  { name: 'desk-light', width: 1280, height: 900, dark: false },
  { name: 'desk-dark', width: 1280, height: 900, dark: true },
];

let program;
let browser;
let stories;

before(async () => {
  program = await startProgram('./internal/web/storybook/cmd', ['-listen', '127.0.0.1:0']);
  browser = await launch();
  stories = (await (await fetch(`${program.url}/stories.json`)).json()).map((story) => story.name);
  if (only) stories = stories.filter((name) => only.includes(name));
  assert.notEqual(stories.length, 0, 'there are stories to look at');
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const address = (name, query = '') => `${program.url}/stories/${name}${query}`;

describe('every story', () => {
  for (const look of looks) {
    it(`is readable for everyone (${look.name})`, async () => {
      const { page, context, complaints } = await openPage(browser, look);
      const found = [];
      for (const name of stories) {
        await page.goto(address(name));
        for (const violation of await violations(page)) found.push(`${name}: ${violation}`);
        await screenshot(page, `${name}-${look.name}`);
      }
      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
    });
  }

  for (const [what, width, query] of [
    ['at 320 pixels', 320, ''],
    ['at 320 pixels in German', 320, '?locale=de'],
    ['at 320 pixels in Finnish', 320, '?locale=fi'],
    ['between the layouts', 768, ''],
    ['at 200 percent zoom', 640, ''],
  ]) {
    it(`fits its window ${what}`, async () => {
      const { page, context, complaints } = await openPage(browser, { width, height: 800 });
      const found = [];
      for (const name of stories) {
        await page.goto(address(name, query));
        const beyond = await overflow(page);
        if (beyond > 0) found.push(`${name}: ${beyond} px beyond the window`);
      }
      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
    });
  }
});

describe('the plan page', () => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';

    it(`changes the interval and the quantity ${how} JavaScript`, async () => {
      const { page, context, complaints } = await openPage(browser, { javaScriptEnabled });
      await page.goto(`${program.url}/p/subscriptions/sub_business/plan?price=price_team`);
      await page.getByText('Total €30.00 per month').waitFor();
      await page.getByRole('button', { name: 'One more' }).click();
      await page.getByText('Total €40.00 per month').waitFor();
      await page.getByText('4 × €10.00 per seat per month').waitFor(); // on its card
      await page.getByRole('link', { name: 'Yearly' }).click();
      await page.getByText('€290.00 per year').first().waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  }

  it('tells what another choice costs without JavaScript', async () => {
    const { page, context, complaints } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(`${program.url}/p/subscriptions/sub_business/plan?price=price_team`);
    await page.getByLabel('Quantity').fill('7');
    await page.getByRole('button', { name: 'Update prices' }).click();
    await page.getByText('7 × €10.00 per seat per month').waitFor();
    await page.getByText('Total €70.00 per month').waitFor();
    await context.close();
    assert.deepEqual(complaints, []);
  });

  it('changes in place, so that whoever listens hears the new sum', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${program.url}/p/subscriptions/sub_business/plan`);
    await page.evaluate(() => { globalThis.heard = document.querySelector('[aria-live]'); });
    const starter = page.getByRole('radio', { name: 'For a single berth' });
    await starter.focus();
    await page.keyboard.press('Space');
    await page.getByText('Total €19.00 per month').waitFor();
    assert.equal(await page.evaluate(() => globalThis.heard.isConnected), true);
    assert.equal(await starter.evaluate((radio) => radio === document.activeElement), true);
    assert.match(page.url(), /price=price_starter/); // what a reload shows
    await context.close();
    assert.deepEqual(complaints, []);
  });

  it('swaps the page instead of loading it, and moves the focus to its content', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${program.url}/p/subscriptions/sub_business/plan`);
    await page.evaluate(() => { globalThis.sameDocument = true; });
    await page.getByRole('link', { name: 'Yearly' }).click();
    await page.getByText('€290.00 per year').first().waitFor();
    assert.equal(await page.evaluate(() => globalThis.sameDocument), true);
    assert.match(page.url(), /interval=year/);
    await page.waitForFunction(() => document.activeElement?.id === 'main');
    await context.close();
    assert.deepEqual(complaints, []);
  });

  it('keeps the total true while a choice is made', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${program.url}/p/subscriptions/sub_business/plan`);
    await page.getByText('Total €29.00 per month').waitFor();
    await page.getByRole('radio', { name: 'For a single berth' }).check();
    await page.getByText('Total €19.00 per month').waitFor();
    await context.close();
    assert.deepEqual(complaints, []);
  });
});

describe('the stepper', () => {
  it('keeps the focus of whoever counts with the keyboard', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${program.url}/p/subscriptions/sub_business/plan?price=price_team`);
    await page.getByText('Total €30.00 per month').waitFor();
    await page.getByRole('button', { name: 'One more' }).focus();
    for (const total of ['€40.00', '€50.00']) {
      await page.keyboard.press('Enter');
      await page.getByText(`Total ${total} per month`).waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'quantity-more');
    }
    await page.getByRole('button', { name: 'One less' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Total €40.00 per month').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'quantity-less');
    await context.close();
    assert.deepEqual(complaints, []);
  });
});

describe('a list of invoices', () => {
  for (const width of [320, 390, 1280]) {
    it(`keeps each date on one line at ${width} pixels`, async () => {
      const { page, context, complaints } = await openPage(browser, { width, height: 844 });
      const broken = [];
      for (const locale of ['es', 'it', 'de', 'en']) {
        await page.goto(address('invoices', `?locale=${locale}`));
        broken.push(...await page.locator('.invoices time').evaluateAll((dates) => dates
          .filter((date) => date.innerText.trim() === ''
            || [...date.children].some((form) => form.getClientRects().length > 1))
          .map((date) => date.innerText)));
      }
      await context.close();
      assert.deepEqual(broken, []);
      assert.deepEqual(complaints, []);
    });
  }
});

describe('a printed invoice', () => {
  it('is one page when one page holds it', async () => {
    const { page, context, complaints } = await openPage(browser);
    const pages = {};
    for (const name of ['hosted-paid', 'invoice-open']) {
      await page.goto(address(name));
      const paper = (await page.pdf({ format: 'A4' })).toString('latin1');
      pages[name] = paper.match(/\/Type\s*\/Page\b(?!s)/g).length;
    }
    await context.close();
    assert.deepEqual(pages, { 'hosted-paid': 1, 'invoice-open': 1 });
    assert.deepEqual(complaints, []);
  });
});

describe('a deed', () => {
  it('is sent once, however often the button is pressed', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(address('home-canceling'));
    let sent = 0;
    let answer;
    const answered = new Promise((resolve) => { answer = resolve; });
    await page.route('**/undo', async (route) => {
      sent += 1;
      await answered;
      await route.fulfill({ contentType: 'text/html', body: '<main>Done</main>' });
    });
    const button = page.getByRole('button', { name: 'Keep subscription' });
    await button.click();
    await button.click();
    answer();
    await page.getByText('Done').waitFor();
    await context.close();
    assert.equal(sent, 1);
  });
});

describe('a keyboard', () => {
  it('reaches the content first and always sees where it is', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(address('home-several'));
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => location.hash), '#main');
    const unseen = [];
    for (let i = 0; i < 12; i += 1) {
      await page.keyboard.press('Tab');
      const place = await page.evaluate(() => {
        const element = document.activeElement;
        const seen = [element, '::after'].some((part) => {
          const style = getComputedStyle(element, part === element ? null : part);
          return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
        });
        return { seen, text: element.textContent.trim() };
      });
      if (!place.seen) unseen.push(place.text);
    }
    await context.close();
    assert.deepEqual(unseen, []);
  });
});
