import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../fixtures.ts';

/** A page of somebody else, with whatever address in a frame. */
async function stranger(): Promise<{ server: Server; address: (framed: string) => string }> {
  const server = createServer((request, response) => {
    const framed = new URL(request.url ?? '/', 'http://x').searchParams.get('framed') ?? '';
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><html lang="en"><title>Stranger</title><iframe title="Framed" src="${framed}"></iframe>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, address: (framed) => `http://localhost:${port}/?framed=${encodeURIComponent(framed)}` };
}

test('only the site may frame the widget, and nobody the console', async ({ desk, page, watch }) => {
  const { server, address } = await stranger();
  watch.allow(/frame-ancestors|X-Frame-Options|ERR_BLOCKED_BY_RESPONSE/);
  for (const path of ['widget/papermoon', 'widget/papermoon?view=resume', 'login', 'healthz']) {
    await page.goto(address(desk.console + path));
    await expect.poll(() => page.frames()[1]?.url(), path).toBe('chrome-error://chromewebdata/');
  }
  server.close();

  // The shop itself may not frame the console either.
  await page.goto(desk.shop);
  await page.evaluate((source) => {
    const frame = document.createElement('iframe');
    frame.src = source;
    return new Promise((loaded) => {
      frame.addEventListener('load', loaded);
      document.body.append(frame);
    });
  }, `${desk.console}login`);
  await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
});

test('the frame gives no token to a page that is not the site', async ({ desk, page, watch }) => {
  // Opened as a page of its own it works, and talks to nobody.
  await page.goto(`${desk.console}widget/papermoon`);
  await expect(page.getByRole('button', { name: 'Start chat' })).toBeVisible();
  const { server, address } = await stranger();
  watch.allow(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE/);
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    addEventListener('message', (event) => heard.push(event.data));
  });
  await page.goto(address(`${desk.console}widget/papermoon`));
  expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
  server.close();
});

test('every page has a strict policy and the headers of a private page', async ({ agent, desk }) => {
  const sofia = await agent();
  const ask = (path: string) => sofia.person.context.request.get(desk.console + path);
  const seen = new Set<string>();
  for (const path of ['', 'login', 'tickets', 'tickets/9999', 'account/sessions', 'setup', 'nowhere', 'widget/papermoon', 'widget/papermoon?view=resume', 'widget/nobody']) {
    const answer = await ask(path);
    const headers = answer.headers();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
    expect(policy, path).toContain("base-uri 'none'");
    expect(policy, path).toContain("form-action 'self'");
    expect(policy, path).toContain(path.startsWith('widget/papermoon') ? `frame-ancestors 'self' ${desk.shop.slice(0, -1)}` : "frame-ancestors 'none'");
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['cache-control'], path).toBe('no-store');
    expect(headers['referrer-policy'], path).toBe('strict-origin-when-cross-origin');
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    if (nonce) {
      expect(seen.has(nonce), 'a nonce of its own').toBe(false);
      seen.add(nonce);
    }
  }
  expect(seen.size).toBeGreaterThan(5);
});

test('a page of somebody else changes nothing with the cookie of an agent', async ({ agent, desk }) => {
  const sofia = await agent();
  const { context } = sofia.person;
  const foreign: Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: desk.shop.slice(0, -1), 'sec-fetch-site': 'cross-site' }, { origin: 'null' }];
  for (const headers of foreign) {
    for (const path of ['logout', 'logout/everywhere', 'api/console/state.set']) {
      const answer = await context.request.post(desk.console + path, { headers, form: {}, maxRedirects: 0 });
      expect(answer.status(), `${path} from ${headers['origin']}`).toBe(403);
    }
  }
  await sofia.reload();
  await sofia.isShownAs('Not ready');
});

test('words that look like markup stay words', async ({ agent, customer }) => {
  const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>"\'&amp;';
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: evil.slice(0, 60), message: evil });
  await sofia.page.getByRole('button', { name: 'Accept' }).click();
  const log = sofia.page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText(evil);
  const answer = `</textarea></script>${evil} https://example.com/?a=1&b=<2>`;
  await sofia.page.getByRole('textbox', { name: 'Message' }).fill(answer);
  await sofia.page.keyboard.press('Enter');
  await nora.chat.shows(answer);
  await Promise.all([sofia.reload(), nora.reload()]);
  await expect(log).toContainText(answer);
  await nora.chat.shows(answer);
  for (const frame of [...sofia.page.frames(), ...nora.page.frames()]) {
    expect(await frame.evaluate(() => 'hit' in window)).toBe(false);
  }
  const link = nora.chat.log.getByRole('link');
  await expect(link).toHaveAttribute('rel', /noopener/);
});
