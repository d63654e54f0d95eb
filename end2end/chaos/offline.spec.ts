import { expect } from '../fixtures.ts';
import { Widget } from '../pages/widget.ts';
import { agrees, stored } from './log.ts';
import { Profile } from './profile.ts';
import { inChat, test } from './stage.ts';

const WRITTEN = Array.from({ length: 20 }, (_, n) => `Written offline ${n + 1}`);

test('F23 what was written offline is sent when the browser is opened again', async ({ agent, desk, watch, launchOptions, locale, timezoneId, viewport }) => {
  watch.allowNetworkErrors();
  const profile = await Profile.make({ ...launchOptions, locale, timezoneId, viewport }, watch);
  try {
    const sofia = await agent();
    let nora = new Widget(await profile.open(), desk);
    await nora.visit();
    const chat = await inChat(sofia, nora);
    nora.person.line.cut();
    for (const text of WRITTEN) await nora.chat.say(text);
    await nora.chat.came('Written offline 20', 'queued');
    await expect(nora.frame.getByText('This browser keeps nothing for us.')).toHaveCount(0);
    await expect.poll(() => kept(nora)).toBe(WRITTEN.length);
    await profile.close();
    expect(await stored(desk)).toHaveLength(1);

    nora = new Widget(await profile.open(), desk);
    nora.person.line.restore();
    await nora.visit();
    await expect(chat.bubble('Written offline 20')).toHaveCount(1, { timeout: 30_000 });
    if ((await nora.launcher.getAttribute('aria-expanded')) === 'false') await nora.open();
    const rows = await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
    expect(rows.map((row) => row.text)).toEqual(['Hello', ...WRITTEN]);
  } finally {
    await profile.remove();
  }
});

test('F23 what was written offline for a chat that has ended is not sent, and not gone', async ({ agent, desk, watch, launchOptions, locale, timezoneId, viewport }) => {
  watch.allowNetworkErrors();
  watch.allowStatus(409);
  const profile = await Profile.make({ ...launchOptions, locale, timezoneId, viewport }, watch);
  try {
    const sofia = await agent();
    let nora = new Widget(await profile.open(), desk);
    await nora.visit();
    const chat = await inChat(sofia, nora);
    nora.person.line.cut();
    await nora.chat.say('Are you still there?');
    await expect.poll(() => kept(nora)).toBe(1);
    await profile.close();
    const dialog = await chat.asksToEnd();
    await dialog.without.check();
    await dialog.confirm.click();
    await expect(chat.leaveInLine).toBeVisible();

    nora = new Widget(await profile.open(), desk);
    nora.person.line.restore();
    await nora.visit();
    if ((await nora.launcher.getAttribute('aria-expanded')) === 'false') await nora.open();
    await expect(nora.frame.getByText('Written after the end, not sent')).toBeVisible();
    await expect(nora.frame.getByText('Are you still there?')).toBeVisible();
    await expect(nora.frame.getByRole('button', { name: 'Start a new chat with this' })).toBeVisible();
    expect((await stored(desk)).map((row) => row.text)).toEqual(['Hello']);
  } finally {
    await profile.remove();
  }
});

/** How many messages the frame has in its storage. */
async function kept(widget: Widget): Promise<number> {
  return widget.frame.locator('body').evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    if (!names.includes('deskbell')) return 0;
    const opened = indexedDB.open('deskbell');
    const database = await new Promise<IDBDatabase>((done) => (opened.onsuccess = () => done(opened.result)));
    const asked = database.transaction('outbox').objectStore('outbox').count();
    const number = await new Promise<number>((done) => (asked.onsuccess = () => done(asked.result)));
    database.close();
    return number;
  });
}
