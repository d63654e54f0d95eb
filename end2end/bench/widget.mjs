// What a real browser loads from the desk until the widget is usable: `node bench/widget.mjs SHOP CHROMIUM` prints one object.
// Bytes are DevTools' encodedDataLength: headers and compressed body as they came over the network.
import { chromium } from 'playwright-core';

const [shop, executablePath] = process.argv.slice(2);
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The frame in the page's own process: one DevTools session sees all of it.
  '--disable-site-isolation-trials',
  '--disable-features=IsolateOrigins,site-per-process',
];
const browser = await chromium.launch({ executablePath, args });
try {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  const requests = new Map();
  let bytes = 0;
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { origin, protocol } = new URL(request.url);
    if (protocol.startsWith('http') && origin !== new URL(shop).origin) requests.set(requestId, request.url);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (requests.has(requestId)) bytes += encodedDataLength;
  });
  await session.send('Network.enable');
  await page.goto(shop, { waitUntil: 'networkidle' });
  const launcher = page.locator('deskbell-chat').getByRole('button');
  await launcher.waitFor();
  const before = { requests: requests.size, bytes };
  const begun = performance.now();
  await launcher.click();
  const body = page.frameLocator('deskbell-chat iframe').locator('body');
  await body.getByRole('button', { name: 'Start chat' }).waitFor();
  // The bundle has taken the page over.
  while (!(await body.evaluate(() => typeof window.deskbell?.hear === 'function'))) await page.waitForTimeout(5);
  const usable_ms = performance.now() - begun;
  await page.waitForLoadState('networkidle');
  const counted = {
    requests: requests.size,
    bytes,
    before_click_requests: before.requests,
    before_click_bytes: before.bytes,
    usable_ms,
    urls: [...requests.values()],
  };
  console.log(JSON.stringify(counted));
} finally {
  await browser.close();
}
