// A person at the dashboard of http://127.0.0.1:8080, in headless Chromium: adds a host, or opens an instance's log. browse.js PLAYWRIGHT PLAN prints what is shown.
const [playwright, planText] = process.argv.slice(2);
const { chromium } = require(playwright);
const plan = JSON.parse(planText);

const deeds = {
  async add(page, [address, code]) {
    await page.goto('/hosts');
    await page.getByRole('button', { name: 'Add a host…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill(address);
    await dialog.getByLabel('Code').fill(code);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const host = page.getByRole('region', { name: 'Host compute-1' });
    await host.getByText('Engine answers').waitFor();
    return host.innerText();
  },
  async log(page, [instance]) {
    await page.goto(`/instances/${instance}`);
    const line = page.locator('.log-row:visible').filter({ hasText: /line \d+/ }).last();
    await line.waitFor();
    return line.innerText();
  },
};

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const context = await browser.newContext({ baseURL: 'http://127.0.0.1:8080', viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto('/sign-in');
    await page.getByLabel('User').fill(plan.user);
    await page.getByLabel('Password').fill(plan.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(url => url.pathname !== '/sign-in');
    console.log(await deeds[plan.what](page, plan.words));
  } finally {
    await browser.close();
  }
})();
