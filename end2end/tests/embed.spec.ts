import { brotliCompressSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { Widget } from '../pages/widget.ts';

/** The commands that a host page may call. */
type Calls = Record<string, (...args: unknown[]) => unknown>;
type Host = Window & { Deskbell: Calls & ((command: string, ...args: unknown[]) => unknown); heard: string[] };

const state = (page: Page) => page.evaluate(() => (window as unknown as Host).Deskbell['state']?.());
const panel = (page: Page) => page.getByRole('dialog', { name: 'Chat with Papermoon' });

test('the embed script is small', async ({ desk, request }) => {
  const script = await (await request.get(`${desk.console}w/papermoon.js`)).body();
  expect(brotliCompressSync(script).length).toBeLessThanOrEqual(5 * 1024);
});

test('before it is opened the widget keeps nothing and asks only the desk', async ({ desk, person }) => {
  const { page, context } = await person();
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await page.goto(desk.shop);
  await expect(page.getByRole('button', { name: 'Open chat' })).toBeVisible();
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect([...hosts].sort()).toEqual([new URL(desk.console).host, new URL(desk.shop).host].sort());
  expect(page.frames()).toHaveLength(1);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  await axeInBothThemes(page);
});

test('the panel opens beside the page and Escape gives the focus back', async ({ desk, person }) => {
  const widget = new Widget(await person(), desk);
  const { page } = widget;
  await widget.visit();
  await widget.launcher.focus();
  await page.keyboard.press('Enter');
  await expect(panel(page)).toHaveAttribute('aria-modal', 'false');
  await expect(widget.launcher).toHaveAttribute('aria-expanded', 'true');
  await widget.takenOver();
  await widget.form.name.fill('Nora Lind');
  await page.keyboard.press('Escape');
  await expect(panel(page)).toBeHidden();
  await expect(widget.launcher).toBeFocused();
  // The frame lives on: what was typed is still there.
  await widget.open();
  await expect(widget.form.name).toHaveValue('Nora Lind');
  await widget.frame.getByRole('button', { name: 'Close chat' }).click();
  await expect(widget.launcher).toBeFocused();
});

test('on a phone the panel is the screen, and the page comes back as it was', async ({ desk, person }) => {
  const widget = new Widget(await person({ viewport: { width: 320, height: 640 } }), desk);
  const { page } = widget;
  await widget.visit();
  await page.evaluate(() => scrollTo(0, 240));
  await widget.open();
  await expect(panel(page)).toHaveAttribute('aria-modal', 'true');
  await expect.poll(() => panel(page).boundingBox()).toEqual({ x: 0, y: 0, width: 320, height: 640 });
  expect(await page.evaluate(() => document.body.inert)).toBe(true);
  await expect(widget.form.start).toBeInViewport();
  await widget.frame.getByRole('button', { name: 'Close chat' }).click();
  await expect(panel(page)).toBeHidden();
  expect(await page.evaluate(() => [document.body.inert, document.body.style.cssText, scrollY])).toEqual([false, '', 240]);
});

test('calls made before the script has come are answered', async ({ desk, person }) => {
  const { page } = await person();
  await page.addInitScript(() => {
    const host = window as unknown as Host & { Deskbell: { q?: unknown[] } };
    host.heard = [];
    const queue: unknown[] = [];
    host.Deskbell = Object.assign((...call: unknown[]) => void queue.push(call), { q: queue }) as never;
    host.Deskbell('on', 'open', () => host.heard.push('open'));
    host.Deskbell('open');
  });
  await page.goto(desk.shop);
  await expect(panel(page)).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as Host).heard)).toEqual(['open']);
});

test('the host page opens, hides, shuts down and resets the widget', async ({ desk, person }) => {
  const widget = new Widget(await person(), desk);
  const { page } = widget;
  const call = (name: string) => page.evaluate((name) => (window as unknown as Host).Deskbell[name]?.(), name);
  await widget.visit();
  await call('toggle');
  expect(await state(page)).toEqual({ open: true, visible: true, unread: 0 });
  await call('hide');
  await expect(panel(page)).toBeHidden();
  await expect(widget.launcher).toBeHidden();
  await call('show');
  await expect(panel(page)).toBeVisible();
  await call('shutdown');
  await expect(page.locator('deskbell-chat')).toHaveCount(0);
  await call('reset');
  await call('boot');
  await expect(widget.launcher).toHaveAccessibleName('Open chat');
  // A mistake of the page is no error in it.
  expect(await page.evaluate(() => (window as unknown as Host).Deskbell('no such command'))).toBeUndefined();
});

test('the widget survives a page that swaps its body', async ({ desk, person }) => {
  const widget = new Widget(await person(), desk);
  const { page } = widget;
  await widget.visit();
  await widget.openForm();
  await widget.form.message.fill('Half a sent');
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await expect(widget.form.message).toHaveValue('Half a sent');
  await page.evaluate(() => document.querySelector('deskbell-chat')?.remove());
  await expect(widget.launcher).toBeVisible();
});

test('a page that may not hold the frame gets no port', async ({ desk, person }) => {
  const { page } = await person();
  await page.goto(`${desk.console}widget/papermoon`);
  const taken = await page.evaluate(async () => {
    const heard = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
    window.postMessage({ v: 1, t: 'init', token: 'stolen', open: true }, '*', [new MessageChannel().port2]);
    await heard;
    return (window as unknown as { deskbell: { init: unknown } }).deskbell.init;
  });
  expect(taken).toBeNull();
});

test('a chat that is left in one tab is left in the other', async ({ desk, person }) => {
  const widget = new Widget(await person(), desk);
  await widget.visit();
  await widget.asks({ name: 'Nora Lind', message: 'Hello?' });
  const other = await widget.anotherTab();
  await other.chat.shows('Hello?');
  // The host's storage is all that the two tabs share.
  await widget.page.evaluate(() => localStorage.clear());
  await expect(other.form.start).toBeVisible();
  expect(await other.page.evaluate(() => localStorage.length)).toBe(0);
});
