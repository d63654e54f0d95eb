import { expect, hide, show, test } from '../fixtures.ts';
import type { Console } from '../pages/console.ts';
import type { ChatWindow } from '../pages/chat-window.ts';
import type { Conversation } from '../pages/conversation.ts';
import type { Widget } from '../pages/widget.ts';

/** Both sides show these words in this order, each message once, all of them stored. */
async function agree(sides: Conversation[], words: string[]): Promise<void> {
  for (const side of sides) {
    await expect(side.bubbles.locator('.bubble__text')).toHaveText(words, { timeout: 20_000 });
    await expect(side.log.locator('[data-delivery=queued], [data-delivery=failed]')).toHaveCount(0);
    await side.isInOrder();
  }
}

/** Sofia and Nora in a chat. */
async function inChat(sofia: Console, nora: Widget): Promise<ChatWindow> {
  await sofia.goReady();
  await nora.asks({ name: 'Nora Lind', message: 'Hello' });
  return sofia.accept('Nora Lind');
}

test('a customer writes on while the network is gone', async ({ agent, customer, watch }) => {
  const sofia = await agent();
  const nora = await customer({ line: true });
  const chat = await inChat(sofia, nora);
  await chat.say('How can I help?');
  await nora.chat.shows('How can I help?');

  watch.allowNetworkErrors();
  nora.person.line.cut();
  await nora.chat.say('My lamp flickers');
  await nora.chat.say('when it rains');
  await expect(nora.lost).toBeVisible();
  await nora.chat.came('My lamp flickers', 'queued');
  await nora.chat.came('when it rains', 'queued');
  await chat.say('Are you there?');
  await chat.came('Are you there?', 'sent');
  await expect(chat.region).toContainText('not connected');

  nora.person.line.restore();
  await agree([chat, nora.chat], ['Hello', 'How can I help?', 'Are you there?', 'My lamp flickers', 'when it rains']);
  await expect(nora.lost).toBeHidden();
  await expect(chat.region).toContainText('· connected');
  await chat.came('Are you there?', 'read');
});

test('an agent writes on while the network is gone', async ({ agent, customer, watch }) => {
  const sofia = await agent('Sofia', { line: true });
  const nora = await customer();
  const chat = await inChat(sofia, nora);

  watch.allowNetworkErrors();
  sofia.person.line.cut();
  await chat.say('Is it the blue one?');
  await chat.say('Or the brass one?');
  await expect(sofia.link).toContainText('Reconnecting.');
  await chat.came('Is it the blue one?', 'queued');
  await nora.chat.say('Take your time.');
  await nora.chat.came('Take your time.', 'sent');

  sofia.person.line.restore();
  await agree([chat, nora.chat], ['Hello', 'Take your time.', 'Is it the blue one?', 'Or the brass one?']);
  await expect(sofia.link).toBeEmpty();
});

test('a message whose acknowledgement is lost is stored once', async ({ agent, customer, watch }) => {
  const sofia = await agent();
  const nora = await customer({ line: true });
  const chat = await inChat(sofia, nora);

  // What she sends arrives, what she would hear does not.
  nora.person.line.halfOpen('down');
  await nora.chat.say('Did you get this?');
  await chat.shows('Did you get this?');
  await nora.chat.came('Did you get this?', 'queued');
  await chat.say('I did.');

  watch.allowNetworkErrors();
  nora.person.line.cut();
  await expect(nora.lost).toBeVisible();
  nora.person.line.restore();
  await agree([chat, nora.chat], ['Hello', 'Did you get this?', 'I did.']);
});

test('a line that has gone silent is found out when the tab is looked at again', async ({ agent, customer, watch }) => {
  const sofia = await agent('Sofia', { line: true });
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  sofia.person.line.halfOpen();
  await hide(sofia.page);
  await nora.chat.say('Anybody there?');
  await nora.chat.came('Anybody there?', 'sent');
  await show(sofia.page);
  await expect(sofia.link).toContainText('Reconnecting.');

  // The new connection works, the old ones are dead.
  watch.allowNetworkErrors();
  sofia.person.line.cut();
  sofia.person.line.restore();
  await chat.say('I am.');
  await agree([chat, nora.chat], ['Hello', 'Anybody there?', 'I am.']);
  await expect(sofia.link).toBeEmpty();
});

test('a server that is killed loses and doubles nothing', async ({ agent, customer, desk, watch }) => {
  const sofia = await agent();
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  await nora.chat.say('One');
  await nora.chat.came('One', 'sent', 'delivered', 'read');

  watch.allowNetworkErrors();
  await desk.kill();
  await nora.chat.say('Two');
  await nora.chat.say('Three');
  await nora.chat.came('Three', 'queued');
  await expect(nora.lost).toBeVisible();
  await expect(sofia.link).toContainText('Reconnecting.');
  await desk.start();
  await agree([chat, nora.chat], ['Hello', 'One', 'Two', 'Three']);
  await chat.say('Four');
  await agree([chat, nora.chat], ['Hello', 'One', 'Two', 'Three', 'Four']);

  // What is in the database is what is on the screens.
  await Promise.all([sofia.reload(), nora.reload()]);
  await agree([chat, nora.chat], ['Hello', 'One', 'Two', 'Three', 'Four']);
});

test('a server that is killed with a message on its way stores it once', async ({ agent, customer, desk, watch }) => {
  const sofia = await agent();
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  watch.allowNetworkErrors();
  for (const round of ['one', 'two', 'three']) {
    await Promise.all([nora.chat.say(`From Nora ${round}`), chat.say(`From Sofia ${round}`), desk.kill()]);
    await desk.start();
    for (const side of [nora.chat, chat]) {
      await expect(side.bubble(`From Nora ${round}`)).toHaveAttribute('data-seq', /\d/, { timeout: 20_000 });
      await expect(side.bubble(`From Sofia ${round}`)).toHaveAttribute('data-seq', /\d/, { timeout: 20_000 });
    }
  }
  const words = await chat.words();
  expect(words).toHaveLength(7);
  await agree([chat, nora.chat], words);
  await Promise.all([sofia.reload(), nora.reload()]);
  await agree([chat, nora.chat], words);
});

test('what could not be sent survives a reload of the console', async ({ agent, customer, watch }) => {
  const sofia = await agent();
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  watch.allow(/messages\.send.*ERR_FAILED|ERR_FAILED.*messages\.send/);
  await sofia.page.route('**/api/console/messages.send', (route) => route.abort('failed'));
  await chat.say('One moment');
  await chat.say('please');
  await chat.came('please', 'queued');
  await sofia.page.unroute('**/api/console/messages.send');
  await sofia.reload();
  await agree([chat, nora.chat], ['Hello', 'One moment', 'please']);
});
