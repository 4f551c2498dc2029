import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { MANAGEMENT_TOKEN } from '../lib/tollroute.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** A Chromium of this machine, for as long as `look` takes. */
async function withBrowser(look) {
  // a container has no user namespaces; nothing but our own pages is opened
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return await look(browser);
  } finally {
    await browser.close();
  }
}

/** A page of somebody who has signed in; what the browser refuses or misses is a problem of the case. */
async function signedIn(t, browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on('console', (message) => {
    if (message.type() === 'error') t.ok(false, `the console says ${message.text()}`);
  });
  await page.goto(`${t.tollroute.managementUrl}/admin`);
  t.is(new URL(page.url()).pathname, '/admin/login', 'where one who has not signed in is sent');
  await page.getByLabel("The operator's token").fill(MANAGEMENT_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return page;
}

async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run());
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`);
}

/** What does not fit is scrolled within itself, never the page. */
const isTooWide = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

export const admin = [
  {
    title: 'without JavaScript: find a payment by its transaction, refund it, see it in the audit log',
    moves: 1,
    upstream: 1,
    async run(t) {
      const answer = await t.buyers.fetchV2(t.accounts.bob, '/api/tools/masked-face-comparison', t.body());
      t.paid(answer);
      const { transaction } = answer.settlement;
      await withBrowser(async (browser) => {
        const page = await signedIn(t, browser, { javaScriptEnabled: false });
        await page.getByRole('searchbox').fill(transaction);
        await page.getByRole('button', { name: 'Find' }).click();
        await page.getByRole('table', { name: 'Charges' }).getByRole('link').click();
        t.ok((await page.content()).includes(transaction), 'the charge does not show its transaction');

        await page.getByLabel('Transaction by which it was sent').fill('0xsent-back');
        await page.getByLabel('Note').fill('tried in Chromium');
        await page.getByRole('button', { name: 'Go on' }).click();
        const asked = (await page.getByRole('main').innerText()).toLowerCase();
        t.ok(asked.includes('0.20 usd'), 'the second look does not say how much');
        t.ok(asked.includes(t.accounts.bob.address.toLowerCase()), 'the second look does not say to whom');
        await page.getByRole('button', { name: /Note the refund/ }).click();
        await page.getByText('Noted: it is paid back.').waitFor();

        await page.getByRole('link', { name: 'Audit log' }).click();
        const first = await page.getByRole('table').locator('tbody tr').first().innerText();
        t.ok(/token.*page.*refund.*done.*0xsent-back.*tried in Chromium/s.test(first), `the log begins with ${first}`);
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
        await page.goto(`${t.tollroute.managementUrl}/admin/audit`);
        t.is(new URL(page.url()).pathname, '/admin/login', 'where one who has left is sent');
      });
    },
  },
  {
    title: 'by the keyboard alone: skip to the content, sign in, search',
    async run(t) {
      await withBrowser(async (browser) => {
        const page = await signedIn(t, browser, {});
        await page.keyboard.press('Tab');
        t.is(await page.evaluate(() => document.activeElement.className), 'skip', 'what is reached first');
        for (let i = 0; i < 2; i++) await page.keyboard.press('Tab');
        t.is(await page.evaluate(() => document.activeElement.id), 'q', 'what is reached third');
        await page.keyboard.type('nobody-has-this');
        await page.keyboard.press('Enter');
        await page.getByText('Nothing was found.').waitFor();
      });
    },
  },
  {
    // axe is a script, which the pages' own policy keeps out: it is put into them past that policy
    title: 'axe finds nothing serious on any page, light and dark, at 360 and at 1280 pixels',
    async run(t) {
      const { charges } = await manage(t, 'charges?state=settled&limit=1');
      const { paymentId } = await t.order();
      const charge = encodeURIComponent(charges[0]?.charge ?? '');
      const pages = [
        '',
        '/charges',
        '/payments',
        '/catalogue',
        '/reconcile',
        '/state',
        '/audit',
        '/search?q=nobody-has-this',
        '/charge?key=nothing',
        ...charges.slice(0, 1).flatMap(() => [`/charge?key=${charge}`, `/refund?charge=${charge}`]),
        `/payment?id=${paymentId}`,
      ];
      let looked = 0;
      await withBrowser(async (browser) => {
        for (const colorScheme of ['light', 'dark']) {
          for (const width of [360, 1280]) {
            const options = { colorScheme, bypassCSP: true, viewport: { width, height: 800 } };
            const page = await signedIn({ ...t, ok: () => {} }, browser, options);
            await page.getByRole('link', { name: 'Reconciliation' }).click();
            await page.getByRole('button', { name: 'Compare now' }).click();
            for (const path of pages) {
              await page.goto(`${t.tollroute.managementUrl}/admin${path}`);
              const where = `${path || '/'}, ${colorScheme}, ${width}`;
              for (const what of await violations(page)) t.ok(false, `${where}: ${what}`);
              t.ok(!(await isTooWide(page)), `${where}: wider than the screen`);
              looked++;
            }
            await page.context().clearCookies();
            await page.goto(`${t.tollroute.managementUrl}/admin/login`);
            for (const what of await violations(page)) t.ok(false, `login, ${colorScheme}, ${width}: ${what}`);
            looked++;
          }
        }
      });
      t.note(`${looked} pages looked at`);
    },
  },
];

async function manage(t, path) {
  const headers = { Authorization: `Bearer ${MANAGEMENT_TOKEN}` };
  return (await fetch(`${t.tollroute.managementUrl}/manage/${path}`, { headers })).json();
}
