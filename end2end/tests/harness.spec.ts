import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { axe, expect, hide, holdWasm, notices, show, sounds, test } from '../fixtures.ts';
import { People } from '../support/people.ts';
import { Watch } from '../support/watch.ts';

/** The tests' own tools are held to what they promise: each check here can fail, and each cut is one. */

const STRICT = "default-src 'none'; script-src 'nonce-n'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src *";

const PAGES: Record<string, string> = {
  '/good': '<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1><p>All is well.</p></main></html>',
  '/log': '<!doctype html><title>Log</title><script nonce="n">console.error("loud")</script>',
  '/throw': '<!doctype html><title>Throw</title><script nonce="n">setTimeout(() => { throw new Error("thrown") })</script>',
  '/inline': '<!doctype html><title>Inline</title><script>window.never = 1</script>',
  '/asset': '<!doctype html><title>Asset</title><img src="/gone.png" alt="">',
  '/unlabelled': '<!doctype html><html lang="en"><title>Unlabelled</title><main><h1>Form</h1><input></main></html>',
  '/frame': '<!doctype html><title>Frame</title>',
  '/text': 'text',
  '/favicon.ico': '',
  '/app_bg.wasm': 'not really',
};

let server: Server;
let here: string;
let elsewhere: string;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const page = PAGES[new URL(request.url ?? '/', 'http://x').pathname];
    if (page === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': STRICT }).end(page);
  });
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.on('error', () => socket.destroy());
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
    socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  here = `http://127.0.0.1:${port}`;
  elsewhere = `http://localhost:${port}`;
});

test.afterAll(() => void server.close());

for (const [path, expected] of [
  ['/log', /^console: loud/],
  ['/throw', /^page: .*thrown/],
  ['/inline', /^csp: script-src-elem refused inline/],
  ['/asset', /^response: 404 .*gone\.png/],
] as const) {
  test(`the watch sees what goes wrong on ${path}`, async ({ browser, launchOptions }) => {
    const watch = new Watch();
    const people = new People(browser, launchOptions, watch, {});
    const { page } = await people.come();
    await page.goto(here + path);
    await expect.poll(() => watch.unexpected().join('\n')).toMatch(new RegExp(expected, 'm'));
    watch.allow(/./);
    expect(watch.unexpected()).toEqual([]);
    await people.leave();
  });
}

test('axe works under a strict content security policy, and can fail', async ({ page }) => {
  await page.goto(`${here}/good`);
  await axe(page);
  await page.goto(`${here}/unlabelled`);
  await expect(axe(page)).rejects.toThrow(/label/);
});

test('a cut line refuses and a restored one works', async ({ person, watch }) => {
  const { page, line } = await person({ line: true });
  await page.goto(`${here}/good`);
  line.cut();
  watch.allowNetworkErrors();
  expect(await fetched(page)).toBe('failed');
  line.restore();
  expect(await fetched(page)).toBe('text');
});

test('a silent line answers when it is restored, and never after a cut', async ({ person, watch }) => {
  const { page, line } = await person({ line: true });
  await page.goto(`${here}/good`);
  line.halfOpen('down');
  let answer = begin(page);
  expect(await settled(answer)).toBe(false);
  line.restore();
  expect(await answer).toBe('text');
  line.halfOpen();
  answer = begin(page);
  expect(await settled(answer)).toBe(false);
  watch.allowNetworkErrors();
  line.cut();
  expect(await answer).toBe('failed');
});

test('a socket goes over the line and breaks when it is cut', async ({ person, watch }) => {
  const { page, line } = await person({ line: true });
  await page.goto(`${here}/good`);
  const heard = await page.evaluateHandle(() => {
    const heard: string[] = [];
    const socket = new WebSocket(`ws://${location.host}/socket`);
    socket.onmessage = (event) => heard.push(String(event.data));
    socket.onclose = () => heard.push('closed');
    return heard;
  });
  await expect.poll(() => heard.jsonValue()).toEqual(['hello']);
  watch.allowNetworkErrors();
  line.cut();
  await expect.poll(() => heard.jsonValue()).toEqual(['hello', 'closed']);
});

test('a slow line is slow both ways', async ({ person }) => {
  const { page, line } = await person({ line: true });
  await page.goto(`${here}/good`);
  line.delay(150);
  const start = Date.now();
  expect(await fetched(page)).toBe('text');
  expect(Date.now() - start).toBeGreaterThanOrEqual(290);
});

test('a hidden page knows it and hears of it', async ({ page }) => {
  await page.goto(`${here}/good`);
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('visibilitychange', () => seen.push(document.visibilityState));
  });
  await hide(page);
  expect(await page.evaluate(() => document.hidden)).toBe(true);
  await show(page);
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(['hidden', 'visible']);
  await hide(page);
  await page.reload();
  expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
});

test('sounds and notifications are recorded', async ({ page, context }) => {
  await context.grantPermissions(['notifications']);
  await page.goto(`${here}/good`);
  await page.evaluate(() => {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    tone.connect(audio.destination);
    tone.start();
    new Notification('Hello', { body: 'there', tag: 'one' });
  });
  expect(await sounds(page)).toEqual([{ by: 'node', what: 'OscillatorNode' }]);
  expect(await notices(page)).toEqual([{ title: 'Hello', body: 'there', tag: 'one' }]);
});

test('wasm waits until it is released', async ({ page }) => {
  const wasm = await holdWasm(page);
  await page.goto(`${here}/good`);
  const answer = begin(page, '/app_bg.wasm');
  await wasm.asked;
  expect(await settled(answer)).toBe(false);
  await wasm.release();
  expect(await answer).toBe('not really');
});

for (const [thirdPartyStorage, expected] of [
  ['denied', 'SecurityError'],
  ['allowed', 'stored'],
] as const) {
  test(`a frame of another site is ${thirdPartyStorage} to store`, async ({ person }) => {
    const { page } = await person({ thirdPartyStorage });
    await page.goto(`${elsewhere}/good`);
    await page.evaluate((source) => {
      const frame = document.createElement('iframe');
      frame.src = source;
      document.body.append(frame);
      return new Promise((loaded) => frame.addEventListener('load', loaded));
    }, `${here}/frame`);
    const stored = await page.frames()[1]?.evaluate(() => {
      try {
        localStorage.setItem('key', 'stored');
        return localStorage.getItem('key');
      } catch (error) {
        return (error as DOMException).name;
      }
    });
    expect(stored).toBe(expected);
  });
}

test('a person without a line of their own cannot be cut', async ({ person }) => {
  const { line } = { ...(await person({ line: true })) };
  expect(line).toBeDefined();
  const other = await person();
  expect(() => other.line).toThrow(/line: true/);
});

/** Starts a request in the page; gives the text, or `failed`. */
function begin(page: import('@playwright/test').Page, path = '/text'): Promise<string> {
  return page.evaluate((address) => fetch(address, { cache: 'no-store' }).then((answer) => answer.text()).catch(() => 'failed'), path);
}

const fetched = begin;

/** Whether something has come to its end within a short while: for what must *not* come. */
function settled(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), new Promise<boolean>((late) => setTimeout(() => late(false), 300))]);
}
