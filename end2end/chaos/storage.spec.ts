import { expect } from '../fixtures.ts';
import { Console } from '../pages/console.ts';
import { Widget } from '../pages/widget.ts';
import type { Conversation } from '../pages/conversation.ts';
import { agrees } from './log.ts';
import { inChat, test } from './stage.ts';

/** Ways in which a browser keeps nothing. Each runs in the page, before its own scripts. */
const DENIALS: Record<string, () => void> = {
  'has no database': () => {
    Object.defineProperty(window, 'indexedDB', { configurable: true, get: () => undefined });
  },
  'refuses the database': () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  },
  'never answers': () => {
    const { prototype } = IDBFactory;
    prototype.open = () => Object.create(IDBOpenDBRequest.prototype, { onsuccess: { writable: true }, onerror: { writable: true }, onblocked: { writable: true }, onupgradeneeded: { writable: true } }) as IDBOpenDBRequest;
  },
  'is full': () => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
  'becomes full': () => {
    const put = IDBObjectStore.prototype.put;
    let left = 2;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row: Parameters<typeof put>) {
      left -= 1;
      if (left < 0) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, row);
    };
  },
  'has neither storage, nor locks, nor channels': () => {
    const denied = { configurable: true, get: () => { throw new DOMException('denied', 'SecurityError'); } };
    for (const name of ['indexedDB', 'localStorage', 'sessionStorage']) Object.defineProperty(window, name, denied);
    Object.defineProperty(navigator, 'locks', { configurable: true, get: () => undefined });
    Object.defineProperty(window, 'BroadcastChannel', { configurable: true, value: undefined });
  },
};

const WRITTEN = ['One', 'Two', 'Three', 'Four', 'Five'];

async function writesOffline(chat: Conversation): Promise<void> {
  for (const text of WRITTEN) await chat.say(text);
  for (const text of WRITTEN) await chat.came(text, 'queued');
}

for (const [words, deny] of Object.entries(DENIALS)) {
  test(`F24 a widget whose browser ${words} says so and loses nothing`, async ({ agent, desk, person, watch }) => {
    const sofia = await agent();
    const somebody = await person({ thirdPartyStorage: 'allowed', line: true });
    await somebody.context.addInitScript(deny);
    const nora = new Widget(somebody, desk);
    await nora.visit();
    const chat = await inChat(sofia, nora);
    watch.allowNetworkErrors();
    somebody.line.cut();
    await writesOffline(nora.chat);
    const warning = nora.frame.getByText('This browser keeps nothing for us.');
    await expect(warning).toBeVisible();
    somebody.line.restore();
    const rows = await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
    expect(rows.map((row) => row.text)).toEqual(['Hello', ...WRITTEN]);
    await expect(warning).toBeHidden();
    await nora.chat.say('Six');
    await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
  });

  test(`F24 a console whose browser ${words} says so and loses nothing`, async ({ customer, desk, person, watch }) => {
    const somebody = await person({ line: true });
    await somebody.context.addInitScript(deny);
    const sofia = new Console(somebody, desk);
    await sofia.signIn(desk.agent('Sofia'));
    await sofia.open();
    const nora = await customer();
    const chat = await inChat(sofia, nora);
    watch.allowNetworkErrors();
    somebody.line.cut();
    await writesOffline(chat);
    await expect(sofia.page.getByText('Not saved in this browser, keep the tab open').first()).toBeVisible();
    somebody.line.restore();
    const rows = await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
    expect(rows.map((row) => row.text)).toEqual(['Hello', ...WRITTEN]);
    await chat.say('Six');
    await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
  });
}
