// Opens pages in headless Chromium as a signed-in person and prints, as JSON, how long each took and what came over the wire: screen.js PLAYWRIGHT PLAN
const net = require('net');
const [playwright, planText] = process.argv.slice(2);
const { chromium } = require(playwright);
const plan = JSON.parse(planText);

// What the browser gets goes through here: frames of a WebSocket are packed, and only the wire knows how long they are.
let received = 0;
const wire = net.createServer(browser => {
  const product = net.connect(plan.port, '127.0.0.1');
  product.on('data', part => { received += part.length; });
  product.on('error', () => browser.destroy());
  browser.on('error', () => product.destroy());
  browser.pipe(product).pipe(browser);
});

// Seen: a row is laid out. Usable: the scripts of the document have run, too, and its content does not say that it is still busy.
const watch = row => {
  const now = () => performance.timeOrigin + performance.now();
  const look = () => {
    const shown = document.querySelector(row)?.getClientRects().length > 0;
    if (shown) {
      window.seenAt ||= now();
    }

    if (shown && document.readyState !== 'loading' && !document.querySelector('main[aria-busy="true"]')) {
      const loaded = performance.timeOrigin + performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd;
      window.usableAt = Math.max(now(), loaded);
    } else {
      requestAnimationFrame(look);
    }
  };
  window.seenAt = window.usableAt = 0;
  look();
};

const usable = async page => {
  await page.waitForFunction(() => window.usableAt > 0, null, { timeout: 120_000, polling: 100 });
  return page.evaluate(() => ({ seen: window.seenAt, usable: window.usableAt }));
};

// By its address, in a new tab.
async function open(context, { url, row }) {
  const page = await context.newPage();
  await page.addInitScript(watch, row);
  const before = received;
  await page.goto(url, { waitUntil: 'commit' });
  const at = await usable(page);
  const bytes = received - before;
  const began = await page.evaluate(() => performance.timeOrigin);
  await page.close();
  return { seen: at.seen - began, usable: at.usable - began, bytes };
}

const entry = (page, { link }) => page.locator(`a[href="${link}"], a[href="${link}/"]`).first();

// Nothing came over the wire for half a second: the page before is done.
async function silence() {
  let last = -1;
  while (last !== received) {
    last = received;
    await new Promise(done => setTimeout(done, 500));
  }
}

// By the menu, from another page.
async function arrive(page, about, from) {
  await entry(page, from).evaluate(a => a.click());
  await page.waitForSelector(from.row);
  await silence();
  const before = received;
  const clicked = await entry(page, about).evaluate(a => {
    const now = performance.timeOrigin + performance.now();
    a.click();
    return now;
  });
  // A new document watches by itself, and this one may be gone by now.
  await page.evaluate(watch, about.row).catch(() => {});
  await page.waitForSelector(about.row);
  const at = await usable(page);
  return { seen: at.seen - clicked, usable: at.usable - clicked, bytes: received - before };
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const medians = visits => Object.fromEntries(['seen', 'usable', 'bytes'].map(what => [what, median(visits.map(v => v[what]))]));

wire.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${wire.address().port}`;
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const pages = plan.pages.map(p => ({ ...p, url: base + p.link }));
  const page = await context.newPage();
  await page.goto(base + plan.signIn);
  await page.fill('input[name$="username" i]:visible', plan.user);
  await page.fill('input[name$="password" i]:visible', plan.password);
  await Promise.all([
    page.waitForURL(url => !/login|sign-in/.test(url.pathname), { timeout: 60_000 }),
    page.click('form button[type=submit]:visible, input[type=submit]:visible'),
  ]);
  const answer = {};
  for (const about of pages) {
    const other = pages.find(p => p !== about);
    await open(context, about);
    const opened = [];
    for (let i = 0; i < plan.rounds; i++) {
      opened.push(await open(context, about));
    }

    await page.goto(about.url);
    await page.waitForSelector(about.row);
    await page.addInitScript(watch, about.row);
    await arrive(page, about, other);
    const arrived = [];
    for (let i = 0; i < plan.rounds; i++) {
      arrived.push(await arrive(page, about, other));
    }

    answer[about.name] = { opened: medians(opened), arrived: medians(arrived) };
  }

  await browser.close();
  wire.close();
  console.log(JSON.stringify(answer));
});
